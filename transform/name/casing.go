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
		c.text(strings.Join(words[:i], " "), true), n.First, c.segment(strings.Join(words[i+len(f):j], " "), true, n.Last != ""), n.Last,
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
func (c casing) text(s string, family bool) string { return c.segment(s, family, false) }

// segment cases some words of a name, after which more of it may follow.
func (c casing) segment(s string, family, more bool) string {
	shouted := normal.IsUpper(s) && (c.shouting || utf8.RuneCountInString(s) > 2)
	if !shouted && !normal.IsLower(s) {
		return s
	}
	words := strings.Split(s, " ")
	for i, w := range words {
		before := kind(0)
		if i > 0 {
			before = kindOf(words[i-1])
		}
		words[i] = c.word(w, before, family || i > 0, i > 0, more || i < len(words)-1)
	}
	return norm.NFC.String(strings.Join(words, " "))
}

// word cases a word; family says that a particle may stand there, and later that the
// word is not the first one, and more that others follow.
func (c casing) word(w string, before kind, family, later, more bool) string {
	k := kindOf(w)
	switch {
	case later && !more && k.is(generation):
		return caseSuffix(w)
	case family && more && k.is(particle|bridge) && !k.is(conjunction):
		return strings.ToLower(w)
	case later && more && k.is(conjunction|couple) && !strings.HasSuffix(w, "."):
		return strings.ToLower(w)
	case more && k.is(article) && before.is(particle) && len(w) < 4:
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
