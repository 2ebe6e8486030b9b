// Package plainjson reads and writes what is plain in JSON, without a library. What vendors
// send is nearly always plain: objects of strings and numbers, with hardly an escape. A
// [Scanner] reads such texts in one pass over their bytes, and leaves the decoder all
// others, those that are no JSON among them.
package plainjson

import (
	"strings"
	"unicode/utf8"
)

// mostNested is how deep values may stand within each other for the scanner.
const mostNested = 32

// Scanner is a text and how far it is read. Its methods read what comes next.
type Scanner struct {
	Text string
	At   int
}

// Peek is the next byte, 0 at the end.
func (s *Scanner) Peek() byte {
	if s.At < len(s.Text) {
		return s.Text[s.At]
	}
	return 0
}

// Blanks skips white space.
func (s *Scanner) Blanks() {
	for s.At < len(s.Text) {
		switch s.Text[s.At] {
		case ' ', '\t', '\n', '\r':
			s.At++
		default:
			return
		}
	}
}

// Takes reads a mark with the white space before it, if it comes next.
func (s *Scanner) Takes(mark byte) bool {
	s.Blanks()
	if s.Peek() != mark {
		return false
	}
	s.At++
	return true
}

// IsOver reports whether nothing but white space is left.
func (s *Scanner) IsOver() bool {
	s.Blanks()
	return s.At == len(s.Text)
}

// Value reads a value. It is plain where it is a string of printable ASCII that is itself
// wherever JSON stands; it is not ok where the decoder has to read it.
func (s *Scanner) Value() (plain, ok bool) { return s.value(0) }

func (s *Scanner) value(depth int) (plain, ok bool) {
	switch c := s.Peek(); {
	case c == '"':
		return s.String()
	case c == '-', c >= '0' && c <= '9':
		return false, s.integer()
	case c == '{' || c == '[':
		return false, depth < mostNested && s.within(c, depth+1)
	}
	for _, word := range [...]string{"null", "true", "false"} {
		if strings.HasPrefix(s.Text[s.At:], word) {
			s.At += len(word)
			return false, true
		}
	}
	return false, false
}

// within reads an object or an array.
func (s *Scanner) within(open byte, depth int) bool {
	shut := open + 2 // of both pairs
	s.At++
	if s.Takes(shut) {
		return true
	}
	for {
		s.Blanks()
		if open == '{' {
			if s.Peek() != '"' {
				return false
			}
			if _, ok := s.String(); !ok || !s.Takes(':') {
				return false
			}
			s.Blanks()
		}
		if _, ok := s.value(depth); !ok {
			return false
		}
		if s.Takes(shut) {
			return true
		}
		if !s.Takes(',') {
			return false
		}
	}
}

// integer reads a number without a fraction and an exponent.
func (s *Scanner) integer() bool {
	if s.Peek() == '-' {
		s.At++
	}
	from := s.At
	for c := s.Peek(); c >= '0' && c <= '9'; c = s.Peek() {
		s.At++
	}
	if s.At == from || s.Text[from] == '0' && s.At > from+1 {
		return false
	}
	c := s.Peek()
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

// String reads a string with its quotes, as [Scanner.Value] does. Escapes of half a character are left to the
// decoder.
func (s *Scanner) String() (plain, ok bool) {
	seen, text, i := uint8(0), s.Text, s.At+1
	for i < len(text) {
		kind := inStrings[text[i]]
		if kind == 0 {
			i++
			continue
		}
		seen |= kind
		switch kind {
		case ends:
			valid := seen&foreign == 0 || utf8.ValidString(text[s.At:i])
			s.At = i + 1
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
