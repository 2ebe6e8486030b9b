// Package escape undoes what programs write in the place of characters that mean
// something to them: HTML's character references, percent-encoding, backslashes. What is
// no escape stands for itself, and every function takes time that grows with the text.
package escape

import (
	"html"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Entities decodes HTML's character references. An ampersand may stand for itself,
// as in the query of a link (?a=1&copy=2), so names of entities need their semicolon;
// only those that every encoder writes are taken without it, before a blank.
func Entities(s string) string {
	for range MaxNesting {
		next := entitiesOnce(s)
		if next == s {
			break
		}
		s = next
	}
	return s
}

// MaxNesting is how often a value may be encoded before we stop decoding it.
const MaxNesting = 8

func entitiesOnce(s string) string { return Rewritten(s, '&', entity) }

// Rewritten puts in the place of what begins at each mark of a text what read makes of
// it: how long that is there, and what it stands for.
func Rewritten(s string, mark byte, read func(string) (n int, text string)) string {
	at := strings.IndexByte(s, mark)
	if at < 0 {
		return s
	}
	var b strings.Builder
	for ; at >= 0; at = strings.IndexByte(s, mark) {
		b.WriteString(s[:at])
		n, text := read(s[at:])
		b.WriteString(text)
		s = s[at+n:]
	}
	b.WriteString(s)
	return b.String()
}

// entity reads the reference with which a text begins: its length and what it
// stands for; an ampersand that begins none stands for itself.
func entity(s string) (n int, text string) {
	end := 1
	for end < len(s) && end < 34 && (isAlphanumeric(s[end]) || s[end] == '#' && end == 1) {
		end++
	}
	if end < len(s) && s[end] == ';' {
		if text := html.UnescapeString(s[:end+1]); text != s[:end+1] && (text == ";" || !strings.HasSuffix(text, ";")) {
			return end + 1, text
		}
	}
	if text, known := bareEntities[s[1:end]]; known && (end == len(s) || s[end] == ' ') {
		return end, text
	}
	if n := numericLength(s); n > 0 {
		return n, html.UnescapeString(s[:n] + ";")
	}
	return 1, "&"
}

// numericLength is the length of a numeric reference without its semicolon, 0 for none.
func numericLength(s string) int {
	from, digits := 2, "0123456789"
	if len(s) < 3 || s[1] != '#' {
		return 0
	}
	if s[2] == 'x' || s[2] == 'X' {
		from, digits = 3, "0123456789abcdefABCDEF"
	}
	end := from
	for end < len(s) && end < from+6 && strings.IndexByte(digits, s[end]) >= 0 {
		end++
	}
	if end < from+2 {
		return 0 // A&#1 Roofing
	}
	return end
}

var bareEntities = map[string]string{"amp": "&", "lt": "<", "gt": ">", "quot": `"`, "apos": "'", "nbsp": " "}

// Percent undoes percent-encoding as far as it is one: runs of %XX whose bytes
// are UTF-8. Any other % is itself.
func Percent(s string) string { return Rewritten(s, '%', percentRun) }

// percentRun reads the run of %XX with which a text begins.
func percentRun(s string) (n int, text string) {
	var run []byte
	for len(s) >= n+3 && s[n] == '%' {
		c, err := strconv.ParseUint(s[n+1:n+3], 16, 8)
		if err != nil {
			break
		}
		run = append(run, byte(c))
		n += 3
	}
	if len(run) > 0 && utf8.Valid(run) {
		return n, string(run)
	}
	n = max(1, n)
	return n, s[:n]
}

// Backslashes undoes backslashes: those of JSON (\/, \", \u0040, \n) and those of
// Markdown before punctuation.
func Backslashes(s string) string { return Rewritten(s, '\\', Backslash) }

// Backslash reads the escape with which a text begins. A backslash before anything
// else than it escapes, or at the end, is dropped.
func Backslash(s string) (n int, text string) {
	if len(s) < 2 {
		return 1, ""
	}
	switch c := s[1]; {
	case c == 'n' || c == 'r' || c == 't' || c == 'b' || c == 'f':
		return 2, " "
	case c == 'u':
		if n, text, ok := codeUnit(s, 2); ok {
			return n, text
		}
	}
	return 1, ""
}

// codeUnit reads the four digits of a UTF-16 unit that stand at a place in a text, and of
// the one that completes it, which has the same mark before. Half a pair alone is none.
func codeUnit(s string, at int) (n int, text string, ok bool) {
	if len(s) < at+4 {
		return 0, "", false
	}
	unit, err := strconv.ParseUint(s[at:at+4], 16, 16)
	if err != nil {
		return 0, "", false
	}
	n = at + 4
	if !utf16.IsSurrogate(rune(unit)) {
		return n, string(rune(unit)), true
	}
	if len(s) < 2*n || s[n:n+at] != s[:at] {
		return 0, "", false
	}
	low, _ := strconv.ParseUint(s[n+at:2*n], 16, 16)
	return 2 * n, string(utf16.DecodeRune(rune(unit), rune(low))), true
}

func isAlphanumeric(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}
