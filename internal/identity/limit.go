package identity

import "slices"

// limits bound how large a person becomes by identifiers alone. They follow the trees
// of a forest, by root, and count names only of those that have enough records to have
// too many: almost nobody.
type limits struct {
	records, names int // 0 = no bound

	fullNames []uint64           // per record, a hash of its full name; 0 = none
	size      []int32            // per root, the records of its tree
	next      []int32            // per record, another one of its tree, all of it in a ring
	distinct  map[int32][]uint64 // per root of more records than names may be, its names in ascending order
}

// newLimits are the limits of so many records, each of which is a tree.
func newLimits(records, maxRecords, maxNames int, fullNames []uint64) *limits {
	l := &limits{records: maxRecords, names: maxNames}
	if len(fullNames) == 0 {
		l.names = 0
	}
	if !l.bound() {
		return l
	}
	l.fullNames, l.size, l.next = fullNames, make([]int32, records), make([]int32, records)
	for i := range l.size {
		l.size[i], l.next[i] = 1, int32(i)
	}
	if l.names > 0 {
		l.distinct = map[int32][]uint64{}
	}
	return l
}

func (l *limits) bound() bool { return l.records > 0 || l.names > 0 }

// fits reports whether the trees of these different roots together stay within the
// bounds. One tree fits as it is: what always joined, an identifier need not part.
func (l *limits) fits(roots ...int32) bool {
	if len(roots) < 2 || !l.bound() {
		return true
	}
	records := 0
	for _, r := range roots {
		records += int(l.size[r])
	}
	if l.records > 0 && records > l.records {
		return false
	}
	return l.names == 0 || records <= l.names || len(l.namesOf(roots)) <= l.names
}

// join notes that the tree of root b hangs under root a now.
func (l *limits) join(a, b int32) {
	if !l.bound() {
		return
	}
	if l.names > 0 && int(l.size[a]+l.size[b]) > l.names {
		l.distinct[a] = l.namesOf([]int32{a, b})
		delete(l.distinct, b)
	}
	l.size[a] += l.size[b]
	l.next[a], l.next[b] = l.next[b], l.next[a] // two rings become one
}

// namesOf are the different names in the trees of the roots, in ascending order.
func (l *limits) namesOf(roots []int32) []uint64 {
	var names []uint64
	for _, root := range roots {
		if known, counted := l.distinct[root]; counted {
			names = append(names, known...)
			continue
		}
		for r := l.next[root]; ; r = l.next[r] {
			if name := l.fullNames[r]; name != 0 {
				names = append(names, name)
			}
			if r == root {
				break
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
