package title

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"contactsync/internal/normal"
)

// The words between which a phrase does not go on.
const (
	bar   = "|" // and brackets, colons, dashes between blanks, symbols: another thing is said
	comma = ","
)

// words is a title taken apart for comparison: in lower case and without accents, the
// apostrophe of a genitive and the full stops of initials (V.P.) closed up, "&", "+" and
// "/" as "and", "@" as "at". All other punctuation separates words, whether or not it
// has blanks about it; what of it matters to a reader stands as a word of its own. A bar
// ends the last one.
type words struct {
	text []byte
	ends []int // of each word in the text; there is nothing between words
}

// parse adds the words of s. Words are values and come back changed, as with append, so
// that their room may be the caller's stack.
func (w words) parse(s string) words {
	if !normal.IsPlain(s) {
		s = plainLetters(s)
	}
	capital := false
	for i, r := range s {
		switch {
		case r < utf8.RuneSelf && normal.IsAlphanumeric(r):
			capital = capital || isUpper(r)
			w.text = append(w.text, normal.Lower(byte(r)))
		case unicode.IsLetter(r), unicode.IsDigit(r):
			w.text = utf8.AppendRune(w.text, unicode.ToLower(r))
		case closesUp(s, i, r):
		default:
			w = w.end(capital, s).mark(separator(s, i, r))
			capital = false
		}
	}
	return w.end(capital, s).mark(bar)
}

// word is the i-th word.
func (w words) word(i int) []byte {
	start := 0
	if i > 0 {
		start = w.ends[i-1]
	}
	return w.text[start:w.ends[i]]
}

// end ends a word; one that no rule knows is read as two where it is a compound.
func (w words) end(capital bool, title string) words {
	start := 0
	if n := len(w.ends); n > 0 {
		start = w.ends[n-1]
	}
	word := w.text[start:]
	switch {
	case len(word) == 0:
		return w
	case string(word) == "it" && !capital && w.isPronoun(title):
		w.text = w.text[:start]
		return w
	}
	if cut := compound(word); cut > 0 {
		w.ends = append(w.ends, start+cut)
	}
	w.ends = append(w.ends, len(w.text))
	return w
}

// isPronoun tells of an "it" in small letters whether the title has capitals and does not
// speak of a department: "Make it happen", but "Director of it".
func (w words) isPronoun(title string) bool {
	if n := len(w.ends); n > 0 && string(w.word(n-1)) == "of" {
		return false
	}
	return strings.ContainsFunc(title, unicode.IsUpper)
}

// mark adds what a separator stands for; of several in a row a bar outdoes the others.
func (w words) mark(word string) words {
	if word == "" {
		return w
	}
	if n := len(w.ends); n > 0 && w.isBoundary(n-1) && word != "and" && word != "at" {
		if word == bar {
			w.text[len(w.text)-1] = bar[0]
		}
		return w
	}
	w.text = append(w.text, word...)
	w.ends = append(w.ends, len(w.text))
	return w
}

// isBoundary holds for a word that no phrase crosses.
func (w words) isBoundary(i int) bool {
	word := w.word(i)
	return len(word) == 1 && (word[0] == bar[0] || word[0] == comma[0])
}

var plain = strings.NewReplacer("ß", "ss", "™", " ", "℠", " ")

// plainLetters writes full-width and ornamental letters plainly and drops accents.
func plainLetters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) || r == '\u200d' {
			return -1
		}
		return r
	}, norm.NFKD.String(plain.Replace(s)))
}

// separator is the word that a separator at i stands for, "" for a blank.
func separator(s string, i int, r rune) string {
	switch r {
	case ' ', '.', '"', '*', '_', '\u00a0', '…':
		return ""
	case ',', '،', '、':
		return comma
	case '&', '+', '/', '\\':
		return "and"
	case '@':
		return "at"
	case '|', ';', ':', '(', ')', '[', ']', '{', '}', '<', '>', '!', '?', '~', '=':
		return bar
	case '-', '−', '·', '•':
		return spaced(s, i, r)
	}
	switch {
	case unicode.Is(unicode.Pd, r):
		return spaced(s, i, r)
	case unicode.IsSymbol(r):
		return bar
	}
	return ""
}

// spaced is the bar for a dash with blanks on both sides, and nothing for a hyphen.
func spaced(s string, i int, r rune) string {
	end := i + utf8.RuneLen(r)
	if i > 0 && s[i-1] == ' ' && end < len(s) && s[end] == ' ' {
		return bar
	}
	return ""
}

// closesUp holds for what stands within a word: the apostrophe of President's and Int'l, but
// not of d'équipe, and the full stops of initials.
func closesUp(s string, i int, r rune) bool {
	if normal.IsApostrophe(r) {
		after := s[i+utf8.RuneLen(r):]
		_, size := utf8.DecodeRuneInString(after)
		next, _ := utf8.DecodeRuneInString(after[size:])
		return !unicode.IsLetter(next)
	}
	return r == '.' && isInitial(s, i)
}

// isInitial holds for a full stop after a single letter that goes on with another one or
// ends: V.P., C.E.O, but Sr.Manager and V.P.Sales.
func isInitial(s string, i int) bool {
	before, size := utf8.DecodeLastRuneInString(s[:i])
	earlier, _ := utf8.DecodeLastRuneInString(s[:i-min(i, size)])
	if !unicode.IsLetter(before) || unicode.IsLetter(earlier) {
		return false
	}
	next, size := utf8.DecodeRuneInString(s[i+1:])
	after, _ := utf8.DecodeRuneInString(s[min(len(s), i+1+size):])
	return !unicode.IsLetter(next) || !unicode.IsLetter(after)
}

// compound is where a word divides that no rule of ranks knows, 0 for nowhere.
func compound(word []byte) int {
	if len(word) < shortestCompound {
		return 0
	}
	known := rules()
	if known.vocabulary[string(word)] {
		return 0
	}
	for _, ending := range known.endings[word[len(word)-1]] {
		if stem := len(word) - len(ending); stem >= shortestStem && bytes.HasSuffix(word, ending) {
			return stem
		}
	}
	return 0
}

const shortestStem, shortestCompound = 2, 7

func isUpper(r rune) bool { return r >= 'A' && r <= 'Z' }
