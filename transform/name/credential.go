package name

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"contactsync/internal/normal"
)

// behind is how many of the words at the start of some words are the name: what
// follows them are generations, which are kept, and degrees, which are not. At
// least `keep` words are left.
func (r *reading) behind(words []string, keep int) []string {
	var suffixes []string
	for len(words) > keep {
		w := words[len(words)-1]
		left := len(words) - 1
		switch {
		case r.isGeneration(w, left):
			suffixes = append(suffixes, w)
			words = words[:left]
		case r.isDegree(w, left) || left >= 2 && isCourtesyBehind(w):
			r.lose(w)
			words = words[:left]
		case left > keep && isSplitDegree(words[left-1], w) && (left > 2 || len(w) > 2):
			r.lost |= Credential
			words = words[:left-1]
		default:
			return r.keepSuffixes(words, suffixes)
		}
	}
	return r.keepSuffixes(words, suffixes)
}

// keepSuffixes remembers the generations that were found from the end on.
func (r *reading) keepSuffixes(words, suffixes []string) []string {
	for i := len(suffixes) - 1; i >= 0; i-- {
		r.suffix = append(r.suffix, suffixes[i])
	}
	return words
}

// lose notes what a word was that is left out.
func (r *reading) lose(w string) {
	if k := kindOf(w); k.is(courtesy|office) && !k.is(degree) {
		r.lost |= Honorific
		return
	}
	r.lost |= Credential
}

// isGeneration tells "Jr" from a name; a lone V may be an initial.
func (r *reading) isGeneration(w string, left int) bool {
	switch {
	case w == "I":
		return left >= 3
	case !isOfFamily(w):
		return false
	case len(w) == 1:
		return left >= 2
	}
	return left >= 1 && w != "V." && w != "v."
}

// isOfFamily holds for Jr and III, not for the initials J.R. and the name Vi.
func isOfFamily(w string) bool {
	return kindOf(w).is(generation) && !isAbbreviated(w) && w != "Vi"
}

// isDegree tells whether the last of left+1 words is a degree.
func (r *reading) isDegree(w string, left int) bool {
	k := kindOf(w)
	n, capitals := letters(w)
	abbreviated := isAbbreviated(w)
	switch {
	case k.is(doubtful):
		return left >= 2 && (abbreviated || !r.uniform && inLetters(w))
	case k.is(degree) && abbreviated && n == 2: // initials, but for M.D.
		return left >= 2 || isDoctor(w)
	case k.is(degree):
		return abbreviated || inLetters(w) || left >= 2 && (r.uniform || !isTitle(w) || !strings.ContainsAny(w, "AEIOUYaeiouy"))
	case all(w, "/", degree), all(w, ".", degree) && !k.is(particle|article):
		return left >= 1
	case abbreviated && n == 0:
		return left >= 2 && isLettered(w)
	case abbreviated:
		return left >= 2 && n > 2 && strings.Count(w, ".") > 1
	}
	return left >= 2 && !r.uniform && capitals && n > 2 && n < 7 && !strings.ContainsAny(w, "AEIOUY")
}

// isLettered holds for degrees of syllables, such as Msc.Ed. and Dipl.Ing.
func isLettered(w string) bool {
	parts := 0
	for part := range strings.SplitSeq(strings.TrimSuffix(w, "."), ".") {
		if len(part) < 1 || len(part) > 5 || part[0] < 'A' || part[0] > 'Z' {
			return false
		}
		parts++
	}
	return parts > 1 && strings.HasSuffix(w, ".")
}

// isSplitDegree holds for a degree with a blank within, as in "Ph. D.".
func isSplitDegree(w, next string) bool {
	if len(w) > 4 || len(next) > 5 || !strings.HasSuffix(w, ".") && !strings.EqualFold(w, "ph") {
		return false
	}
	k := kindOf(w + next)
	return k.is(degree) && !k.is(doubtful)
}

// isBehind reports whether the words between two commas are all of the kinds that
// stand behind a name. whole says that a whole name stands before them: "Doe, Jane"
// is turned, and "Doe, JP", but "Jane Doe, XYZ" is not; first, that nothing else does.
func (r *reading) isBehind(group []string, first, whole bool) bool {
	for i, w := range group {
		split := i+1 < len(group) && isSplitDegree(w, group[i+1]) || i > 0 && isSplitDegree(group[i-1], w)
		if !split && !r.standsBehind(w, first, whole) {
			return whole && (isTelling(group[0]) || slices.ContainsFunc(group, isPost))
		}
	}
	return true
}

func (r *reading) standsBehind(w string, first, whole bool) bool {
	k := kindOf(w)
	n, capitals := letters(w)
	abbreviated := isAbbreviated(w)
	switch {
	case isOfFamily(w), w == "I", isJunior(w):
		return len(w) > 1 && len(w) < 6 || whole // V and I may be initials, Junior a given name
	case k.is(doubtful):
		return whole && (abbreviated || inLetters(w))
	case k.is(degree) && abbreviated && n == 2:
		return whole || isDoctor(w)
	case k.is(degree | courtesy), k.is(office) && whole, k.is(couple) && !first, all(w, "/-&+.", degree):
		return true
	case w == "&":
		return true
	case abbreviated && (n > 2 || n == 0 && isLettered(w)):
		return true
	case capitals && n > 1 && whole:
		return !r.uniform || !first || !strings.ContainsAny(w, "AEIOUY")
	}
	return false
}

// isPost holds for a word that tells a post or a slogan from a name: "Director of Sales".
func isPost(w string) bool { return kindOf(w).is(post) }

// isTelling holds for a degree that others words may follow: "B.Sc. Hons".
func isTelling(w string) bool {
	k := kindOf(w)
	return k.is(degree) && !k.is(doubtful) && (inLetters(w) || isAbbreviated(w))
}

// isAbbreviated holds for a word with a full stop inside.
func isAbbreviated(w string) bool { return strings.IndexByte(strings.TrimSuffix(w, "."), '.') > 0 }

// inLetters holds for MBA and PhD, which no name is written as.
func inLetters(w string) bool {
	return len(w) > 1 && strings.ContainsFunc(w[1:], unicode.IsUpper)
}

// isCourtesyBehind holds for an honorific that no family name looks like.
func isCourtesyBehind(w string) bool {
	k := kindOf(w)
	return k.is(courtesy) && (k.is(degree) || dotted(w) || len(w) < 4 && !strings.ContainsAny(w, "AEIOUYaeiouy"))
}

func isDoctor(w string) bool { return strings.EqualFold(w, "M.D.") || strings.EqualFold(w, "M.D") }

// isJunior holds for Jr and Sr spelt out, which behind a comma are no names.
func isJunior(w string) bool {
	return strings.EqualFold(w, "junior") || strings.EqualFold(w, "senior")
}

// isTitle holds for a word written as a name is: Mba is a family of Cameroon.
func isTitle(w string) bool {
	first, size := utf8.DecodeRuneInString(w)
	return unicode.IsUpper(first) && normal.IsLower(w[size:])
}
