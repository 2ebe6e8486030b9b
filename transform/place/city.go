package place

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"

	"contactsync/internal/lists"
	"contactsync/internal/normal"
)

// caseCity cases the name of a city that is all upper or all lower case, as its post
// writes it: small words within it stay small (Truth or Consequences,
// Saint-Jean-sur-Richelieu, Frankfurt am Main), so do articles before an apostrophe
// (Coeur d'Alene), and what is short for something stays in capitals (NYC, APO).
func caseCity(s, region, country string) string {
	if !normal.IsUpper(s) && !normal.IsLower(s) {
		return s
	}
	if capitals[strings.ToUpper(s)] {
		return strings.ToUpper(s)
	}
	var b strings.Builder
	b.Grow(len(s))
	w := cityWord{region: region, country: country}
	for rest := s; rest != ""; {
		n := wordLength(rest)
		if n == 0 {
			_, n = utf8.DecodeRuneInString(rest)
			w.hyphened = rest[:n] == "-" || rest[:n] == "‐"
			b.WriteString(rest[:n])
			rest = rest[n:]
			continue
		}
		w.text, rest = rest[:n], rest[n:]
		w.last = wordLength(strings.TrimLeftFunc(rest, isNoWordRune)) == 0
		w.dotted = strings.HasPrefix(rest, ".")
		b.WriteString(w.cased())
		w.before, w.hyphened = strings.ToLower(w.text), false
	}
	return normal.Text(b.String()) // casing takes letters apart
}

// cityWord is a word of a city's name and what stands around it.
type cityWord struct {
	text     string
	before   string // the word before it, in small letters
	hyphened bool   // a hyphen joins it to that
	last     bool
	dotted   bool // a full stop follows
	region   string
	country  string
}

func (w cityWord) cased() string {
	lower := strings.ToLower(w.text)
	switch {
	case w.staysCapital(lower):
		return strings.ToUpper(w.text)
	case w.before != "" && !w.last && !w.dotted && w.staysSmall(lower):
		return lower
	case lower == "'s" || lower == "'t" || lower == "’s" || lower == "’t":
		return lower // 's-Hertogenbosch
	}
	before, after, ok := cutApostrophe(w.text)
	if !ok {
		return w.titled(w.text)
	}
	article := strings.ToLower(before)
	mark := w.text[len(before) : len(w.text)-len(after)]
	switch {
	case before == "":
		return mark + w.titled(after)
	case elided[article]:
		if w.before == "" {
			before = w.titled(before)
		} else {
			before = article
		}
		return before + mark + w.titled(after)
	case utf8.RuneCountInString(before) == 1 || article == "sant":
		return w.titled(before) + mark + w.titled(after)
	}
	return w.titled(before) + mark + strings.ToLower(after)
}

// elided are articles and prepositions that lose their end before a vowel.
var elided = lists.Set("d", "l", "dell", "nell", "sull", "dall", "all", "coll", "degl")

func cutApostrophe(w string) (before, after string, ok bool) {
	i := strings.IndexFunc(w, normal.IsApostrophe)
	if i < 0 {
		return w, "", false
	}
	_, n := utf8.DecodeRuneInString(w[i:])
	return w[:i], w[i+n:], true
}

// staysCapital holds for what is short for several words: DC behind Washington, an Air
// Force Base, and the code of the state at the end.
func (w cityWord) staysCapital(lower string) bool {
	switch lower {
	case "apo", "fpo", "dpo", "nyc", "cdmx", "afb", "usaf", "jblm", "jbsa", "jber":
		return true
	case "aa", "ae", "ap":
		return postOffices[w.before]
	}
	return len(lower) == 2 && w.last && w.before != "" && !w.hyphened && states()[lower].code != "" &&
		(w.country == "" || w.country == "US" || w.country == "CA")
}

// capitals are cities that go by their letters.
var capitals = lists.Set("NYC", "APO", "FPO", "DPO", "DC", "LA", "SF", "OKC", "SLC", "KCMO", "KL", "CDMX", "HCMC")

// staysSmall holds for the small words within a name. Articles are small behind a
// preposition or a hyphen and in French names, not in West Des Moines.
func (w cityWord) staysSmall(lower string) bool {
	switch {
	case articlesOfCities[lower]:
		return !directionWords[w.before]
	case lower == "los" || lower == "las" || lower == "el":
		return w.before == "de" || w.before == "y"
	case lower == "e":
		return w.country == "IT" || w.country == "PT" || w.country == "BR"
	case lower == "te" || lower == "ten" || lower == "ter":
		return w.country == "NL" || w.country == "BE"
	}
	return smallWords[lower]
}

var (
	articlesOfCities = lists.Set("la", "le", "les", "lès", "des", "du")
	directionWords   = lists.Set("north", "south", "east", "west", "new", "old", "n", "s", "e", "w")
	smallWords       = lists.Set(
		"of", "the", "and", "or", "on", "in", "at", "by", "for", "with", "near", "under", "over", "upon",
		"de", "del", "della", "delle", "dei", "degli", "di", "da", "do", "das", "dos", "d", "y", "i", "sur", "sous", "en", "et", "aux", "au",
		"am", "an", "der", "den", "dem", "im", "ob", "bei", "vor", "zum", "zur", "auf", "und", "aan", "op", "van", "von", "het", "bij",
		"nad", "pod", "na",
	)
)

// titled is a word in title case, with Mc, the Dutch IJ and Turkish letters.
func (w cityWord) titled(s string) string {
	switch {
	case strings.ContainsAny(s, "İĞ") || w.country == "TR" && strings.ContainsAny(s, "ŞÇÖÜ"):
		return cases.Title(language.Turkish).String(s)
	case w.country == "NL" && len(s) > 2 && strings.EqualFold(s[:2], "ij"):
		return "IJ" + strings.ToLower(s[2:])
	}
	return normal.Capitalise(s)
}

// wordLength is the length of the word that a text begins with: letters, digits, marks
// and apostrophes.
func wordLength(s string) int {
	for i, r := range s {
		if isNoWordRune(r) {
			return i
		}
	}
	return len(s)
}

func isNoWordRune(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && !normal.IsApostrophe(r)
}
