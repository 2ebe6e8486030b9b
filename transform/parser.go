package transform

import (
	"bytes"
	"io"
	"strings"
	"sync"

	"contactsync/internal/plainjson"

	"github.com/go-json-experiment/json/jsontext"
)

// A repeated name is no reason to lose a person: the last value that says
// something counts. Broken UTF-8 and lone surrogates are refused, since neither a
// VARCHAR nor DuckDB's JSON type can hold them.
var decoding = jsontext.AllowDuplicateNames(true)

// parser is what parsing needs besides the text, kept for the next one.
type parser struct {
	decoder  jsontext.Decoder
	buffer   bytes.Buffer
	spelling *spelling
	members  []member

	labels map[string]*label // by name
	layout []*label          // of the last object, as they were sent
	order  []int32           // positions of its members, sorted
	at     map[string]int32  // the index of objects of that layout; nil until the second
}

var parsers = sync.Pool{New: func() any { return &parser{labels: map[string]*label{}} }}

// Bounds of what is kept for the next text.
const (
	parserLimit = 1 << 16 // the size of the largest text whose parser is kept
	mostLabels  = 1 << 12
)

// begin makes ready to parse a text.
func begin() *parser {
	p := parsers.Get().(*parser)
	p.members = p.members[:0]
	return p
}

func (p *parser) end() {
	clear(p.members)
	if p.buffer.Cap() <= parserLimit {
		parsers.Put(p)
	}
}

// spelledBy sets how names are spelt.
func (p *parser) spelledBy(s *spelling) {
	if p.spelling != s {
		p.spelling = s
		clear(p.labels)
		p.layout, p.order, p.at = p.layout[:0], p.order[:0], nil
	}
}

// scanObject reads the only object of a text. It is not ok where the decoder has to.
func (p *parser) scanObject(text string) (ok bool) {
	s := plainjson.Scanner{Text: text}
	if !s.Takes('{') {
		return false
	}
	for n := 0; ; n++ {
		if s.Takes('}') {
			return n == 0 && s.IsOver()
		}
		l := p.scanLabel(&s)
		if l == nil || !s.Takes(':') {
			return false
		}
		s.Blanks()
		from := s.At
		plain, ok := s.Value()
		if !ok {
			return false
		}
		p.add(l, value(text[from:s.At]), plain)
		if s.Takes(',') {
			if s.Blanks(); s.Peek() != '"' {
				return false
			}
			continue
		}
		return s.Takes('}') && s.IsOver()
	}
}

// scanLabel reads the name of a member. Mostly it is the one that stood in its place in
// the object before.
func (p *parser) scanLabel(s *plainjson.Scanner) *label {
	if s.Peek() != '"' {
		return nil
	}
	rest := s.Text[s.At+1:]
	if i := len(p.members); i < len(p.layout) {
		if l := p.layout[i]; l.plain && len(rest) > len(l.name) && rest[len(l.name)] == '"' && rest[:len(l.name)] == l.name {
			s.At += len(l.name) + 2
			return l
		}
	}
	from := s.At + 1
	if plain, ok := s.String(); !ok || !plain {
		return nil
	}
	return p.labelOf(s.Text[from : s.At-1])
}

// decode makes the decoder ready to read a text.
func (p *parser) decode(text string) *jsontext.Decoder {
	p.buffer.Reset()
	p.buffer.WriteString(text)
	p.decoder.Reset(&p.buffer, decoding)
	return &p.decoder
}

// decodeObject reads the only object of a text, whatever it is like.
func (p *parser) decodeObject(text string) error {
	d := p.decode(text)
	p.members = p.members[:0]
	if d.PeekKind() != '{' {
		if jsontext.Value(text).IsValid(decoding) {
			return errNotObject
		}
		return errNotJSON
	}
	_, _ = d.ReadToken() // the brace
	for d.PeekKind() != '}' {
		quoted, err := p.nextValue(text)
		if err != nil {
			return errNotJSON
		}
		name, _ := quoted.scalar()
		val, err := p.nextValue(text)
		if err != nil {
			return errNotJSON
		}
		p.add(p.labelOf(name), val, false)
	}
	if _, err := d.ReadToken(); err != nil {
		return errNotJSON
	}
	if _, err := d.ReadToken(); err != io.EOF {
		return errNotJSON
	}
	return nil
}

// nextValue cuts the next value out of the text that the decoder reads.
func (p *parser) nextValue(text string) (value, error) {
	raw, err := p.decoder.ReadValue()
	if err != nil {
		return "", err
	}
	end := int(p.decoder.InputOffset())
	return value(text[end-len(raw) : end]), nil
}

func (p *parser) add(l *label, v value, plain bool) {
	p.members = append(p.members, member{label: l, value: v, position: int32(len(p.members)), plain: plain})
}

// labelOf is the label of a name.
func (p *parser) labelOf(name string) *label {
	if l := p.labels[name]; l != nil {
		return l
	}
	if len(p.labels) >= mostLabels {
		clear(p.labels)
	}
	name = strings.Clone(name) // or the label would keep the text
	l := &label{name: name, field: p.spelling.of(name), plain: isPlainName(name)}
	p.labels[name] = l
	return l
}
