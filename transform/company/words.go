package company

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"contactsync/internal/normal"
)

// words are the words of a name in lower case, with blanks between them.
type words struct {
	text        []byte
	last        int // where the last one begins
	count       int
	abbreviated uint64 // which words were written as abbreviations, by position; of the first 64
	run         bool   // the last word is single letters that another may join
}

// read appends the words of a name: what letters and digits are. The letters of an
// abbreviation make one word, whether dots, strokes or blanks stand between them
// (I.B.M., A/S, I B M); an apostrophe stands within a word; & is "and".
func (w words) read(s string) words {
	mixed := hasLower(s)
	for s = strings.TrimLeft(s, " "); s != ""; s = strings.TrimLeft(s, " ") {
		var chunk string
		chunk, s, _ = strings.Cut(s, " ")
		if chunk == "+" {
			chunk = "&"
		}
		w = w.chunk(chunk, mixed)
	}
	return w.settle()
}

func hasLower(s string) bool {
	for _, r := range s {
		if r >= 'a' && (r <= 'z' || r >= utf8.RuneSelf && unicode.IsLower(r)) {
			return true
		}
	}
	return false
}

// chunk appends the words of what stands between two blanks. mixed says that the name
// is not all capitals, so that capitals show an abbreviation.
func (w words) chunk(s string, mixed bool) words {
	singles := 0 // letters of the run at the end that this chunk has added
	for s != "" {
		size := partOf(s)
		if size == 0 {
			r, n := utf8.DecodeRuneInString(s)
			if s = s[n:]; r == '&' {
				w = w.add("and", false)
				singles = 0
			}
			continue
		}
		single := isSingle(s[:size])
		switch {
		case !single:
			singles = 0
		case singles == 0 && w.run && startsAbbreviation(s[size:]):
			w.run = false // Plan B S.A.: another one begins
			fallthrough
		default:
			singles++
		}
		w = w.append(s[:size], single, mixed)
		if singles > 1 {
			w = w.mark()
		}
		s = s[size:]
	}
	if singles > 1 {
		w.run = false
	}
	return w
}

// partOf is the length of the word at the start of a text, apostrophes within included;
// 0 where none begins.
func partOf(s string) int {
	end := 0
	for end < len(s) && normal.IsAlphanumeric(s[end]) {
		end++
	}
	if end == len(s) || s[end] < utf8.RuneSelf && !isApostrophe(rune(s[end])) {
		return end
	}
	for i, r := range s {
		switch {
		case isApostrophe(r) && end > 0:
		case isApostrophe(r) || !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsNumber(r):
			return end
		default:
			end = i + utf8.RuneLen(r)
		}
	}
	return end
}

// append appends a word, or joins a single letter to those before it.
func (w words) append(word string, single, mixed bool) words {
	if single && w.run {
		w.text = appendLower(w.text, word)
		return w
	}
	w = w.add(word, mixed && len(word) > 1 && capitals(word) > 1)
	w.run = single
	return w
}

func capitals(word string) (n int) {
	for _, r := range word {
		if r >= 'A' && (r <= 'Z' || r >= utf8.RuneSelf && unicode.IsUpper(r)) {
			n++
		}
	}
	return n
}

// add appends a word of its own.
func (w words) add(word string, abbreviated bool) words {
	w = w.settle()
	if len(w.text) > 0 {
		w.text = append(w.text, ' ')
	}
	w.last = len(w.text)
	w.text = appendLower(w.text, word)
	w.count++
	w.run = false
	if abbreviated {
		w = w.mark()
	}
	return w
}

// settle writes the last word, of which nothing more comes, as one of English.
func (w words) settle() words {
	switch string(w.text[w.last:]) {
	case "und", "et", "och", "og":
		w.text = append(w.text[:w.last], "and"...)
	}
	return w
}

// mark says of the last word that it was written as an abbreviation.
func (w words) mark() words {
	if w.count <= 64 {
		w.abbreviated |= 1 << (w.count - 1)
	}
	return w
}

// abbreviates reports whether a word was written as an abbreviation.
func (w words) abbreviates(i int) bool { return i >= 0 && i < 64 && w.abbreviated>>i&1 == 1 }

// withoutLast is the words without the last n, which have so many bytes.
func (w words) withoutLast(size, n int) words {
	w.text, w.count = bytes.TrimRight(w.text[:len(w.text)-size], " "), w.count-n
	return w
}

// withoutRemarks cuts what a company was called before (Acme formerly Foo), and takes the
// name under which one trades (Jane Doe LLC dba Acme).
func (w words) withoutRemarks() words {
	for start := 0; start < len(w.text); {
		end := len(w.text)
		if i := bytes.IndexByte(w.text[start:], ' '); i >= 0 {
			end = start + i
		}
		word := w.text[start:end]
		switch {
		case start == 0 || end == len(w.text):
		case string(word) == "formerly", string(word) == "fka":
			w.count = bytes.Count(w.text[:start], []byte(" "))
			w.text = w.text[:start-1]
			return w
		case string(word) == "dba":
			n := bytes.Count(w.text[:end], []byte(" ")) + 1
			w.text, w.count, w.abbreviated = w.text[end+1:], w.count-n, w.abbreviated>>n
			start = 0
			continue
		}
		start = end + 1
	}
	return w
}

func appendLower(b []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		if c := s[i]; normal.IsAlphanumeric(c) {
			b = append(b, normal.Lower(c))
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if i += n - 1; !isApostrophe(r) {
			b = utf8.AppendRune(b, unicode.ToLower(r))
		}
	}
	return b
}

// isSingle tells a letter of an alphabet by itself, which abbreviates, from words and
// from signs that stand for words. Apostrophes don't count.
func isSingle(s string) bool {
	if len(s) > 1 && normal.IsAlphanumeric(s[0]) && normal.IsAlphanumeric(s[1]) {
		return false
	}
	letters := 0
	for _, r := range s {
		if isApostrophe(r) {
			continue
		}
		if letters++; letters > 1 || !unicode.IsLower(r) && !unicode.IsUpper(r) {
			return false
		}
	}
	return letters == 1
}

// startsAbbreviation reports whether a letter follows by itself, after a mark: the rest of S.A.
func startsAbbreviation(s string) bool {
	return len(s) > 1 && (s[0] == '.' || s[0] == '/') && isSingle(s[1:1+partOf(s[1:])])
}

func isApostrophe(r rune) bool { return normal.IsApostrophe(r) || r == '‘' }
