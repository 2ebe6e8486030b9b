package phone

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// appendText appends the numbers of a text that people wrote. What is no letter
// and no punctuation of numbers ends a number, and so do words; which of the digits
// between make one is asked run by run.
func appendText(all []Number, s, country string) []Number {
	s = narrow(s)
	digits, float, ok := spreadsheetNumber(s)
	switch {
	case !ok:
		return all
	case float:
		s = digits
	}
	if isOtherText(s) || isMasked(s) {
		return all
	}
	found := telephones(s, country)
	if n, ok := vanity(s); ok && len(found) == 0 && !isForeign(country) {
		found = append(found, n)
	}
	for _, n := range found {
		if float && n.Repair == AsWritten {
			n.Repair = SpreadsheetFloat
		}
		all = append(all, n)
	}
	return all
}

// telephones is the numbers of the runs of a text; those of fax machines only where
// there are no others.
func telephones(s, country string) (found []Number) {
	var fax []Number
	for _, r := range runs(s) {
		if r[0].label == "fax" {
			fax = appendRun(fax, r, country)
			continue
		}
		found = appendRun(found, r, country)
	}
	if len(found) == 0 {
		return fax
	}
	return found
}

// narrow writes the digits, dashes, blanks and dots of all scripts as ASCII has them.
// Other letters stay, other signs become line ends.
func narrow(s string) string {
	ascii := func(r rune) bool { return r >= ' ' && r <= '~' }
	if !strings.ContainsFunc(s, func(r rune) bool { return !ascii(r) }) {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case ascii(r):
			return r
		case unicode.IsDigit(r):
			return '0' + digitValue(r)
		case unicode.IsLetter(r), unicode.IsMark(r):
			return r
		case unicode.Is(unicode.Pd, r), r == '−':
			return '-'
		case unicode.Is(unicode.Zs, r):
			return ' '
		case strings.ContainsRune("·•∙⋅・․‧⸱", r):
			return '.'
		}
		return '\n'
	}, s)
}

// digitValue is the value of a decimal digit: Unicode has those of a script together,
// from zero on.
func digitValue(r rune) rune {
	for _, t := range unicode.Nd.R16 {
		if r >= rune(t.Lo) && r <= rune(t.Hi) {
			return (r - rune(t.Lo)) % 10
		}
	}
	for _, t := range unicode.Nd.R32 {
		if r >= rune(t.Lo) && r <= rune(t.Hi) {
			return (r - rune(t.Lo)) % 10
		}
	}
	return 0
}

// spreadsheetNumber is the digits of a number that a spreadsheet kept as a quantity:
// 2125550123.0, or 2.125550123E+09. Where it rounded (2.12555E+09), ok is false.
func spreadsheetNumber(s string) (digits string, float, ok bool) {
	mantissa, exponent, scientific := cutAny(s, "eE")
	whole, decimals, _ := strings.Cut(mantissa, ".")
	if !isDigits(strings.TrimPrefix(whole, "+")) || !isDigits(decimals) && decimals != "" {
		return "", false, true
	}
	if !scientific {
		return whole, decimals != "" && strings.Trim(decimals, "0") == "" && len(decimals) <= 2, true
	}
	shift, err := strconv.Atoi(exponent)
	if err != nil {
		return "", false, true
	}
	if len(whole) != 1 || shift < 0 || shift > len(decimals) || strings.Trim(decimals[shift:], "0") != "" {
		return "", false, false
	}
	return whole + decimals[:shift], true, true
}

func cutAny(s, chars string) (before, after string, found bool) {
	if i := strings.IndexAny(s, chars); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return s, "", false
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// isOtherText holds for what has digits and is no number: an address, a link that
// leads to no telephone, a day, and ids, which have letters between digits.
func isOtherText(s string) bool {
	if strings.Contains(s, "@") || isDay(s) {
		return true
	}
	if strings.Contains(s, "://") && !strings.Contains(s, "wa.me/") && !strings.Contains(s, "whatsapp.com/") && !strings.HasPrefix(s, "tel://") {
		return true
	}
	for start := 0; start < len(s); {
		end := wordEnd(s, start)
		if end > start && start > 0 && isDigit(s[start-1]) && end < len(s) && isDigit(s[end]) && !joins(s[start:end]) {
			return true
		}
		start = max(end, start+1)
	}
	return false
}

// isDay holds for a text that begins with a day as ISO 8601 writes it.
func isDay(s string) bool {
	const shape = "0000-00-00"
	if len(s) < len(shape) || s[0] != '1' && s[0] != '2' {
		return false
	}
	for i := range len(shape) {
		if isDigit(s[i]) != (shape[i] == '0') || shape[i] == '-' && s[i] != '-' {
			return false
		}
	}
	return len(s) == len(shape) || !isDigit(s[len(shape)])
}

// joins reports whether a word stands right between two numbers, or before an extension.
func joins(word string) bool {
	return slices.Contains([]string{"x", "ext", "extn", "extension", "or", "and"}, strings.ToLower(word))
}

// wordEnd is where the word that begins at start ends; start, if none does.
func wordEnd(s string, start int) int {
	for start < len(s) && isLetter(s[start]) {
		start++
	}
	return start
}

// isLetter holds for ASCII letters and for the bytes of others, which narrow left.
func isLetter(c byte) bool { c = lower(c); return c >= 'a' && c <= 'z' || c >= 0x80 }

// isMasked holds for numbers of which digits were struck out: 212-555-****, 212-555-XXXX.
func isMasked(s string) bool {
	if strings.ContainsAny(s, "*…") {
		return true
	}
	for _, struck := range []string{"##", "__", "??", ".."} {
		if strings.Contains(s, struck) {
			return true
		}
	}
	for start := 0; start < len(s); {
		end := wordEnd(s, start)
		if word := s[start:end]; word != "" && strings.Trim(word, "xX") == "" && (len(word) > 1 || start > 0 && isDigit(s[start-1]) && end == len(s)) {
			return true
		}
		start = max(end, start+1)
	}
	return false
}

// group is digits without anything between them.
type group struct {
	before string // the punctuation before them, since the group before
	label  string // the word before them, of the first group of a run
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
			}
		case isLetter(c):
			closeRun()
			end := wordEnd(s, i)
			label, i, from = strings.ToLower(s[i:end]), end, end
			continue
		case !isPunctuation(c):
			closeRun()
			from = i + 1
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
		if i > 0 && i+1 < len(r) && g.digits == "0" && strings.HasSuffix(g.before, "(") && strings.HasPrefix(r[i+1].before, ")") {
			return slices.Delete(slices.Clone(r), i, i+1)
		}
	}
	return r
}
