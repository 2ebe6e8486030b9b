package transform

import (
	"strings"
	"unicode/utf8"
)

// What vendors send is nearly always plain: objects of strings and numbers, with hardly
// an escape. A scanner reads such texts in one pass over their bytes, and leaves the
// decoder all others, those that are no JSON among them.

// mostNested is how deep values may stand within each other for the scanner.
const mostNested = 32

// scanner is a text and how far it is read.
type scanner struct {
	text string
	at   int
}

// scanObject reads the only object of a text. It is not ok where the decoder has to.
func (p *parser) scanObject(text string) (ok bool) {
	s := scanner{text: text}
	if !s.takes('{') {
		return false
	}
	for n := 0; ; n++ {
		if s.takes('}') {
			return n == 0 && s.isOver()
		}
		l := p.scanLabel(&s)
		if l == nil || !s.takes(':') {
			return false
		}
		s.blanks()
		from := s.at
		plain, ok := s.value(0)
		if !ok {
			return false
		}
		p.add(l, value(text[from:s.at]), plain)
		if s.takes(',') {
			if s.blanks(); s.peek() != '"' {
				return false
			}
			continue
		}
		return s.takes('}') && s.isOver()
	}
}

// scanLabel reads the name of a member. Mostly it is the one that stood in its place in
// the object before.
func (p *parser) scanLabel(s *scanner) *label {
	if s.peek() != '"' {
		return nil
	}
	rest := s.text[s.at+1:]
	if i := len(p.members); i < len(p.layout) {
		if l := p.layout[i]; l.plain && len(rest) > len(l.name) && rest[len(l.name)] == '"' && rest[:len(l.name)] == l.name {
			s.at += len(l.name) + 2
			return l
		}
	}
	from := s.at + 1
	if plain, ok := s.string(); !ok || !plain {
		return nil
	}
	return p.labelOf(s.text[from : s.at-1])
}

func (s *scanner) peek() byte {
	if s.at < len(s.text) {
		return s.text[s.at]
	}
	return 0
}

// blanks skips white space.
func (s *scanner) blanks() {
	for s.at < len(s.text) {
		switch s.text[s.at] {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			return
		}
	}
}

// takes reads a mark with the white space before it, if it comes next.
func (s *scanner) takes(mark byte) bool {
	s.blanks()
	if s.peek() != mark {
		return false
	}
	s.at++
	return true
}

func (s *scanner) isOver() bool {
	s.blanks()
	return s.at == len(s.text)
}

// value reads a value that stands so deep within others. Plain is a string of ordinary
// ASCII.
func (s *scanner) value(depth int) (plain, ok bool) {
	switch c := s.peek(); {
	case c == '"':
		return s.string()
	case c == '-', c >= '0' && c <= '9':
		return false, s.integer()
	case c == '{' || c == '[':
		return false, depth < mostNested && s.within(c, depth+1)
	}
	for _, word := range [...]string{"null", "true", "false"} {
		if strings.HasPrefix(s.text[s.at:], word) {
			s.at += len(word)
			return false, true
		}
	}
	return false, false
}

// within reads an object or an array.
func (s *scanner) within(open byte, depth int) bool {
	shut := open + 2 // of both pairs
	s.at++
	if s.takes(shut) {
		return true
	}
	for {
		s.blanks()
		if open == '{' {
			if s.peek() != '"' {
				return false
			}
			if _, ok := s.string(); !ok || !s.takes(':') {
				return false
			}
			s.blanks()
		}
		if _, ok := s.value(depth); !ok {
			return false
		}
		if s.takes(shut) {
			return true
		}
		if !s.takes(',') {
			return false
		}
	}
}

// integer reads a number without a fraction and an exponent.
func (s *scanner) integer() bool {
	if s.peek() == '-' {
		s.at++
	}
	from := s.at
	for c := s.peek(); c >= '0' && c <= '9'; c = s.peek() {
		s.at++
	}
	if s.at == from || s.text[from] == '0' && s.at > from+1 {
		return false
	}
	c := s.peek()
	return c != '.' && c|0x20 != 'e'
}

// What a byte of a string is, a bit each; 0 for ordinary ASCII.
const (
	ends      = 1 << iota // the quote
	refused               // control characters
	escape                // the backslash
	markup                // what encoding/json escapes for HTML
	foreign               // no ASCII
	delete127             // which is no control character to JSON
)

var inStrings = func() (kinds [256]uint8) {
	for c := range kinds {
		switch {
		case c < ' ':
			kinds[c] = refused
		case c >= utf8.RuneSelf:
			kinds[c] = foreign
		}
	}
	kinds['"'], kinds['\\'], kinds['<'], kinds['>'], kinds['&'], kinds[0x7F] = ends, escape, markup, markup, markup, delete127
	return kinds
}()

// string reads a string with its quotes. Escapes of half a character are left to the
// decoder.
func (s *scanner) string() (plain, ok bool) {
	seen, text, i := uint8(0), s.text, s.at+1
	for i < len(text) {
		kind := inStrings[text[i]]
		if kind == 0 {
			i++
			continue
		}
		seen |= kind
		switch kind {
		case ends:
			valid := seen&foreign == 0 || utf8.ValidString(text[s.at:i])
			s.at = i + 1
			return seen == ends, valid
		case refused:
			return false, false
		case escape:
			n := escapeLength(text[i:])
			if n == 0 {
				return false, false
			}
			i += n
		default:
			i++
		}
	}
	return false, false
}

// escapeLength is the length of the escape that begins a text, 0 where it is none, or
// that of a surrogate.
func escapeLength(s string) int {
	if len(s) < 2 {
		return 0
	}
	switch s[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if len(s) < 6 || !isHex(s[2]) || !isHex(s[3]) || !isHex(s[4]) || !isHex(s[5]) || s[2]|0x20 == 'd' && s[3] > '7' {
			return 0
		}
		return 6
	}
	return 0
}

func isHex(c byte) bool { return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f' }
