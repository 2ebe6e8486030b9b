package normal

import (
	"strings"

	"contactsync/internal/escape"
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
		next := Text(unstyled(narrow(escape.Every(s))))
		if next == s {
			break
		}
		s = next
	}
	return s
}

// narrow turns full-width ASCII, as East Asian keyboards write it, into ASCII.
func narrow(s string) string {
	if !strings.ContainsFunc(s, isWide) {
		return s
	}
	return Text(strings.Map(func(r rune) rune {
		if isWide(r) {
			return r - 0xFEE0
		}
		return r
	}, s))
}

func isWide(r rune) bool { return r >= 0xFF01 && r <= 0xFF5E }
