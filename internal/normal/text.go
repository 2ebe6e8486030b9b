package normal

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Text brings a text into the form that the warehouse stores (contract, part 3):
// NFC, trimmed, no control characters. Line breaks and every other run of white
// space become one space, since no column here is prose; invisible characters
// that carry no meaning (byte order marks, zero-width spaces, soft hyphens, invisible
// operators, direction overrides) go. Joiners stay: Persian, Hindi and emoji need them.
func Text(s string) string {
	if IsPlain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r), r == 0x2800: // Braille's blank
			space = true
		case isInvisible(r):
		default:
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			b.WriteRune(r)
		}
	}
	return norm.NFC.String(b.String())
}

// IsPlain reports whether [Text] would change nothing, for the common text of
// printable ASCII with single spaces inside.
func IsPlain(s string) bool {
	previous := byte(' ')
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c > '~' || c == ' ' && previous == ' ' {
			return false
		}
		previous = c
	}
	return previous != ' ' || s == ""
}

func isInvisible(r rune) bool {
	switch {
	case unicode.IsControl(r), r == 0x00AD, r == 0x034F, r == 0x061C, r == 0x180E, r == 0x200B, r == 0xFEFF,
		r >= 0x200E && r <= 0x200F, r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x206F,
		r == 0x115F, r == 0x1160, r == 0x3164, r == 0xFFA0, r >= 0xFFF9 && r <= 0xFFFB: // fillers of Hangul, marks of annotations
		return true
	}
	return false
}

// nullWords are the spellings of nothing: what Python, JavaScript, Go, SQL and
// spreadsheets leave behind when a value is missing (contract, part 4; vendors'
// README 4.8).
var nullWords = map[string]bool{
	"null": true, "none": true, "nan": true, "n/a": true, "#n/a": true, "n.a.": true,
	"nil": true, "<nil>": true, "(null)": true, "undefined": true,
	"-": true, "--": true,
}

// IsNull reports whether a cleaned text stands for no value.
func IsNull(s string) bool {
	return s == "" || len(s) <= len("undefined") && lookUp(nullWords, s)
}
