package transform

import (
	"strings"
	"unicode/utf8"
)

// AppendCanonical appends the canonical payload (see [Document.Canonical]) as [AppendQuoted]
// does. What stands for itself in JSON, as nearly all does, is not looked at again.
func (d *Document) AppendCanonical(text []byte) []byte {
	members, ok := d.canonical()
	if !ok {
		return AppendQuoted(text, d.Canonical())
	}
	text = append(text, '"', '{')
	for i := range members {
		m := &members[i]
		if i > 0 {
			text = append(text, ',')
		}
		text = append(append(text, '\\', '"'), m.name...)
		text = append(text, '\\', '"', ':')
		if m.plain {
			text = append(append(text, '\\'), m.value[:len(m.value)-1]...)
			text = append(text, '\\', '"')
			continue
		}
		text = appendUnquoted(text, m.value.canonical())
	}
	return append(text, '}', '"')
}

// AppendQuoted appends a text as JSON, with what HTML or JavaScript would read escaped, as
// encoding/json does.
func AppendQuoted(text []byte, s string) []byte {
	return append(appendUnquoted(append(text, '"'), s), '"')
}

// appendUnquoted is [AppendQuoted] without the quotes around the whole.
func appendUnquoted(text []byte, s string) []byte {
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
