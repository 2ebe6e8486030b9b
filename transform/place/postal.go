package place

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/unicode/norm"

	"contactsync/internal/lists"
	"contactsync/internal/normal"
)

//go:embed postal.txt
var postalList string

// postalCode writes a postal code as the country's post does. Without a country it is
// taken for a ZIP code if it has that many digits, and for a code of Canada, Great
// Britain or the Netherlands if it has the letters of one. What fits nowhere stays as
// sent, in capitals. A code may have its state with it (MA 02134), which is returned.
func postalCode(s, country, region string) (code string, beside state, changes Changes) {
	if s == "" || isZIP(s) && (country == "US" || country == "") && !isPlaceholder(s[:5]) && !strings.HasSuffix(s, "-0000") {
		return s, state{}, 0 // as nearly always
	}
	sent := strings.ToUpper(s)
	if len(sent) > longestPart {
		return sent, state{}, 0
	}
	s = cleanPostal(s)
	if isPlaceholder(s) {
		return "", state{}, PostalCodeDropped
	}
	switch {
	case isMailedByUSPS(country):
		code, beside = zipCode(s, region)
	case country == "":
		if code, beside = zipCodeUnasked(s, region); code == "" {
			code, beside = lettered(s)
		}
	case country == "CA":
		code, beside = lettered(s)
	default:
		code = fitted(s, country)
	}
	switch {
	case code == "":
		return s, state{}, 0
	case isPlaceholder(code) || isZIP(code) && isPlaceholder(code[:5]):
		return "", state{}, PostalCodeDropped
	}
	if squeeze(code) != squeeze(sent) && !strings.HasPrefix(squeeze(sent), squeeze(code)) {
		changes = PostalCodeRepaired
	}
	return code, beside, changes
}

// cleanPostal is a code in capitals, without what spreadsheets, quotes and keyboards add.
func cleanPostal(s string) string {
	for !isCleanPostal(s) {
		next := cleanedPostal(s)
		if next == s {
			break
		}
		s = next
	}
	return s
}

// isCleanPostal holds for capitals and digits with single spaces or dashes between them.
func isCleanPostal(s string) bool {
	between := true
	for i := range len(s) {
		c := s[i]
		inWord := c >= '0' && c <= '9' || c >= 'A' && c <= 'Z'
		if !inWord && (between || c != ' ' && c != '-') {
			return false
		}
		between = !inWord
	}
	return !between
}

func cleanedPostal(s string) string {
	s = strings.ToUpper(s)
	if !normal.IsASCII(s) {
		s = strings.Map(asciiDash, norm.NFKC.String(s))
	}
	s = normal.Text(strings.Trim(normal.Unwrap(s), postalMargin))
	if whole, fraction, ok := strings.Cut(s, "."); ok && normal.IsDigits(whole) && strings.Trim(fraction, "0") == "" {
		s = whole // a number
	}
	thousands, rest, ok := strings.Cut(s, ",")
	if ok && len(thousands) <= 2 && len(rest) == 3 && normal.IsDigits(thousands) && normal.IsDigits(rest) {
		s = thousands + rest
	}
	return s
}

const postalMargin = " .,;:#'\"=`*-〒()"

func asciiDash(r rune) rune {
	switch r {
	case '‐', '‑', '‒', '–', '—', '−', '－':
		return '-'
	}
	return r
}

// isPlaceholder holds for noughts and crosses, and for nines of which no code is made.
func isPlaceholder(s string) bool {
	if s == "" || s[0] != '0' && s[0] != '9' && s[0] != 'X' {
		return false
	}
	digits := 0
	for i := range len(s) {
		switch s[i] {
		case s[0]:
			digits++
		case ' ', '-':
		default:
			return false
		}
	}
	return s[0] != '9' || digits >= 5
}

// squeeze is the letters and digits of a code.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '.' || r == '/' {
			return -1
		}
		return r
	}, s)
}

// lettered is a code of Canada, Great Britain or the Netherlands, which tells by its
// letters that it is one; a province may stand before it.
func lettered(s string) (string, state) {
	for _, country := range [...]string{"CA", "GB", "NL"} {
		if code := fitted(s, country); code != "" && (country != "CA" || isCanadian(code)) {
			return code, state{}
		}
	}
	words := strings.TrimRight(s[:max(0, len(s)-len("M5V 3L9"))], " ,-")
	code := fitted(strings.TrimLeft(s[len(words):], " ,-"), "CA")
	if code == "" || !isCanadian(code) {
		return "", state{}
	}
	name := fold(words[strings.LastIndexByte(words, ',')+1:])
	if province := stateNamed(name); province.home == "CA" {
		return code, province
	}
	return "", state{}
}

// isCanadian reports whether a code of Canada's shape has no letter that Canada Post
// does not use.
func isCanadian(code string) bool {
	if len(code) != 7 || strings.ContainsAny(code, "DFIOQU") || code[0] == 'W' || code[0] == 'Z' {
		return false
	}
	whole, ok := fill("ana nan", code[:3]+code[4:], false)
	return ok && whole == code
}

// postalForm is how a country writes its codes.
type postalForm struct {
	forms []string
	signs []string // letters that people write before them
}

var postalForms = sync.OnceValue(func() map[string]postalForm {
	known := map[string]postalForm{}
	for _, t := range lists.Table(postalList) {
		words := strings.Fields(t.Value)
		form := known[words[0]]
		known[words[0]] = postalForm{forms: append(form.forms, t.Phrases...), signs: append(form.signs, words...)}
	}
	return known
})

// fitted is a code in the form of a country, "" if it has none that fits.
func fitted(s, country string) string {
	form, ok := postalForms()[country]
	if !ok || len(s) > longestPostal || !normal.IsASCII(s) {
		return ""
	}
	s, _, _ = strings.Cut(s, " CEDEX") // a part of the French city's name
	if code := form.fit(squeeze(s)); code != "" {
		return code
	}
	comma := strings.LastIndexByte(s, ',')
	for _, cut := range [...]struct{ code, sign string }{
		{s[:max(0, comma)], s[comma+1:]},
		cutSign(s, strings.IndexAny(s, " -"), true),
		cutSign(s, strings.IndexFunc(s, isDigit), true),
		cutSign(s, strings.LastIndexFunc(s, isDigit)+1, false),
	} {
		if cut.code == "" || cut.sign == "" || !form.isSign(cut.sign, country) {
			continue
		}
		if code := form.fit(squeeze(cut.code)); code != "" {
			return code
		}
	}
	return ""
}

// cutSign cuts the letters before or behind a code off it.
func cutSign(s string, at int, before bool) (cut struct{ code, sign string }) {
	switch {
	case at <= 0:
	case before:
		cut.code, cut.sign = s[at:], s[:at]
	default:
		cut.code, cut.sign = s[:at], s[at:]
	}
	return cut
}

const longestPostal = 60

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

// isSign holds for letters that stand for the country beside its code.
func (f postalForm) isSign(s, country string) bool {
	s = strings.Trim(s, " -,()")
	return slices.Contains(f.signs, s) || countryCode(s) == country
}

const capitalLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// fit puts the letters and digits of a code into the first form that has room for them.
func (f postalForm) fit(compact string) string {
	for _, lost := range [...]bool{false, true} {
		for _, form := range f.forms {
			head := form[:len(form)-len(strings.TrimLeft(form, capitalLetters))]
			if !strings.HasPrefix(compact, head) {
				if len(f.forms) > 1 {
					continue
				}
				compact = head + compact // LV-1010 for 1010
			}
			if code, ok := fill(form[len(head):], compact[len(head):], lost); ok {
				return head + code
			}
		}
	}
	return ""
}

// fill puts the letters and digits of a code into a form; where some were lost, with the
// noughts that a number loses.
func fill(form, compact string, lost bool) (string, bool) {
	room := len(form) - strings.Count(form, " ") - strings.Count(form, "-")
	missing := room - len(compact)
	if missing < 0 || lost != (missing > 0) || missing > 0 && (compact == "" || !normal.IsDigits(compact)) {
		return "", false
	}
	b := make([]byte, 0, len(form))
	for i := range len(form) {
		want := form[i]
		if want == ' ' || want == '-' {
			b = append(b, want)
			continue
		}
		if missing > 0 {
			if want != '0' {
				return "", false
			}
			b = append(b, '0')
			missing--
			continue
		}
		if !matches(want, compact[0]) {
			return "", false
		}
		b = append(b, compact[0])
		compact = compact[1:]
	}
	return string(b), true
}

func matches(want, c byte) bool {
	digit, letter := c >= '0' && c <= '9', c >= 'A' && c <= 'Z'
	switch want {
	case 'n', '0':
		return digit
	case 'a':
		return letter
	case 'x':
		return digit || letter
	}
	return c == want
}
