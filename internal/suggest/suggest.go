// Package suggest guesses which word of a closed list was meant by one that is
// not on it: the engine behind every "did you mean". It keeps no state.
package suggest

import (
	"slices"
	"strings"
	"unicode"
)

// Nearest returns the known word that was probably meant, or "". Case, dashes,
// underscores, spaces and letters that only look Latin do not count as
// differences; beyond that a third of the longer word may differ. A word that is
// near none stands for the first that begins with it.
func Nearest(word string, known []string) string {
	typed := fold(word)
	best, least := "", len(typed) // a word of which every letter is wrong is near nothing
	for _, k := range known {
		candidate := fold(k)
		if d := distance(typed, candidate); d <= max(len(typed), len(candidate))/3 && d < least {
			best, least = k, d
		}
	}
	if best == "" && len(typed) >= 3 {
		if i := slices.IndexFunc(known, func(k string) bool { return strings.HasPrefix(string(fold(k)), string(typed)) }); i >= 0 {
			best = known[i]
		}
	}
	return best
}

// latin gives Cyrillic and Greek letters the Latin ones that look the same: a
// word pasted from a web page may hold them, and nobody can see it.
var latin = strings.NewReplacer(
	"а", "a", "в", "b", "е", "e", "к", "k", "м", "m", "н", "h", "о", "o", "р", "p", "с", "c", "т", "t", "у", "y", "х", "x",
	"і", "i", "ѕ", "s", "ј", "j",
	"α", "a", "ε", "e", "ι", "i", "κ", "k", "ν", "v", "ο", "o", "ρ", "p", "τ", "t", "υ", "u", "χ", "x",
)

// fold strips a word of what people get wrong without noticing.
func fold(word string) []rune {
	return []rune(latin.Replace(strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || unicode.IsSpace(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, word)))
}

// distance is how many letters must be added, removed, replaced or swapped with
// their neighbour to turn a into b (optimal string alignment).
func distance(a, b []rune) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			replace := rows[i-1][j-1]
			if a[i-1] != b[j-1] {
				replace++
			}
			rows[i][j] = min(replace, rows[i-1][j]+1, rows[i][j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
