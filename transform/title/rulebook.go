package title

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"contactsync/internal/lists"
)

// rulebook reads the value of a closed list out of a title. Its rules are phrases of
// whole words; of all that a title says the rule that stands first counts.
type rulebook struct {
	values  []string            // by rule
	phrases map[string][]phrase // by first word, the longest first
}

// phrase is words that say something together, and the rule that they lead to or, where
// they tell of the office beside them, how.
type phrase struct {
	words []string
	rule  int
	says  string // one of the kinds of qualifiers, nothing, or "" for the rule's value
	end   bool   // a boundary or "and" must follow
}

// The kinds of qualifiers (qualifiers.txt), and the value of phrases that say nothing.
const (
	former  = "former"
	elect   = "elect"
	whose   = "whose"
	serves  = "serves"
	now     = "now"
	nothing = "-"
)

var qualifying = lists.Set(former, elect, whose, serves, now, nothing)

// In a phrase: any one to longestGap words; the end of what is said.
const (
	gap        = "..."
	endOfWhat  = "(end)"
	longestGap = 5
)

// newRulebook makes a rulebook of qualifiers and rules; where both have a phrase the rules
// know better, and where two rules have it the first one does.
func newRulebook(qualifiers, rules []lists.Term) rulebook {
	b := rulebook{phrases: map[string][]phrase{}}
	taken := map[string]bool{}
	for i, r := range slices.Concat(rules, qualifiers) {
		says := ""
		if qualifying[r.Value] {
			says = r.Value
		}
		b.values = append(b.values, r.Value)
		for _, text := range spelledOut(r.Phrases) {
			if !taken[text] {
				taken[text] = true
				b.add(text, phrase{rule: i, says: says})
			}
		}
	}
	for _, all := range b.phrases {
		slices.SortStableFunc(all, longestFirst)
	}
	return b
}

// spelledOut is the phrases with each of the words that a slash stands between.
func spelledOut(phrases []string) (all []string) {
	for _, text := range phrases {
		begun := []string{""}
		for _, word := range strings.Fields(text) {
			begun = joined(begun, strings.Split(word, "/"))
		}
		all = append(all, begun...)
	}
	return all
}

func joined(beginnings, words []string) (all []string) {
	for _, b := range beginnings {
		for _, w := range words {
			all = append(all, strings.TrimSpace(b+" "+w))
		}
	}
	return all
}

func (b rulebook) add(text string, p phrase) {
	p.words = strings.Fields(text)
	if last := len(p.words) - 1; p.words[last] == endOfWhat {
		p.words, p.end = p.words[:last], true
	}
	b.phrases[p.words[0]] = append(b.phrases[p.words[0]], p)
}

// longestFirst puts long before short; of the same length one without a gap before one
// with it, and one that must end what is said before one that need not.
func longestFirst(a, b phrase) int {
	return cmp.Or(len(b.words)-len(a.words), first(!a.gapped(), !b.gapped()), first(a.end, b.end))
}

// serves holds for a phrase that goes on to whom the person serves: "assistant to".
func (p *phrase) serves() bool { return p.words[len(p.words)-1] == "to" }

func (p phrase) gapped() bool { return slices.Contains(p.words, gap) }

func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// find is the phrase that begins at a word, and how many words it takes; nil for none.
func (b rulebook) find(w words, at int) (*phrase, int) {
	candidates := b.phrases[string(w.word(at))]
	for i := range candidates {
		if n := candidates[i].match(w, at); n > 0 {
			return &candidates[i], n
		}
	}
	return nil, 1
}

// match is how many words the phrase takes from a place on, 0 where it does not stand there.
func (p *phrase) match(w words, at int) int {
	i := at
	for j, word := range p.words {
		if word == gap {
			i = w.after(i, p.words[j+1])
			if i == 0 {
				return 0
			}
			continue
		}
		if i >= len(w.ends) || string(w.word(i)) != word {
			return 0
		}
		i++
	}
	if p.end && !w.isEnd(i) {
		return 0
	}
	return i - at
}

// after is the place of the next such word with one to longestGap others before it, 0 for none.
func (w words) after(at int, next string) int {
	for i := at; i < min(at+longestGap+1, len(w.ends)) && !w.isBoundary(i); i++ {
		if i > at && string(w.word(i)) == next {
			return i
		}
	}
	return 0
}

// isEnd holds where something else begins.
func (w words) isEnd(i int) bool {
	return i >= len(w.ends) || w.isBoundary(i) || string(w.word(i)) == "and"
}

// reading is what was read of a title so far.
type reading struct {
	rule  int // the first one that counts; none is past the last
	last  int // what it was before the phrase that ended at end
	end   int
	other string // why what is said now is of another office than the person's
}

// read is the value that the rules find in a title, "" for none.
func (b rulebook) read(w words) string {
	none := len(b.values)
	r := reading{rule: none, last: none, end: -1}
	for i := 0; i < len(w.ends); {
		p, n := b.find(w, i)
		switch {
		case p == nil:
			r.pass(w.word(i))
		case p.says == "":
			r.take(p.rule, i+n)
			if p.serves() {
				r.other = serves
			}
		case p.says != nothing:
			r.qualify(p.says, none, i, w.isEnd(i+n))
		}
		i += n
	}
	if r.rule == none {
		return ""
	}
	return b.values[r.rule]
}

// take takes what a phrase says, where it says it of the person.
func (r *reading) take(rule, end int) {
	if r.other == "" {
		r.last, r.rule, r.end = r.rule, min(r.rule, rule), end
	}
}

// pass goes past a word that no rule knows; it may be a boundary.
func (r *reading) pass(word []byte) {
	switch {
	case r.other == always:
	case bytes.Equal(word, []byte(bar)), bytes.Equal(word, []byte(comma)) && r.other != serves:
		r.other = ""
	}
}

// always is when nothing that follows is the person's: "Retired - VP of Sales".
const always = "always"

// qualify takes a qualifier; alone says that nothing follows that it could speak of.
func (r *reading) qualify(kind string, none, at int, alone bool) {
	switch {
	case kind == now:
		r.other = ""
	case r.other == always:
	case kind == elect:
		if r.end == at || alone && r.end == at-1 {
			r.rule = r.last
		}
	case kind == former && alone && r.rule < none:
		r.rule, r.last = none, none
	case kind == former && alone:
		r.other = always
	default:
		r.other = kind
	}
}
