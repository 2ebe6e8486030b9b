package extract

import (
	"fmt"
	"slices"
	"strings"
)

// problems collects what is wrong with a definition, so that all of it is
// reported at once.
type problems []Problem

func (p *problems) add(path, format string, args ...any) {
	*p = append(*p, Problem{Path: path, Message: fmt.Sprintf(format, args...)})
}

// oneOf requires a value of a closed list, and suggests the nearest one.
func (p *problems) oneOf(path, what, value string, allowed []string) {
	if slices.Contains(allowed, value) {
		return
	}
	message := fmt.Sprintf("%q is no %s; one of %s", value, what, strings.Join(allowed, ", "))
	if value == "" {
		message = fmt.Sprintf("the %s is missing; one of %s", what, strings.Join(allowed, ", "))
	}
	*p = append(*p, Problem{Path: path, Message: message, Suggest: nearest(value, allowed)})
}

// within requires lo <= value <= hi.
func (p *problems) within(path string, value, lo, hi int) {
	if value < lo || value > hi {
		p.add(path, "%d is out of range; %d to %d", value, lo, hi)
	}
}

// distinct refuses values that stand twice in a list.
func (p *problems) distinct(path string, values []string) {
	for i, v := range values {
		if slices.Contains(values[:i], v) {
			p.add(fmt.Sprintf("%s[%d]", path, i), "%q stands here twice", v)
		}
	}
}

// nearest is the word that was probably meant, or "" when none is near: at most
// one edit for every three letters, capitals, spaces and dashes not counted.
func nearest(word string, among []string) string {
	target := plainLetters(word)
	if len(target) == 0 {
		return ""
	}
	best, least := "", len(target)
	for _, candidate := range among {
		letters := plainLetters(candidate)
		if d := edits(target, letters); d <= max(len(target), len(letters))/3 && d < least {
			best, least = candidate, d
		}
	}
	return best
}

func plainLetters(s string) []rune {
	return []rune(strings.NewReplacer(" ", "", "-", "", "_", "").Replace(strings.ToLower(s)))
}

// edits is the Levenshtein distance.
func edits(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j := range b {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
