package transform

import (
	"cmp"
	"slices"
	"strings"
)

// object is the members of a JSON object, sorted by field and then as they were sent.
type object []member

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
			return nil, err
		}
	}
	return p.sorted(), nil
}

// sorted is the members that were read, sorted. Records of one page name their fields in
// one order, so the order that sorted the members of one record mostly sorts those of
// the next.
func (p *parser) sorted() object {
	o := make(object, len(p.members)) // not nil: an empty object is one
	if p.isLastLayout() {
		for i, position := range p.order {
			o[i] = p.members[position]
		}
		return o
	}
	copy(o, p.members)
	if !slices.IsSortedFunc(o, member.compare) {
		slices.SortFunc(o, member.compare)
	}
	p.layout, p.order = p.layout[:0], p.order[:0]
	for i := range o {
		p.layout, p.order = append(p.layout, p.members[i].label), append(p.order, o[i].position)
	}
	return o
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
	from, to := 0, len(o)
	for from < to {
		if middle := (from + to) / 2; o[middle].field < field {
			from = middle + 1
		} else {
			to = middle
		}
	}
	var says value
	for ; from < len(o) && o[from].field == field; from++ {
		m := &o[from]
		if m.value.saysSomething() && (says == "" || m.name == field) {
			says = m.value
		}
	}
	return says
}
