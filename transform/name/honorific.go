package name

import (
	"strings"

	"contactsync/internal/normal"
)

// honorifics is how many of the words before a name are none, such as
// "Prof. Dr. med." and "US District Judge". At least one word is left to be the
// name; others is the number of words of the name that stand in another field.
func (r *reading) honorifics(words []string, others int) int {
	n := 0
	for n < len(words) {
		size := r.honorific(words[n:], others, n > 0)
		if size == 0 || n+size >= len(words) {
			break
		}
		n += size
		n += r.addenda(words[n:])
	}
	return n
}

// honorific is the number of words of one honorific at the start of some words.
func (r *reading) honorific(words []string, others int, more bool) int {
	i := 0
	for i < len(words)-1 && isAdjunct(words[i]) {
		i++
	}
	for ; i >= 0; i-- { // an adjunct may be the honorific itself: Hon, Lt
		w := words[i]
		k := kindOf(w)
		if all(w, ".-", courtesy|office|rank|adjunct|faculty) {
			k |= courtesy
		}
		left := len(words) - i - 1 + others
		switch {
		case r.isInitials(w, left):
			continue
		case k.is(courtesy):
		case k.is(office) && (i > 0 || more || dotted(w) || r.nicknamed || left >= 2):
		case k.is(rank) && (i > 0 || dotted(w)):
		default:
			continue
		}
		r.byGiven = k.is(given)
		return i + 1
	}
	return 0
}

// isInitials tells the H. R. of "HR Quim" from the Hr. of "Hr Quim" and "HR QUIM": two
// capitals beside a single word that has small letters.
func (r *reading) isInitials(w string, left int) bool {
	return left == 1 && len(w) == 2 && !r.uniform && !r.shouted && kindOf(w).is(initials) && normal.IsUpper(w)
}

func isAdjunct(w string) bool {
	return kindOf(w).is(adjunct) || all(w, ".-", adjunct)
}

// addenda is how many words belong to the honorific before them: the faculties of a
// doctor, what an office is of (Secretary of State), the "and" of "Mr. and Mrs.".
func (r *reading) addenda(words []string) int {
	n := 0
	for n < len(words)-1 && kindOf(words[n]).is(faculty) && (dotted(words[n]) || !r.uniform && isLowerASCII(words[n])) {
		n++
	}
	if left := words[n:]; len(left) > 3 && left[0] == "of" && strings.EqualFold(left[1], "the") {
		n += 3
	} else if len(left) > 2 && left[0] == "of" {
		n += 2
	}
	if left := words[n:]; len(left) > 2 && kindOf(left[0]).is(couple) && kindOf(left[1]).is(courtesy|office|rank|adjunct) {
		n++
	}
	return n
}

func isLowerASCII(w string) bool {
	for i := range len(w) {
		if c := w[i]; c != '.' && (c < 'a' || c > 'z') {
			return false
		}
	}
	return w != ""
}
