package transform

import (
	"cmp"
	"slices"
	"strings"
)

// object is the members of a JSON object.
type object struct {
	all   []member         // sorted by field and then as they were sent; nil where there is no object
	index map[string]int32 // where the first member of a field stands; nil: it is to be searched for
}

// member is one member of an object.
type member struct {
	*label
	value    value
	position int32
	plain    bool // the value is a string of ordinary ASCII, which is itself wherever JSON stands
}

// label is what a member is called. Records of a stream call theirs alike, so that a
// parser has each label once, and documents share them. It never changes.
type label struct {
	name  string // as sent
	field string // the documented spelling of it
	plain bool   // the name is itself in JSON, whoever writes it
}

// spelling is how the names of a vendor's members are documented, where they are sent
// otherwise; nil for names that come as documented.
type spelling struct{ documented func(sent string) string }

func (s *spelling) of(sent string) string {
	if s == nil {
		return sent
	}
	return s.documented(sent)
}

func (m member) compare(other member) int {
	if c := strings.Compare(m.field, other.field); c != 0 {
		return c
	}
	return cmp.Compare(m.position, other.position)
}

// parseObject reads a text that should be a JSON object; spelling turns a name as
// sent into the documented one.
func parseObject(text string, spelling *spelling) (object, error) {
	p := begin()
	defer p.end()
	p.spelledBy(spelling)
	if !p.scanObject(text) {
		if err := p.decodeObject(text); err != nil {
			return object{}, err
		}
	}
	return p.sorted(), nil
}

// sorted is the members that were read, sorted. Records of one page name their fields in
// one order, so the order that sorted the members of one record mostly sorts those of
// the next.
func (p *parser) sorted() object {
	all := make([]member, len(p.members)) // not nil: an empty object is one
	if p.isLastLayout() {
		for i, position := range p.order {
			all[i] = p.members[position]
		}
		if p.at == nil && len(all) > fewKeys {
			p.at = indexOf(all)
		}
		return object{all, p.at}
	}
	copy(all, p.members)
	if !slices.IsSortedFunc(all, member.compare) {
		slices.SortFunc(all, member.compare)
	}
	p.layout, p.order, p.at = p.layout[:0], p.order[:0], nil
	for i := range all {
		p.layout, p.order = append(p.layout, p.members[i].label), append(p.order, all[i].position)
	}
	return object{all, nil}
}

// indexOf is where the first member of each field stands. Objects of one layout share it.
func indexOf(all []member) map[string]int32 {
	at := make(map[string]int32, len(all))
	for i := range all {
		if i == 0 || all[i-1].field != all[i].field {
			at[all[i].field] = int32(i)
		}
	}
	return at
}

// isLastLayout reports whether the members that were read are called as those of the
// object before, in the same order.
func (p *parser) isLastLayout() bool {
	if len(p.layout) != len(p.members) {
		return false
	}
	for i, l := range p.layout {
		if p.members[i].label != l {
			return false
		}
	}
	return true
}

// get is the value of a field, "" for none. A value that says nothing reads as
// absent; of spellings that differ in case alone the documented one wins, so that
// the result does not depend on the order of the members, and of values under one
// name the last.
func (o object) get(field string) value {
	from := o.find(field)
	if from < 0 {
		return ""
	}
	var says value
	for ; from < len(o.all) && o.all[from].field == field; from++ {
		m := &o.all[from]
		if m.value.saysSomething() && (says == "" || m.name == field) {
			says = m.value
		}
	}
	return says
}

// find is where the first member of a field stands, if there is one; it may be -1 for none.
func (o object) find(field string) int {
	if o.index != nil {
		if i, found := o.index[field]; found {
			return int(i)
		}
		return -1
	}
	from, to := 0, len(o.all)
	for from < to {
		if middle := (from + to) / 2; o.all[middle].field < field {
			from = middle + 1
		} else {
			to = middle
		}
	}
	return from
}
