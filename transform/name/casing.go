package name

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"contactsync/internal/normal"
)

// casing is what a whole name says of how its parts are cased.
type casing struct {
	shouting bool // all of it is in capitals
	turkish  bool // its I is ı in small letters
}

func newCasing(first, last, full string) casing {
	return casing{
		shouting: normal.IsUpper(raised(first) + raised(last)),
		turkish:  normal.IsTurkish(first, last, full),
	}
}

// casedAs is a part of one case as the full name writes it in two: macleod, MacLeod.
func casedAs(part, written string) string {
	if part == written || !isOneCase(part) || isOneCase(written) {
		return part
	}
	return written
}

func isOneCase(s string) bool { return normal.IsLower(s) || normal.IsUpper(s) }

// casedAmong is both parts as the words of a full name write them.
func casedAmong(words []string, first, last string) (string, string) {
	if !isOneCase(first) && !isOneCase(last) {
		return first, last
	}
	f, l := strings.Fields(first), strings.Fields(last)
	i, j := place(words, f, l)
	if i < 0 || len(words) == 0 {
		return first, last
	}
	if written := strings.Join(words[i:i+len(f)], " "); strings.EqualFold(written, first) {
		first = casedAs(first, written)
	}
	if written := strings.Join(words[j:j+len(l)], " "); strings.EqualFold(written, last) {
		last = casedAs(last, written)
	}
	return first, last
}

// section is where in a name words stand, which decides what small ones are.
type section int

const (
	givenName section = iota
	middle
	familyName
)

// raised cases a part in small letters, so that a lone "j" is the initial it stands for.
func raised(part string) string {
	if normal.IsLower(part) {
		return casing{}.text(part, givenName)
	}
	return part
}

// name cases the two parts.
func (c casing) name(first, last string) Name {
	return Name{First: c.text(first, givenName), Last: c.text(last, familyName)}
}

// whole cases the words of a full name around its parts, which are cased already.
func (c casing) whole(words []string, n Name, first, last string) string {
	f, l := strings.Fields(first), strings.Fields(last)
	i, j := place(words, f, l)
	if i < 0 || len(words) == 0 {
		return ""
	}
	var all []string
	for _, part := range []string{
		c.text(strings.Join(words[:i], " "), middle), n.First, c.words(strings.Join(words[i+len(f):j], " "), middle, n.Last != ""), n.Last,
	} {
		if part != "" {
			all = append(all, part)
		}
	}
	for _, w := range words[j+len(l):] {
		if kindOf(w).is(generation) {
			all = append(all, caseSuffix(w))
			continue
		}
		all = append(all, c.text(w, middle))
	}
	return strings.Join(all, " ")
}

// text cases one part of a name. Two upper-case letters are initials, as in
// "AJ", unless the whole name is in capitals.
func (c casing) text(s string, at section) string { return c.words(s, at, false) }

// words cases some words of a name, after which more of it may follow.
func (c casing) words(s string, at section, more bool) string {
	shouted := normal.IsUpper(s) && (c.shouting || utf8.RuneCountInString(s) > 2)
	if !shouted && !normal.IsLower(s) {
		return s
	}
	words := strings.Split(s, " ")
	for i, w := range words {
		previous := ""
		if i > 0 {
			previous = words[i-1]
		}
		words[i] = c.word(w, previous, at, more || i < len(words)-1)
	}
	return norm.NFC.String(strings.Join(words, " "))
}

// word cases a word by the one before it, "" for none, and by whether more follow.
func (c casing) word(w, previous string, at section, more bool) string {
	k, later := kindOf(w), previous != ""
	small := false
	switch {
	case !more:
		if later && k.is(generation) {
			return caseSuffix(w)
		}
	case k.is(conjunction): // e and i are initials, too
		small = later && (at == familyName && !strings.HasSuffix(w, ".") || strings.EqualFold(w, "y"))
	case k.is(particle | bridge):
		small = later || at != givenName
	case k.is(couple):
		small = later
	case k.is(article):
		small = kindOf(previous).is(particle) && len(w) < 4
	}
	if small {
		return strings.ToLower(w)
	}
	return normal.CapitaliseIn(w, c.turkish)
}

// suffixSpelling is how what follows a family's name is written, where that is not
// in capitals.
var suffixSpelling = map[string]string{
	"jr": "Jr", "sr": "Sr", "jnr": "Jnr", "snr": "Snr",
	"2nd": "2nd", "3rd": "3rd", "4th": "4th", "5th": "5th",
}

func caseSuffix(w string) string {
	fold := foldWord(w)
	spelling, ok := suffixSpelling[fold]
	switch {
	case !ok:
		return strings.ToUpper(w)
	case normal.IsUpper(w) || normal.IsLower(w):
		return strings.Replace(strings.ToLower(w), fold, spelling, 1)
	}
	return w
}
