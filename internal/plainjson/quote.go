package plainjson

import (
	"strings"
	"unicode/utf8"
)

// AppendString appends a text as JSON, with what HTML or JavaScript would read escaped, as
// encoding/json does.
func AppendString(text []byte, s string) []byte {
	return append(AppendWithin(append(text, '"'), s), '"')
}

// AppendWithin is [AppendString] without the quotes around the whole.
func AppendWithin(text []byte, s string) []byte {
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if standsForItself[c] {
			i++
			continue
		}
		if c < utf8.RuneSelf {
			text = appendEscaped(append(text, s[start:i]...), c)
			i++
			start = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			text = append(append(text, s[start:i]...), `\ufffd`...)
			start = i + size
		case r == '\u2028', r == '\u2029':
			text = append(append(text, s[start:i]...), `\u202`...)
			text = append(text, hexDigits[r&0xF])
			start = i + size
		}
		i += size
	}
	return append(text, s[start:]...)
}

const hexDigits = "0123456789abcdef"

// standsForItself holds for the characters of ASCII that stand for themselves.
var standsForItself = func() (plain [256]bool) {
	for c := ' '; c < utf8.RuneSelf; c++ {
		plain[c] = !strings.ContainsRune(`"\<>&`, c)
	}
	return plain
}()

func appendEscaped(text []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(text, '\\', c)
	case '\b':
		return append(text, '\\', 'b')
	case '\f':
		return append(text, '\\', 'f')
	case '\n':
		return append(text, '\\', 'n')
	case '\r':
		return append(text, '\\', 'r')
	case '\t':
		return append(text, '\\', 't')
	}
	return append(text, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&0xF])
}

// IsMinimal reports whether a valid string of JSON has no escapes but those that it needs,
// each in its short form.
func IsMinimal(s string) bool {
	for {
		i := strings.IndexByte(s, '\\')
		if i < 0 {
			return true
		}
		if c := s[i+1]; c == 'u' || c == '/' {
			return false
		}
		s = s[i+2:]
	}
}
