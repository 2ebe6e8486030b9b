package place

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"contactsync/internal/normal"
)

// fold is the form in which names of countries and states are looked up: small
// letters without accents, words with one space between, without "the", "of" and
// "and"; letters with full stops or spaces between are one word (U.S.A., N Y), and the
// abbreviations of common words are written out (St. Lucia, Cayman Is.).
func fold(s string) string {
	if !normal.IsASCII(s) {
		s = plainLetters(s)
	}
	b := make([]byte, 0, len(s)+8)
	letters, several := false, false // the last word is letters run together; there is a word before it
	for i := 0; i < len(s); {
		i = skip(s, i)
		end := wordEnd(s, i)
		word := foldWord(s[i:end])
		i = end
		switch {
		case word == "" || isFiller(word):
		case len(word) == 1 && letters:
			b = append(b, word...)
		default:
			if len(b) > 0 {
				several = true
				b = append(b, ' ')
			}
			b = append(b, word...)
			letters = len(word) == 1
		}
	}
	switch {
	case several:
		return writtenOut(string(b))
	case len(b) == 0:
		return strings.ToLower(strings.TrimSpace(s)) // AND is Andorra
	}
	return string(b)
}

// wordEnd is where the word that begins at i ends. The article before an apostrophe is a
// word of its own (d'Ivoire); any other apostrophe is within its word.
func wordEnd(s string, i int) int {
	for from := i; i < len(s) && isWordByte(s[i]); i++ {
		if s[i] == '\'' && elided[strings.ToLower(s[from:i])] {
			return i + 1
		}
	}
	return i
}

func skip(s string, i int) int {
	for i < len(s) && !isWordByte(s[i]) {
		i++
	}
	return i
}

// isWordByte holds for letters, digits, and the apostrophes that do not end a word.
func isWordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '\'' || c == '`' || c >= 0x80
}

// foldWord is a word in small letters and without apostrophes.
func foldWord(w string) string {
	if strings.IndexByte(w, '\'') >= 0 || strings.IndexByte(w, '`') >= 0 {
		w = withoutApostrophes.Replace(w)
	}
	return strings.ToLower(w)
}

var withoutApostrophes = strings.NewReplacer("'", "", "`", "")

func isFiller(w string) bool { return w == "the" || w == "of" || w == "and" }

// writtenOut replaces the abbreviated words of a folded name.
func writtenOut(s string) string {
	changed := false
	words := strings.Split(s, " ")
	for i, w := range words {
		if long, ok := abbreviations[w]; ok {
			words[i], changed = long, true
		}
	}
	if !changed {
		return s
	}
	return strings.Join(words, " ")
}

// abbreviations are those of names of several words. Island and Islands are one word
// here, since people confuse them.
var abbreviations = map[string]string{
	"st": "saint", "is": "island", "isl": "island", "isls": "island", "isles": "island", "islands": "island",
	"rep": "republic", "dem": "democratic", "terr": "territory", "ter": "territory", "territories": "territory", "prov": "province",
}

// plainLetters replaces compatibility forms (full width), accented Latin letters by the
// bare ones, and typographic punctuation by a space. Marks of other scripts stay.
func plainLetters(s string) string {
	return norm.NFC.String(strings.Map(func(r rune) rune {
		switch {
		case r >= 0x0300 && r <= 0x036F:
			return -1
		case normal.IsApostrophe(r) || r == '‘' || r == 'ʻ':
			return '\''
		case r == 'ς':
			return 'σ'
		case r < 0x80 || unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r):
			return r
		}
		return ' '
	}, norm.NFKD.String(normal.BaseLetters(strings.ToLower(s)))))
}

// longDirections are what a first letter or two may stand for before another word.
var longDirections = map[string][]string{
	"n": {"north", "northern"}, "no": {"north", "northern"}, "nth": {"north", "northern"},
	"s": {"south", "southern"}, "so": {"south", "southern"}, "sth": {"south", "southern"},
	"e": {"east", "eastern"}, "w": {"west", "western"}, "c": {"central"},
}

// directed is a folded name with its direction written out, as the first of the ways
// that is known: N. Carolina, N. Ireland, W. Sahara.
func directed(name string, known func(string) string) string {
	first, rest, ok := strings.Cut(name, " ")
	if !ok {
		return ""
	}
	for _, long := range longDirections[first] {
		if code := known(long + " " + rest); code != "" {
			return code
		}
	}
	return ""
}
