package transform

import (
	"slices"
	"strings"
)

// The closed lists of ranks, highest first, and of functions; the words of vendors
// and of titles that lead to them.
var (
	seniorityTerms  = table("lists/seniorities.txt")
	departmentTerms = table("lists/departments.txt")

	Seniorities = values(seniorityTerms)
	Departments = values(departmentTerms)

	seniorityWords, seniorityRules   = index(seniorityTerms), newRulebook(table("lists/seniority-rules.txt"))
	departmentWords, departmentRules = index(departmentTerms), newRulebook(table("lists/department-rules.txt"))
)

// values is the values of a table, each once.
func values(terms []term) (all []string) {
	for _, t := range terms {
		all = append(all, t.value)
	}
	return slices.Compact(all)
}

// normalSeniority is the rank of a person, and normalDepartment the function, from
// the closed lists: the vendor's own word where it maps to the list, else what the
// rules read out of the title, else "".
func normalSeniority(stated []string, title string) string {
	return fromList(seniorityWords, stated, seniorityRules, title)
}

func normalDepartment(stated []string, title string) string {
	return fromList(departmentWords, stated, departmentRules, title)
}

// fromList maps the first of the vendor's words that the list knows; a vendor
// that gives several puts them in one field.
func fromList(known map[string]string, stated []string, rules rulebook, title string) string {
	for _, s := range split(stated, separators) {
		if value, ok := known[strings.Join(titleWords(s), " ")]; ok {
			return value
		}
	}
	return rules.read(ownTitle(titleWords(title)))
}

// rulebook reads the value of a closed list out of a title: of all rules with a
// phrase of whole words in it, the first one counts.
type rulebook struct {
	values  []string
	rule    map[string]int // by phrase
	longest int            // words in a phrase
}

func newRulebook(rules []term) rulebook {
	b := rulebook{rule: map[string]int{}}
	for i, r := range rules {
		b.values = append(b.values, r.value)
		for _, phrase := range r.phrases {
			if _, taken := b.rule[phrase]; !taken {
				b.rule[phrase] = i
			}
			b.longest = max(b.longest, len(strings.Fields(phrase)))
		}
	}
	return b
}

func (b rulebook) read(words []string) string {
	first := len(b.values)
	for i := range words {
		for j := i + 1; j <= min(i+b.longest, len(words)); j++ {
			if rule, ok := b.rule[strings.Join(words[i:j], " ")]; ok {
				first = min(first, rule)
			}
		}
	}
	if first == len(b.values) {
		return ""
	}
	return b.values[first]
}

// titleWords folds a title for comparison: lower case, full stops and apostrophes
// closed up (V.P., people's), everything else that is no letter or digit a space.
func titleWords(s string) []string {
	folded := strings.Map(func(r rune) rune {
		switch {
		case r == '.', isApostrophe(r):
			return -1
		case r < 0x80 && !isAlphanumeric(r):
			return ' '
		}
		return r
	}, strings.ToLower(s))
	return strings.Fields(folded)
}

// ownTitle is the words that speak of the person: phrases whose words mean
// something else here ("product owner") give way to what they do mean, and the
// title ends where it names whom the person serves ("assistant to the CEO").
func ownTitle(words []string) []string {
	text := " " + strings.Join(words, " ") + " "
	for _, phrase := range misleading {
		text = strings.ReplaceAll(text, phrase[0], phrase[1])
	}
	words = strings.Fields(text)
	if i := slices.Index(words, "to"); i > 0 {
		words = words[:i]
	}
	return words
}

// misleading phrases and what they stand for, each between blanks.
var misleading = func() (phrases [][2]string) {
	for _, t := range table("lists/misleading.txt") {
		phrases = append(phrases, [2]string{" " + t.value + " ", " " + strings.Join(t.phrases, "") + " "})
	}
	return phrases
}()
