package place

import (
	"strings"

	"contactsync/internal/normal"
)

// zipCode is the ZIP or ZIP+4 code of a place in the US, "" for none: 02134 for 2134,
// 02134-1001 for 021341001.
func zipCode(s, region string) (string, state) {
	if code := zipOfDigits(s); code != "" {
		return code, state{}
	}
	return zipBeside(s, region)
}

// zipCodeUnasked is the ZIP code that a text is whose country nobody knows: it has all its
// digits.
func zipCodeUnasked(s, region string) (string, state) {
	if compact := squeeze(s); len(compact) == 9 && normal.IsDigits(compact) || isZIP(s) {
		return zipOfDigits(s), state{}
	}
	return zipBeside(s, region)
}

func zipOfDigits(s string) string {
	compact := squeeze(s)
	if !normal.IsDigits(compact) {
		return ""
	}
	code, extra, dashed := strings.Cut(s, "-")
	code, extra = strings.TrimSpace(code), strings.TrimSpace(extra)
	switch {
	case dashed && len(code) >= 3 && len(code) <= 5 && len(extra) == 4 && normal.IsDigits(code+extra):
		return withExtra(zeros(code, 5), extra)
	case len(compact) == 8 || len(compact) == 9 || len(compact) == 7 && compact[0] >= '5': // 005 to 009
		compact = zeros(compact, 9)
		return withExtra(compact[:5], compact[5:])
	case len(compact) >= 3 && len(compact) <= 5:
		return zeros(compact, 5)
	}
	return ""
}

// withExtra adds the four digits of ZIP+4; 0000 stands for unknown ones.
func withExtra(code, extra string) string {
	if extra == "0000" {
		return code
	}
	return code + "-" + extra
}

func zeros(s string, width int) string {
	return strings.Repeat("0", max(0, width-len(s))) + s
}

func isZIP(s string) bool {
	return len(s) == 5 && normal.IsDigits(s) || len(s) == 10 && s[5] == '-' && normal.IsDigits(s[:5]+s[6:])
}

// zipBeside is the ZIP code before or behind its state, the country, or the word for it.
func zipBeside(text, region string) (string, state) {
	if len(text) > 6 && isZIP(text[:5]) && text[5] == '-' && strings.Trim(text[6:], "X*") == "" {
		return text[:5], state{} // 02134-XXXX
	}
	const digits = "0123456789-"
	code := text[len(strings.TrimRight(text, digits)):]
	words := text[:len(text)-len(code)]
	if code == "" {
		words = strings.TrimLeft(text, digits)
		code = text[:len(text)-len(words)]
	}
	if code = strings.Trim(code, "-"); !isZIP(code) && (len(code) != 9 || !normal.IsDigits(code)) {
		return "", state{}
	}
	code = zipOfDigits(code)
	name := fold(words[strings.LastIndexByte(strings.TrimRight(words, ", "), ',')+1:])
	switch name {
	case "zip", "zip code", "zipcode", "postal code", "postcode", "us", "usa", "us zip", "united states":
		return code, state{}
	}
	s := stateNamed(name)
	if s.code == "" {
		s = states()[name[strings.LastIndexByte(name, ' ')+1:]] // Boston MA
	}
	if s.code != "" && hasZIP(s.code, code) && (region == "" || region == s.code) {
		return code, s
	}
	return "", state{}
}

// hasZIP reports whether codes of a state begin with the digit of a code. Delaware has
// more to show, since a German code may have DE before it.
func hasZIP(state, code string) bool {
	if state == "DE" && code[:2] != "19" {
		return false
	}
	return strings.Contains(firstDigits[code[0]-'0'], state)
}

// firstDigits are the states by the first digit of their ZIP codes (USPS, Publication 65).
var firstDigits = [10]string{
	"CT MA ME NH NJ PR RI VT VI AE NY", "DE NY PA", "DC MD NC SC VA WV", "AA AL FL GA MS TN", "IN KY MI OH",
	"IA MN MT ND SD WI DC", "IL KS MO NE", "AR LA OK TX", "AZ CO ID NM NV TX UT WY", "AK AP AS CA FM GU HI MH MP OR PW UM WA",
}
