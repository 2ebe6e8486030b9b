package evidence

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// name is a given name or a surname.
type name struct {
	whole     string   // folded, in one word
	parts     []string // its words, particles left out
	sound     string   // the same for transliterations of one name
	groups    []uint16 // of nicknames, or of romanisations of a surname
	frequency float64  // among all people; a guess for names in no list
	logs      logs     // of two who have it
	common    bool     // it is in a list
	sex       byte     // m or f, where the name tells
}

// suffix is what stands behind a name; 0 is nothing.
type suffix uint8

const (
	second suffix = iota + 2
	third
	fourth
	junior
	senior
)

// newGiven makes a given name of its words, nil of none.
func newGiven(words []string) *name {
	n := newName(words, givenNames(), First)
	if n == nil {
		return nil
	}
	if n.groups = nicknames()[n.whole]; n.groups == nil && len(n.parts) > 1 {
		n.groups = nicknames()[n.parts[0]] // Robert J.
	}
	return n
}

// newSurname makes a surname of its words, nil of none.
func newSurname(words []string) *name {
	n := newName(words, surnames(), Last)
	if n != nil {
		n.groups = romanisations()[n.whole]
	}
	return n
}

func surnameOf(text string) (s surname) {
	var words []string
	words, s.suffix = cutSuffix(foldWords(text), 0)
	s.name = newSurname(words)
	return s
}

// fullNameOf takes a name apart: "Ludwig van der Berg III" and "van der Berg, Ludwig".
func fullNameOf(text string) (f fullName) {
	var given, family []string
	given, family, f.suffix = partsOf(text)
	f.first, f.last = newGiven(given), newSurname(family)
	return f
}

func partsOf(full string) (given, family []string, suffix suffix) {
	words, suffix := cutSuffix(foldWords(full), 0)
	if before, after, turned := strings.Cut(full, ","); turned {
		b, _ := cutSuffix(foldWords(before), 0)
		if a, _ := cutSuffix(foldWords(after), 0); len(a) > 0 && suffixes[a[0]] == 0 && len(b) < 3 {
			return a, b, suffix
		}
	}
	if len(words) < 2 {
		return nil, nil, suffix
	}
	start := len(words) - 1
	for start > 1 && particles[words[start-1]] {
		start--
	}
	return words[:start], words[start:], suffix
}

// cutSuffix takes Jr, Sr and numbers from the end of a name. A lone V is an initial.
func cutSuffix(words []string, found suffix) (rest []string, suffix suffix) {
	for len(words) > 1 && suffixes[words[len(words)-1]] != 0 {
		found = suffixes[words[len(words)-1]]
		words = words[:len(words)-1]
	}
	return words, found
}

// mayEndInSuffix is false of most names that [cutSuffix] finds no suffix in, without
// folding them.
func mayEndInSuffix(full string) bool {
	end := len(full)
	for end > 0 && !isPlain(full[end-1]) {
		if end--; full[end] >= utf8.RuneSelf {
			return true
		}
	}
	start := end
	for start > 0 && isPlain(full[start-1]) {
		start--
	}
	if start > 0 && (full[start-1] >= utf8.RuneSelf || full[start-1] == '\'' || full[start-1] == '`') {
		return true
	}
	const longest = 6
	if end-start > longest {
		return false
	}
	var word [longest]byte
	n := copy(word[:], full[start:end])
	for i := range word[:n] {
		if word[i] >= 'A' && word[i] <= 'Z' {
			word[i] += 'a' - 'A'
		}
	}
	return suffixes[string(word[:n])] != 0
}

// isPlain holds for letters and digits of ASCII.
func isPlain(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

var (
	suffixes = map[string]suffix{
		"jr": junior, "jnr": junior, "junior": junior, "sr": senior, "snr": senior, "senior": senior,
		"ii": second, "2nd": second, "iii": third, "3rd": third, "iv": fourth, "4th": fourth,
	}
	particles = map[string]bool{
		"van": true, "von": true, "vom": true, "zu": true, "zur": true, "de": true, "der": true, "den": true, "del": true, "della": true,
		"di": true, "da": true, "dos": true, "das": true, "do": true, "du": true, "des": true, "la": true, "le": true, "el": true, "al": true,
		"bin": true, "ibn": true, "ter": true, "ten": true, "st": true, "san": true, "santa": true, "y": true, "e": true, "i": true,
	}
)

// newName makes a name of its words ready, nil of none. What it weighs where two have it
// in common depends on whether it is a first or a last name.
func newName(words []string, list map[string]listed, trait Trait) *name {
	if len(words) == 0 {
		return nil
	}
	const most = 16 // words of a name that are compared
	words = words[:min(len(words), most)]
	n := &name{whole: strings.Join(words, "")}
	for i, w := range words {
		if len(words) == 1 || !particles[w] || i == 0 && len(w) == 1 {
			n.parts = append(n.parts, w)
		}
	}
	if len(n.parts) == 0 {
		n.parts = words
	}
	n.sound = soundOf(n.whole)
	entry, common := list[n.whole]
	if n.frequency, n.common, n.sex = entry.frequency, common, entry.sex; !common {
		n.frequency = table().rare
	}
	n.logs = table().inCommon(trait, n.frequency)
	return n
}

// hasPart reports whether one name is a part of the other: Lee of Lee-Cole.
func hasPart(a, b *name) bool {
	if len(a.parts) == 1 && len(b.parts) == 1 && len(a.whole) == len(a.parts[0]) && len(b.whole) == len(b.parts[0]) {
		return false
	}
	return among(a.parts, b.parts) || among(b.parts, a.parts)
}

// among reports whether all words are among others, initials apart.
func among(words, others []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return len(w) < 2 || !slices.Contains(others, w) })
}
