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
		turkish:  normal.IsTurkish(first) || normal.IsTurkish(last) || normal.IsTurkish(full),
	}
}

// raised cases a part in small letters, so that a lone "j" is the initial it stands for.
func raised(part string) string {
	if normal.IsLower(part) {
		return casing{}.text(part, false)
	}
	return part
}

// name cases the two parts.
func (c casing) name(first, last string) Name {
	return Name{First: c.text(first, false), Last: c.text(last, true)}
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
		c.text(strings.Join(words[:i], " "), true), n.First, c.text(strings.Join(words[i+len(f):j], " "), true), n.Last,
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
		all = append(all, c.text(w, true))
	}
	return strings.Join(all, " ")
}

// text cases one part of a name. Two upper-case letters are initials, as in
// "AJ", unless the whole name is in capitals.
func (c casing) text(s string, family bool) string {
	shouted := normal.IsUpper(s) && (c.shouting || utf8.RuneCountInString(s) > 2)
	if !shouted && !normal.IsLower(s) {
		return s
	}
	words := strings.Split(s, " ")
	for i, w := range words {
		words[i] = c.word(words, i, w, family)
	}
	return norm.NFC.String(strings.Join(words, " "))
}

func (c casing) word(words []string, i int, w string, family bool) string {
	k := kindOf(w)
	inside := i < len(words)-1
	switch {
	case i > 0 && k.is(generation) && !inside:
		return caseSuffix(w)
	case k.is(particle|bridge) && !k.is(conjunction) && inside && (family || i > 0):
		return strings.ToLower(w)
	case k.is(conjunction|couple) && inside && i > 0 && !strings.HasSuffix(w, "."):
		return strings.ToLower(w)
	case k.is(article) && inside && i > 0 && kindOf(words[i-1]).is(particle) && len(w) < 4:
		return strings.ToLower(w)
	}
	return normal.CapitaliseIn(w, c.turkish)
}

// suffixSpelling is how what follows a family's name is written, where that is not
// in capitals.
var suffixSpelling = map[string]string{"jr": "Jr", "sr": "Sr", "jnr": "Jnr", "snr": "Snr", "2nd": "2nd", "3rd": "3rd", "4th": "4th", "5th": "5th"}

func caseSuffix(w string) string {
	if !normal.IsUpper(w) && !normal.IsLower(w) {
		return w
	}
	fold := foldWord(w)
	if spelling, ok := suffixSpelling[fold]; ok {
		return strings.Replace(strings.ToLower(w), fold, spelling, 1)
	}
	return strings.ToUpper(w)
}
