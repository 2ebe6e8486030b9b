package match

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// lower is a text trimmed and in lower case, as every platform wants it; NFC, since a hash
// sees how a letter is put together.
func lower(s string) string { return norm.NFC.String(strings.ToLower(strings.TrimSpace(s))) }

// keep is a text without the characters that are not wanted.
func keep(s string, wanted func(rune) bool) string {
	return strings.Map(func(r rune) rune {
		if wanted(r) {
			return r
		}
		return -1
	}, s)
}

func isLetter(r rune) bool { return unicode.IsLetter(r) || unicode.IsMark(r) }

func isLetterOrDigit(r rune) bool { return isLetter(r) || unicode.IsDigit(r) }

// isASCII reports a letter or digit that every postal code is made of.
func isASCII(r rune) bool {
	return r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// plainName is a name in lower case without punctuation, words one space apart.
func plainName(s string) string {
	s = keep(lower(s), func(r rune) bool { return isLetterOrDigit(r) || unicode.IsSpace(r) })
	return strings.Join(strings.Fields(s), " ")
}

// digits are those of a number.
func digits(s string) string { return keep(s, func(r rune) bool { return r >= '0' && r <= '9' }) }

// isCountry reports an ISO 3166-1 alpha-2 code.
func isCountry(s string) bool {
	return len(s) == 2 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z'
}
