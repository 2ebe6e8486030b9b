package normal

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// What rules ask of texts and characters, in one place for all packages of fields.

// IsASCII reports whether a text has no other characters.
func IsASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// IsAlphanumeric reports whether a character is a letter or digit of ASCII.
func IsAlphanumeric[C byte | rune](c C) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// IsDigits reports whether a text is ASCII digits, and not empty.
func IsDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// Lower is a letter of ASCII in lower case; other bytes stay.
func Lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// HasWord reports whether a text has a letter or a digit of any script.
func HasWord(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}
