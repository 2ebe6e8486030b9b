// Package mask makes texts fit to be shown and logged, whoever wrote them:
// without mail addresses and, where a vendor is quoted, without secrets, numbers
// and hashes. It keeps no state.
package mask

import (
	"regexp"
	"strings"
	"unicode"
)

// What may stand in a text and must not be shown. A mail address is found by its
// at sign, escaped or not; what cannot be part of a domain ends it.
var (
	secrets = regexp.MustCompile(`(?i)\b(?:sk|pk)_[a-z0-9_\-]+|bearer\s+[a-z0-9._~+/\-]+=*|` +
		`((?:api_?key|key|token|secret|password)["']?\s*[:=]\s*["']?)[^\s"',&}]+`)
	addresses = regexp.MustCompile(`[^\s"'<>(),;:=][^\s"<>(),;:=]*(?:@|%40)(?:[^\s"'<>(),;:&/?|{}\\]|\\u[0-9a-fA-F]{4})+`)
	hashes    = regexp.MustCompile(`[0-9a-fA-F]{32,}`)
	numbers   = regexp.MustCompile(`\+?\(?\d(?:[\s().\-/]*\d){6,}`)
	date      = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
)

// Addresses returns a text without the mail addresses in it.
func Addresses(text string) string { return addresses.ReplaceAllString(text, "[address]") }

// Excerpt returns the beginning of a vendor's text: in one line of at most n
// characters, without secrets, addresses, hashes and telephone numbers.
func Excerpt(text string, n int) string {
	text = secrets.ReplaceAllString(text, "${1}[secret]")
	text = Addresses(text)
	text = hashes.ReplaceAllString(text, "[hash]")
	text = numbers.ReplaceAllStringFunc(text, func(number string) string {
		if date.MatchString(number) {
			return number
		}
		return "[number]"
	})
	return shorten(oneLine(text), n)
}

func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
}

func shorten(s string, n int) string {
	if runes := []rune(s); len(runes) > n {
		return string(runes[:n-1]) + "…"
	}
	return s
}
