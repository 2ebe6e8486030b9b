package name

import (
	"slices"
	"strings"

	"contactsync/internal/normal"
)

// natural tells the parts of a name that is in its order. A single word is a given
// name, but a family name after an honorific or before a degree.
func (r *reading) natural(words []string, stripped bool) parts {
	if n := len(words); n > 1 && !r.named && saysNothing(words[n-1]) {
		words = words[:n-1]
	}
	if len(words) > 1 && !r.named && saysNothing(words[0]) {
		words, stripped = words[1:], true
		if len(words) > 1 {
			return parts{words: words, suffix: r.suffix}
		}
	}
	if len(words) == 1 && isBareHonorific(words[0]) {
		return parts{}
	}
	p := parts{words: words, given: len(words), family: len(words), suffix: r.suffix}
	switch {
	case len(words) == 0:
	case len(words) == 1:
		if stripped && !r.byGiven {
			p.given, p.family = 0, 0
		}
	case len(words) == 3 && kindOf(words[1]).is(couple): // Pell and Ketta
	case r.startsFamily(words):
		p.given, p.family = 0, 0
	default:
		p.given = r.givenSize(words[:len(words)-1])
		p.family = r.familyStart(words, p.given)
	}
	return p
}

// saysNothing holds for what stands where a part of the name is not known: FNU Luma.
func saysNothing(w string) bool {
	return normal.IsPlain(w) && normal.IsPlaceholder(normal.NameColumn, w)
}

// startsFamily holds where only a family name is given: "de la Cruz", "von Braun".
// In a name of mixed case the particle is small; Van may be a given name.
func (r *reading) startsFamily(words []string) bool {
	if !kindOf(words[0]).is(particle) {
		return false
	}
	if r.uniform {
		return strings.EqualFold(words[0], "de") && (len(words) == 2 || kindOf(words[1]).is(article))
	}
	return normal.IsLower(words[0])
}

// givenSize is the number of words of the given name: one, but for Abdul Salam and
// couples.
func (r *reading) givenSize(words []string) int {
	if len(words) > 2 && kindOf(words[1]).is(couple) && !kindOf(words[2]).is(couple) {
		return 3
	}
	if len(words) > 1 && (kindOf(words[0]).is(bound) && !kindOf(words[1]).is(particle) || kindOf(words[1]).is(binding)) {
		return 2
	}
	return min(1, len(words))
}

// familyStart is where the family name begins: the last word, with the particles
// before it, and the one that a conjunction joins to it.
func (r *reading) familyStart(words []string, from int) int {
	if r.isAllFamily(words, from) {
		return from
	}
	start := len(words) - 1
	if start > from && kindOf(words[start]).is(couple) { // cut off: "Jane Doe and"
		start--
	}
	for start > from {
		switch k := kindOf(words[start-1]); {
		case r.isParticle(words, start-1, k):
			start--
		case r.isConjunction(words[start-1], k) && start-2 >= from && !kindOf(words[start-2]).is(particle):
			start -= 2
		default:
			return start
		}
	}
	return start
}

// isAllFamily holds where a particle follows the given name and no other one comes
// later: "Quay von Skell Thorn", but "Maria del Carmen Ruiz".
func (r *reading) isAllFamily(words []string, from int) bool {
	i := from
	for i < len(words)-1 && kindOf(words[i]).is(particle|article) {
		i++
	}
	if i == from || i > len(words)-2 || !kindOf(words[from]).is(particle) || isPious(words[0]) {
		return false
	}
	return !slices.ContainsFunc(words[i:], func(w string) bool { return kindOf(w).is(particle | article | bridge) })
}

// isPious holds for the given names that a particle continues: Maria del Carmen.
func isPious(w string) bool {
	switch foldWord(w) {
	case "maria", "maría", "ma", "mª", "ana", "jose", "josé", "juan", "luz", "rosa", "flor":
		return true
	}
	return false
}

// isParticle tells whether the word at i belongs to the family name behind it.
func (r *reading) isParticle(words []string, i int, k kind) bool {
	next := kindOf(words[i+1])
	switch {
	case k.is(particle | article), k.is(bound), next.is(binding): // Omar Abdel Rahman
		return true
	case k.is(foreign) && !r.uniform && normal.IsLower(words[i]) && len(words[i]) > 1:
		return true
	case k.is(bridge) && words[i][len(words[i])-1] != '.':
		return next.is(particle) && (len(words[i]) > 1 || i > 0 && kindOf(words[i-1]).is(particle))
	}
	return k.is(noble) && next.is(particle|bridge)
}

// isConjunction tells the y of "Vinn y Solm" from an initial: it is small, and
// where the case tells nothing only y is none.
func (r *reading) isConjunction(w string, k kind) bool {
	if !k.is(conjunction) || strings.HasSuffix(w, ".") {
		return false
	}
	if r.uniform {
		return strings.EqualFold(w, "y")
	}
	return normal.IsLower(w)
}
