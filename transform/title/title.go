// Package title reads rank and function out of the title of a job.
package title

import (
	_ "embed"
	"slices"
	"strings"

	"contactsync/internal/lists"
	"contactsync/internal/normal"
)

var (
	//go:embed seniorities.txt
	seniorityList string
	//go:embed departments.txt
	departmentList string
	//go:embed seniority-rules.txt
	seniorityRuleList string
	//go:embed department-rules.txt
	departmentRuleList string
	//go:embed misleading.txt
	misleadingList string
)

// The closed lists of ranks, highest first, and of functions; the words of vendors
// and of titles that lead to them.
var (
	seniorityTerms  = lists.Table(seniorityList)
	departmentTerms = lists.Table(departmentList)

	Seniorities = values(seniorityTerms)
	Departments = values(departmentTerms)

	seniorityWords, seniorityRules   = lists.Index(seniorityTerms), newRulebook(lists.Table(seniorityRuleList))
	departmentWords, departmentRules = lists.Index(departmentTerms), newRulebook(lists.Table(departmentRuleList))
)

// values is the values of a table, each once.
func values(terms []lists.Term) (all []string) {
	for _, t := range terms {
		all = append(all, t.Value)
	}
	return slices.Compact(all)
}

// Seniority is the rank of a person, and Department the function, from
// the closed lists: the vendor's own word where it maps to the list, else what the
// rules read out of the title, else "".
func Seniority(stated []string, title string) string {
	return fromList(seniorityWords, stated, seniorityRules, title)
}

func Department(stated []string, title string) string {
	return fromList(departmentWords, stated, departmentRules, title)
}

// fromList maps the first of the vendor's words that the list knows; a vendor
// that gives several puts them in one field.
func fromList(known map[string]string, stated []string, rules rulebook, title string) string {
	for _, s := range normal.Split(stated, normal.Separators) {
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

func newRulebook(rules []lists.Term) rulebook {
	b := rulebook{rule: map[string]int{}}
	for i, r := range rules {
		b.values = append(b.values, r.Value)
		for _, phrase := range r.Phrases {
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
		case r == '.', normal.IsApostrophe(r):
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
	for _, t := range lists.Table(misleadingList) {
		phrases = append(phrases, [2]string{" " + t.Value + " ", " " + strings.Join(t.Phrases, "") + " "})
	}
	return phrases
}()

func isAlphanumeric(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}
