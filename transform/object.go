package transform

import (
	"bytes"
	"cmp"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
)

// object is the members of a JSON object, sorted by field and then as they were sent.
type object []member

// member is one member of an object.
type member struct {
	name     string // as sent
	field    string // the documented spelling of it
	value    value
	position int
}

func (m member) compare(other member) int {
	return cmp.Or(strings.Compare(m.field, other.field), cmp.Compare(m.position, other.position))
}

// A repeated name is no reason to lose a person: the last value that says
// something counts. Broken UTF-8 and lone surrogates are refused, since neither a
// VARCHAR nor DuckDB's JSON type can hold them.
var decoding = jsontext.AllowDuplicateNames(true)

// parser is what parsing needs besides the text, kept for the next one. Records of
// one page name their fields in one order, so the order that sorted the members of
// one record mostly sorts those of the next.
type parser struct {
	decoder jsontext.Decoder
	text    []byte
	members []member
	order   []int
}

var parsers = sync.Pool{New: func() any { return new(parser) }}

// parserLimit is the size of the largest text whose parser is kept.
const parserLimit = 1 << 16

// begin makes ready to parse a text. Whatever is kept of it is cut from the text
// itself, by the decoder's offsets.
func begin(text string) *parser {
	p := parsers.Get().(*parser)
	p.text = append(p.text[:0], text...)
	p.decoder.Reset(bytes.NewBuffer(p.text), decoding)
	return p
}

func (p *parser) end() {
	clear(p.members)
	if len(p.text) <= parserLimit {
		parsers.Put(p)
	}
}

// parseObject reads a text that should be a JSON object; spelling turns a name as
// sent into the documented one, nil leaves it.
func parseObject(text string, spelling func(string) string) (object, error) {
	p := begin(text)
	defer p.end()
	if p.decoder.PeekKind() != '{' {
		if jsontext.Value(p.text).IsValid(decoding) {
			return nil, errNotObject
		}
		return nil, errNotJSON
	}
	if err := p.readMembers(text, spelling); err != nil {
		return nil, errNotJSON
	}
	return p.sorted(), nil
}

// readMembers reads the only object of a text, to the end of the text.
func (p *parser) readMembers(text string, spelling func(string) string) error {
	d := &p.decoder
	p.members = p.members[:0]
	_, _ = d.ReadToken() // the brace
	for d.PeekKind() != '}' {
		quoted, err := p.next(text)
		if err != nil {
			return err
		}
		name, _ := quoted.scalar()
		val, err := p.next(text)
		if err != nil {
			return err
		}
		field := name
		if spelling != nil {
			field = spelling(name)
		}
		p.members = append(p.members, member{name: name, field: field, value: val, position: len(p.members)})
	}
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	if _, err := d.ReadToken(); err != io.EOF {
		return errNotJSON
	}
	return nil
}

// next cuts the next value out of the text.
func (p *parser) next(text string) (value, error) {
	raw, err := p.decoder.ReadValue()
	if err != nil {
		return "", err
	}
	end := int(p.decoder.InputOffset())
	return value(text[end-len(raw) : end]), nil
}

// sorted is the members that were read, sorted.
func (p *parser) sorted() object {
	o := append(object{}, p.members...) // not nil: an empty object is one
	if len(p.order) == len(o) {
		for i, position := range p.order {
			o[i] = p.members[position]
		}
	}
	if !slices.IsSortedFunc(o, member.compare) {
		slices.SortFunc(o, member.compare)
	}
	p.order = p.order[:0]
	for _, m := range o {
		p.order = append(p.order, m.position)
	}
	return o
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
