package escape

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Every undoes one layer of each kind of escape.
func Every(s string) string {
	s = entitiesOnce(s)
	s = Rewritten(s, '%', anyPercentRun)
	return Rewritten(s, '\\', anyEscape)
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

// anyEscape is [Backslash] for JavaScript's \x40 and \u{40}, too.
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
	return Backslash(s)
}
