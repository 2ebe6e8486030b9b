package phone

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"contactsync/internal/normal"
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
		switch label := r[0].label; {
		case label == "fax":
			fax = appendRun(fax, r, country)
		case len(found) > 0 && slices.Contains(extensionMarks, label) && len(r.digits()) < minDigits:
			found[len(found)-1].Extension = true
		default:
			found = appendRun(found, r, country)
		}
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
	if !normal.IsDigits(strings.TrimPrefix(whole, "+")) || !normal.IsDigits(decimals) && decimals != "" {
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

// isOtherText holds for what has digits and is no number: an address, a link that
// leads to no telephone, a day, and ids, which have letters between digits.
func isOtherText(s string) bool {
	if strings.Contains(s, "@") || isDay(s) {
		return true
	}
	if strings.Contains(s, "://") && !leadsToTelephone(s) {
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

func leadsToTelephone(link string) bool {
	return strings.HasPrefix(link, "tel://") || strings.Contains(link, "wa.me/") || strings.Contains(link, "whatsapp.com/")
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
	word = strings.ToLower(word)
	return word == "or" || word == "and" || slices.Contains(extensionMarks, word)
}

// extensionMarks stand before an extension.
var extensionMarks = []string{"x", "ext", "extn", "extension", "#", "poste", "durchwahl", "dw"}

// wordEnd is where the word that begins at start ends; start, if none does.
func wordEnd(s string, start int) int {
	for start < len(s) && isLetter(s[start]) {
		start++
	}
	return start
}

// isLetter holds for ASCII letters and for the bytes of others, which narrow left.
func isLetter(c byte) bool { c = normal.Lower(c); return c >= 'a' && c <= 'z' || c >= 0x80 }

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
		last := start > 0 && isDigit(s[start-1]) && end == len(s)
		if word := s[start:end]; word != "" && strings.Trim(word, "xX") == "" && (len(word) > 1 || last) {
			return true
		}
		start = max(end, start+1)
	}
	return false
}
