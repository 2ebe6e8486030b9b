package transform

// index says where things stand in a list that has each once. The list may be long, for
// rows of one id become one record, but nearly all have a few things.
type index[K comparable] struct {
	keys []K
	at   map[K]int // nil while there are few
}

// fewKeys are as many as are looked for one by one.
const fewKeys = 16

// find is where a thing stands, if it is there.
func (x *index[K]) find(key K) (i int, found bool) {
	if x.at != nil {
		i, found = x.at[key]
		return i, found
	}
	for i := range x.keys {
		if x.keys[i] == key {
			return i, true
		}
	}
	return 0, false
}

// add appends a thing that is not there, and says where.
func (x *index[K]) add(key K) int {
	i := len(x.keys)
	x.keys = append(x.keys, key)
	switch {
	case x.at != nil:
		x.at[key] = i
	case len(x.keys) > fewKeys:
		x.at = make(map[K]int, 2*len(x.keys))
		for i, key := range x.keys {
			x.at[key] = i
		}
	}
	return i
}

// emptied is an index without anything, in the room of this one.
func (x *index[K]) emptied() index[K] {
	clear(x.keys)
	return index[K]{keys: x.keys[:0]}
}
