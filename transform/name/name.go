// Package name knows how people write their names, and what they write around them.
package name

import (
	"cmp"
	"slices"
	"strings"

	"contactsync/internal/normal"
)

// Name is the parts of a name as a person would write them.
type Name struct{ First, Last, Full string }

// Loss is what was left out of a name, being none.
type Loss uint8

const (
	Honorific  Loss = 1 << iota // Dr., Mrs
	Credential                  // MBA, Ph. D.
	Nickname                    // (Ben), "Ben", née Yarrow
	Pronouns                    // she/her
	Symbols                     // emoji, and what follows a mark such as |
	NotAName                    // a link, a number, a sentence
)

// Has reports whether all of some losses are among these.
func (l Loss) Has(some Loss) bool { return l&some == some }

// Normal brings a name into the form its bearer would write (contract, part 4).
// Honorifics, degrees, nicknames, pronouns and symbols are left out; parts are
// cased where the vendor sends all upper or all lower case. What is missing is
// filled: the parts from the full name, the full name from its parts. Where both parts
// are given they decide its order; it may say more, such as a middle name.
func Normal(first, last, full string) (Name, Loss) {
	n, lost, settled := once(first, last, full)
	for range 8 { // what was taken off may have hidden more to take off
		if settled {
			break
		}
		again, more, _ := once(n.First, n.Last, n.Full)
		lost |= more
		settled = again == n
		n = again
	}
	return n, lost
}

// once applies the rules a single time; settled says that once is enough.
func once(first, last, full string) (n Name, lost Loss, settled bool) {
	if full == "" && isWholeField(first, last) {
		first, last, full = "", "", cmp.Or(first, last)
	}
	r := reading{shouted: normal.IsUpper(last)}
	f := r.field(first, false, wordCount(last))
	r.shouted = normal.IsUpper(f)
	l := r.field(last, true, wordCount(f))
	if l == "" && last != "" && full == "" && wordCount(f) > 1 { // "Jane Doe", "MBA"
		f, full = "", f
	}
	f = withoutLast(f, l)
	if full == "" || isWhole(full, f, l) {
		if full != "" {
			f, l = casedAs(f, full[:len(f)]), casedAs(l, full[len(f)+1:])
		}
		n = newCasing(f, l, "").name(f, l)
		n.Full = joined(n.First, n.Last, r.suffix)
		return n, r.lost, r.lost == 0 && !r.equivocal && isClean(first) && isClean(last)
	}
	w := reading{named: f != "" && l != ""}
	p := w.full(full)
	f, l = p.fill(f, l)
	words := p.ordered(f, l)
	f, l = casedAmong(words, f, l)
	c := newCasing(f, l, full)
	n = c.name(f, l)
	n.Full = c.whole(words, n, f, l)
	if n.Full == "" {
		n.Full = joined(n.First, n.Last, r.suffix)
	}
	return n, r.lost | w.lost, r.lost|w.lost == 0 && strings.EqualFold(n.Full, full) && isClean(first) && isClean(last) && isClean(full) &&
		isUnequivocal(full)
}

// isWholeField holds where the fields of the parts have the whole name: both the
// same, or one with a comma and the other empty.
func isWholeField(first, last string) bool {
	switch {
	case first == "":
		return hasTwoSides(last)
	case last == "":
		return hasTwoSides(first)
	}
	return first == last && strings.IndexByte(first, ' ') > 0
}

// hasTwoSides holds for "Doe, Jane", and not where only particles follow the comma:
// "Doe,", "Berg, van der".
func hasTwoSides(s string) bool {
	_, rest, _ := strings.Cut(s, ",")
	return slices.ContainsFunc(strings.FieldsFunc(rest, isCommaOrBlank), func(w string) bool { return !areParticles([]string{w}) })
}

func isCommaOrBlank(r rune) bool { return r == ',' || r == ' ' }

// withoutLast takes the family name off a given name that has it once more.
func withoutLast(first, last string) string {
	for n := len(first) - len(last) - 1; last != "" && n > 0; n = len(first) - len(last) - 1 {
		if first[n] != ' ' || !strings.EqualFold(first[n+1:], last) {
			break
		}
		first = first[:n]
	}
	return first
}

// equivocal are the kinds of words of which a second reading may make something else.
const equivocal = courtesy | office | rank | adjunct | faculty | generation | degree | couple | maiden

func isUnequivocal(s string) bool {
	for w := range strings.FieldsSeq(s) {
		if kindOf(w).is(equivocal) {
			return false
		}
	}
	return true
}

func wordCount(s string) int {
	if s == "" {
		return 0
	}
	return strings.Count(s, " ") + 1
}

// isWhole reports whether a full name is its two parts and no more.
func isWhole(full, first, last string) bool {
	return first != "" && last != "" && len(full) == len(first)+1+len(last) &&
		full[len(first)] == ' ' && strings.EqualFold(full[:len(first)], first) && strings.EqualFold(full[len(first)+1:], last)
}

// joined writes the parts of a name one after the other.
func joined(first, last string, suffix []string) string {
	full := first
	switch {
	case full == "":
		full = last
	case last != "":
		full += " " + last
	}
	for _, w := range suffix {
		if len(w) > 1 || first != "" && last != "" { // else it reads as an initial
			full += " " + caseSuffix(w)
		}
	}
	return strings.TrimSpace(full)
}

// fill takes what is missing of two parts from the full name.
func (p parts) fill(first, last string) (string, string) {
	if len(p.words) == 0 || first != "" && last != "" {
		return first, last
	}
	if first == "" && last == "" {
		return p.first(), p.last()
	}
	known := strings.Fields(first + last)
	n := len(p.words) - len(known)
	if n <= 0 {
		return first, last
	}
	begins, ends := sameWords(p.words[:len(known)], known), sameWords(p.words[n:], known)
	switch {
	case first != "" && begins:
		return first, strings.Join(p.words[max(p.family, len(known)):], " ")
	case first != "" && ends:
		return first, strings.Join(p.words[:n], " ")
	case last != "" && ends:
		return strings.Join(p.words[:min(p.given, n)], " "), last
	case last != "" && begins:
		return strings.Join(p.words[len(known):], " "), last
	}
	return first, last
}

// ordered is the words of a full name with the given name before the family name
// where they stand the other way round, nil where they are not all among them.
func (p parts) ordered(first, last string) []string {
	words := p.words
	if len(p.suffix) > 0 {
		words = slices.Concat(words, p.suffix)
	}
	f, l := strings.Fields(first), strings.Fields(last)
	if i, _ := place(words, f, l); i >= 0 {
		return words
	}
	if n := len(l); n > 0 && len(f) > 0 && n < len(words) && sameWords(words[:n], l) {
		turned := slices.Concat(p.words[n:], l, p.suffix)
		if i, _ := place(turned, f, l); i >= 0 {
			return turned
		}
	}
	return nil
}

// place is where the first name stands among some words, and after it the last.
func place(words, first, last []string) (i, j int) {
	i = index(words, first, 0)
	if i < 0 {
		return -1, -1
	}
	j = index(words, last, i+len(first))
	for next := j; next >= 0 && len(last) > 0; next = index(words, last, next+1) {
		j = next
	}
	if j < 0 {
		return -1, -1
	}
	return i, j
}

func index(words, part []string, from int) int {
	for i := from; i+len(part) <= len(words); i++ {
		if sameWords(words[i:i+len(part)], part) {
			return i
		}
	}
	return -1
}

func sameWords(a, b []string) bool {
	return slices.EqualFunc(a, b, func(a, b string) bool { return strings.EqualFold(strings.Trim(a, ".,"), strings.Trim(b, ".,")) })
}

// IsNull is [normal.IsNull] for the names of people, of whom some are called Null,
// Nan or Nil: only a whole value in one case is taken for the missing-value
// word, beside the spellings NaN and None that Python writes.
func IsNull(s string) bool {
	return normal.IsNull(s) && (s == "NaN" || s == "None" || s == strings.ToLower(s) || s == strings.ToUpper(s))
}
