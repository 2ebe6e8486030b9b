package phone

import (
	"slices"
	"strings"
)

// group is digits without anything between them.
type group struct {
	before string // the punctuation before them, since the group before
	label  string // the word or sign before them, of the first group of a run
	digits string
}

// run is digits that may be one number, or several with nothing but punctuation
// between them. None is empty.
type run []group

// runs cuts a text into runs. A plus begins a number, unless only a 1 or zeros stand
// before it: "+1+44...", "00+44...".
func runs(s string) (all []run) {
	var open run
	closeRun := func() {
		if len(open) > 0 {
			all = append(all, open)
			open = nil
		}
	}
	label, from := "", 0 // from is where the punctuation before the next digit begins
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case isDigit(c):
			end := i
			for end < len(s) && isDigit(s[end]) {
				end++
			}
			open = append(open, group{s[from:i], label, s[i:end]})
			label, i, from = "", end, end
			continue
		case c == '+':
			if d := open.digits(); strings.Trim(d, "0") != "" && d != "1" {
				closeRun()
				from = i
				if strings.HasPrefix(s[i-1:], " + ") { // for "and"
					from++
				}
			}
		case isLetter(c):
			closeRun()
			end := wordEnd(s, i)
			label, i, from = strings.ToLower(s[i:end]), end, end
			continue
		case !isPunctuation(c):
			closeRun()
			from = i + 1
			if c == '#' {
				label = "#"
			}
		}
		i++
	}
	closeRun()
	return all
}

func (r run) digits() string {
	if len(r) == 1 {
		return r[0].digits
	}
	var b strings.Builder
	for _, g := range r {
		b.WriteString(g.digits)
	}
	return b.String()
}

func (r run) dialled() dialled {
	plus := slices.ContainsFunc(r, func(g group) bool { return strings.Contains(g.before, "+") })
	return dialled{r.digits(), plus, len(r) > 1 && !haveLengths(r.groups(), nanpGroups[0])}
}

func (r run) groups() []string {
	groups := make([]string, len(r))
	for i, g := range r {
		groups[i] = g.digits
	}
	return groups
}

// minDigits is how many digits a number has at least; where the country is known, and
// no number stands before, national numbers may be shorter.
const (
	minDigits         = 7
	minNationalDigits = 4
)

// appendRun appends the numbers of a run. As a whole it is asked first, but for one
// whose every part between slashes is a number by itself.
func appendRun(all []Number, r run, country string) []Number {
	d := r.dialled()
	if len(d.digits) < minDigits && (!isForeign(country) || len(all) > 0 || len(d.digits) < minNationalDigits) {
		return all
	}
	parts := r.parts()
	if len(parts) > 1 {
		if some, ok := eachExplicit(parts, country); ok {
			return append(all, some...)
		}
	}
	if d.plus && d.digits[0] == '1' {
		if n, taken := grouped(r.groups()); taken > 0 { // with an extension, which is not a number after a doubled +1
			return appendRest(append(all, n), r[taken:], country)
		}
	}
	if n, ok := explicit(d, country); ok {
		return append(all, n)
	}
	if shorter := r.withoutTrunk(); len(shorter) < len(r) {
		if n, ok := explicit(shorter.dialled(), country); ok {
			return append(all, n)
		}
	}
	if !d.plus {
		if n, taken := grouped(r.groups()); taken > 0 {
			return appendRest(append(all, n), r[taken:], country)
		}
		if n, ok := withoutPlus(r); ok {
			return append(all, n)
		}
	}
	if len(parts) > 1 {
		for _, part := range parts {
			all = appendRun(all, part, country)
		}
		return all
	}
	return appendWithin(all, r, country)
}

// appendRest appends the numbers of what follows one: an extension is too short to be one.
func appendRest(all []Number, r run, country string) []Number {
	if len(r.digits()) < minDigits {
		all[len(all)-1].Extension = len(r) == 1 // not of "(24/7)"
		return all
	}
	return appendRun(all, r, country)
}

// appendWithin finds a number of the American plan behind other digits, as in a
// numbered list, by the way in which its digits stand apart.
func appendWithin(all []Number, r run, country string) []Number {
	if r.dialled().plus {
		return all
	}
	for i := 1; i+3 <= len(r); i++ {
		if groups := r[i:].groups(); haveLengths(groups, nanpGroups[0]) {
			if n, taken := grouped(groups); taken > 0 {
				return appendRest(append(all, n), r[i+taken:], country)
			}
		}
	}
	return all
}

// parts is what stands between slashes.
func (r run) parts() (parts []run) {
	start := 0
	for i, g := range r {
		if i > 0 && strings.Contains(g.before, "/") {
			parts = append(parts, r[start:i])
			start = i
		}
	}
	return append(parts, r[start:])
}

func eachExplicit(parts []run, country string) (all []Number, ok bool) {
	for _, part := range parts {
		n, ok := explicit(part.dialled(), country)
		if !ok {
			return nil, false
		}
		all = append(all, n)
	}
	return all, true
}

// withoutTrunk drops the (0) of "+44 (0)20 7946 0000", which is dialled at home only.
func (r run) withoutTrunk() run {
	for i, g := range r {
		if i > 0 && i+1 < len(r) && g.digits == "0" && strings.ContainsAny(g.before, "([") {
			return slices.Delete(slices.Clone(r), i, i+1)
		}
	}
	return r
}
