// Package title reads rank and function out of the title of a job.
//
// What it knows stands in lists beside it: seniorities.txt and departments.txt are the
// closed lists with the vendors' words for each value, seniority-rules.txt and
// department-rules.txt what the words of a title say, qualifiers.txt when an office is
// not the person's, endings.txt how compounds divide.
package title

import (
	_ "embed"
	"slices"
	"sync"

	"contactsync/internal/lists"
	"contactsync/internal/memo"
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
	//go:embed qualifiers.txt
	qualifierList string
	//go:embed endings.txt
	endingList string
)

// The closed lists of ranks, highest first, and of functions; the words of vendors
// and of titles that lead to them.
var (
	seniorityTerms  = lists.Table(seniorityList)
	departmentTerms = lists.Table(departmentList)

	Seniorities = values(seniorityTerms)
	Departments = values(departmentTerms)

	seniorityWords  = lists.Index(seniorityTerms)
	departmentWords = lists.Index(departmentTerms)
)

// rulebooks are what is read out of titles, and what the words of rules divide by.
type rulebooks struct {
	seniority, department rulebook
	vocabulary            map[string]bool
	endings               map[byte][][]byte
}

// rules are made when first asked for: that takes some milliseconds, which commands
// that read no title need not wait for.
var rules = sync.OnceValue(func() rulebooks {
	qualifiers := lists.Table(qualifierList)
	seniority := newRulebook(qualifiers, lists.Table(seniorityRuleList))
	return rulebooks{
		seniority, newRulebook(qualifiers, lists.Table(departmentRuleList)),
		known(seniority), byLastLetter(lists.Entries(endingList)),
	}
})

// values is the values of a table, each once.
func values(terms []lists.Term) (all []string) {
	for _, t := range terms {
		all = append(all, t.Value)
	}
	return slices.Compact(all)
}

// known is the words that the phrases of a rulebook are made of.
func known(b rulebook) map[string]bool {
	all := map[string]bool{}
	for _, phrases := range b.phrases {
		for _, p := range phrases {
			for _, word := range p.words {
				all[word] = true
			}
		}
	}
	return all
}

func byLastLetter(endings []string) map[byte][][]byte {
	all := map[byte][][]byte{}
	for _, e := range endings {
		last := e[len(e)-1]
		all[last] = append(all[last], []byte(e))
	}
	return all
}

// Read is the rank and the function of a person, from the closed lists: the vendor's own
// word where it maps to the list, else what the rules read out of the title, else "".
func Read(title string, seniority, department []string) (rank, function string) {
	if len(seniority) <= 1 && len(department) <= 1 {
		var room [memo.LongestText]byte
		if text, ok := memo.Join(room[:0], title, only(seniority), only(department)); ok {
			p := positions.OfBytes(text)
			return p.rank, p.function
		}
	}
	return read(title, seniority, department)
}

// position is what the title and the words of a person say.
type position struct{ rank, function string }

// positions remembers those of people with the same title and words, as most have.
var positions = memo.New(memo.Places, func(text string) (p position) {
	parts := memo.Parts(text)
	p.rank, p.function = read(parts[0], parts[1:2], parts[2:])
	return p
})

// only is the one of some values, "" for none, which says as little.
func only(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

func read(title string, seniority, department []string) (rank, function string) {
	rank, function = stated(seniorityWords, seniority), stated(departmentWords, department)
	if title == "" || len(title) > longestTitle || rank != "" && function != "" {
		return rank, function
	}
	var text [shortTitle]byte
	var ends [shortTitle / 4]int
	w := words{text[:0], ends[:0]}.parse(title)
	if rank == "" {
		rank = rules().seniority.read(w)
	}
	if function == "" {
		function = rules().department.read(w)
	}
	return rank, function
}

// longestTitle is the length in bytes beyond which a text is no title.
const longestTitle = 1000

// shortTitle is the length up to which a title is read without allocating.
const shortTitle = 128

// stated maps the first of the vendor's words that the list knows; a vendor
// that gives several puts them in one field.
func stated(known map[string]string, said []string) string {
	if len(said) == 0 {
		return ""
	}
	var room [shortTitle]byte
	for _, s := range normal.Split(said, normal.Separators) {
		if len(s) > longestTitle {
			continue
		}
		if value, ok := known[string(appendKey(room[:0], s))]; ok {
			return value
		}
	}
	return ""
}

// appendKey appends a vendor's word as the lists have it: engineering and technical, c suite.
func appendKey(key []byte, s string) []byte {
	var text [shortTitle]byte
	var ends [shortTitle / 4]int
	w := words{text[:0], ends[:0]}.parse(s)
	for i := range w.ends {
		if w.isBoundary(i) {
			continue
		}
		if len(key) > 0 {
			key = append(key, ' ')
		}
		key = append(key, w.word(i)...)
	}
	return key
}
