package normal

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Decoded is a text of any length with all escapes undone wherever they stand, for
// looking for something in it; what separates values is lost. Undone are HTML's
// character references, percent-encoding (of UTF-8, of Latin-1 and as %u00FC), the
// backslashes of JSON, JavaScript and Markdown, full-width letters and those drawn in a
// style, and invisible characters: again and again until nothing changes, since what was
// escaped once is escaped again by whoever puts it into another text. Decoding it again
// changes nothing but in a text that is escaped more often than anybody does.
func Decoded(s string) string {
	for range maxWraps {
		next := Text(unstyled(narrow(everyEscape(s))))
		if next == s {
			break
		}
		s = next
	}
	return s
}

// everyEscape undoes one layer of each kind of escape.
func everyEscape(s string) string {
	s = entitiesOnce(s)
	s = rewritten(s, '%', anyPercentRun)
	return rewritten(s, '\\', anyEscape)
}

// anyPercentRun reads the run of %XX, or the %uXXXX, with which a text begins. Bytes that
// are not UTF-8 are taken for Latin-1: %FC is an ü to who wrote it.
func anyPercentRun(s string) (n int, text string) {
	if len(s) > 1 && (s[1] == 'u' || s[1] == 'U') {
		if n, text, ok := codeUnit(s, 2); ok {
			return n, text
		}
		return 1, s[:1]
	}
	var run []byte
	for ; len(s) >= n+3 && s[n] == '%'; n += 3 {
		c, err := strconv.ParseUint(s[n+1:n+3], 16, 8)
		if err != nil {
			break
		}
		run = append(run, byte(c))
	}
	if n == 0 {
		return 1, s[:1]
	}
	if utf8.Valid(run) {
		return n, string(run)
	}
	return n, readLatin1(run)
}

// readLatin1 reads UTF-8 in which single bytes may be Latin-1.
func readLatin1(run []byte) string {
	var b strings.Builder
	for len(run) > 0 {
		r, n := utf8.DecodeRune(run)
		if r == utf8.RuneError && n == 1 {
			r = rune(run[0])
		}
		b.WriteRune(r)
		run = run[n:]
	}
	return b.String()
}

// anyEscape is [escape] for JavaScript's \x40 and \u{40}, too.
func anyEscape(s string) (n int, text string) {
	switch {
	case len(s) >= 4 && s[1] == 'x':
		if c, err := strconv.ParseUint(s[2:4], 16, 8); err == nil {
			return 4, string(rune(c))
		}
	case len(s) > 3 && s[1] == 'u' && s[2] == '{':
		end := strings.IndexByte(s[:min(len(s), len(`\u{10FFFF}`))], '}')
		if end < 0 {
			break
		}
		if r, err := strconv.ParseUint(s[3:end], 16, 32); err == nil && utf8.ValidRune(rune(r)) {
			return end + 1, string(rune(r))
		}
	}
	return escape(s)
}
