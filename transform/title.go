package transform

import (
	"slices"
	"strings"
)

// term is one value of a closed list and the phrases that lead to it.
type term struct {
	value   string
	phrases []string
}

// normalSeniority is the rank of a person, from the closed list Seniorities: the
// vendor's own word where it maps to the list, else what the rules read out of
// the title, else "".
func normalSeniority(stated []string, title string) string {
	return fromList(seniorityWords, stated, seniorityRules, title)
}

// normalDepartment is the function of a person, from the closed list Departments,
// likewise.
func normalDepartment(stated []string, title string) string {
	return fromList(departmentWords, stated, departmentRules, title)
}

// fromList maps the first of the vendor's words that the list knows; a vendor
// that gives several puts them in one field.
func fromList(known map[string]string, stated []string, rules rulebook, title string) string {
	for _, s := range split(stated, ",;|") {
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
		case r < 0x80 && !isAlphanumeric(byte(r)):
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
		if strings.Contains(text, phrase[0]) {
			text = strings.ReplaceAll(text, phrase[0], phrase[1])
		}
	}
	words = strings.Fields(text)
	if i := slices.Index(words, "to"); i > 0 {
		words = words[:i]
	}
	return words
}

// misleading phrases and what they stand for, each between blanks.
var misleading = padded([][2]string{
	{"go to market", "marketing"}, {"business to business", "business"}, {"end to end", "end"}, {"lead generation", "marketing"},
	{"product owner", "product"}, {"process owner", "process"}, {"system owner", "system"}, {"service owner", "service"}, {"data owner", "data"},
	{"owner operator", "owner"},
	{"business partner", "business"}, {"channel partner", "channel"}, {"hr partner", "hr"}, {"talent partner", "talent"}, {"people partner", "people"},
	{"partner manager", "channel manager"}, {"partner account", "account"}, {"partner success", "customer success"},
	{"partner marketing", "marketing"}, {"partner sales", "sales"}, {"partner development", "channel"},
	{"account executive", "sales"}, {"sales executive", "sales"},
	{"assistant vice president", "vice president"}, {"assistant director", "director"}, {"assistant manager", "manager"}, {"assistant professor", "professor"},
	{"chief of staff", "head"}, {"editor in chief", "head editor"}, {"chief engineer", "head engineer"}, {"chief architect", "head architect"},
	{"fire chief", "head"}, {"police chief", "head"}, {"deputy chief", "head"}, {"crew chief", "lead"}, {"chief resident", "physician"},
	{"chief petty officer", ""}, {"chief warrant officer", ""},
	{"department chair", "head"}, {"school principal", "school head"},
	{"art director", "art"}, {"funeral director", ""},
	{"head coach", "coach"}, {"head teacher", "teacher"}, {"head chef", "chef"}, {"head nurse", "nurse"},
	{"case manager", "case"}, {"staff accountant", "accountant"}, {"senior living", ""}, {"senior care", ""}, {"senior services", ""},
})

func padded(phrases [][2]string) [][2]string {
	for i, p := range phrases {
		phrases[i] = [2]string{" " + p[0] + " ", " " + p[1] + " "}
	}
	return phrases
}

// wordIndex maps every phrase of a list, and each value itself, to the value.
func wordIndex(list []term) map[string]string {
	known := map[string]string{}
	for _, t := range list {
		known[strings.ReplaceAll(t.value, "_", " ")] = t.value
		for _, phrase := range t.phrases {
			known[phrase] = t.value
		}
	}
	return known
}
