package phone

import (
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/nyaruka/phonenumbers"

	"contactsync/internal/normal"
)

// nanpDigits is how many digits a national number of the North American Numbering
// Plan has.
const nanpDigits = 10

// isForeign reports whether a country is known and has a plan of its own.
func isForeign(country string) bool {
	return country != "" && country != "US" && !phonenumbers.IsNANPACountry(country)
}

// isNormalNANP reports whether a text is a valid number of the plan in E.164, which
// nearly all numbers here are.
func isNormalNANP(s string) bool {
	if len(s) != len("+1")+nanpDigits || s[:2] != "+1" {
		return false
	}
	for i := 2; i < len(s); i++ {
		if !isDigit(s[i]) {
			return false
		}
	}
	return isValidNANP(s[2:])
}

// nanp is a valid number of the plan. Nearly all numbers here are, and
// libphonenumber's parser and patterns would take most of the time of a record; so these
// are parsed by hand and asked for once per exchange.
func nanp(d dialled) (Number, bool) {
	digits := d.digits
	switch {
	case len(digits) == nanpDigits && !d.plus:
		return Number{E164: "+1" + digits}, isValidNANP(digits)
	case len(digits) == 11 && digits[0] == '1':
		return Number{E164: "+" + digits}, isValidNANP(digits[1:])
	case len(digits) == 12 && digits[:2] == "11":
		return Number{E164: "+" + digits[1:], Repair: DoubledCode}, isValidNANP(digits[2:])
	}
	return Number{}, false
}

// exchangeDigits are the digits of a national number that name its exchange
// (NPA-NXX). But for the area codes of two countries the metadata looks at no digit after
// them, which a test checks, so one number answers for its exchange.
const exchangeDigits = 6

// looksDeeper holds for the area codes in which it does: of Barbados and of Jamaica.
func looksDeeper(area string) bool { return area == "246" || area == "658" || area == "876" }

// exchanges have a bit for each, which says whether the metadata was asked, and whether
// numbers in it are valid: a cache of its answers, 250 kB, the same for every caller.
var exchanges struct {
	asked, valid [1_000_000/64 + 1]atomic.Uint64
}

func isValidNANP(national string) bool {
	if isPlaceholder(national) || national == "2345678901" { // with a 1 before it, a row of the keyboard
		return false
	}
	number, _ := strconv.ParseUint(national, 10, 64)
	exchange := number / 10_000
	word, bit := exchange/64, uint64(1)<<(exchange%64)
	if exchanges.asked[word].Load()&bit != 0 {
		return exchanges.valid[word].Load()&bit != 0
	}
	parsed := nanpNumber(number)
	valid := phonenumbers.IsValidNumberForRegion(parsed, "US") || isNewExchange(national) || phonenumbers.IsValidNumber(parsed)
	if looksDeeper(national[:3]) {
		return valid
	}
	if valid {
		exchanges.valid[word].Or(bit)
	}
	exchanges.asked[word].Or(bit) // last: whoever sees it sees the answer
	return valid
}

// isNewExchange holds for exchanges of those American area codes of which the metadata
// lists the exchanges that were open when it was made (274, 472, 983). It lists all
// others as wholly open, and so are these, for numbers come into use before metadata does.
func isNewExchange(national string) bool {
	if national[3] < '2' || national[4:6] == "11" {
		return false
	}
	number, _ := strconv.ParseUint(national[:3]+"2"+national[4:], 10, 64)
	parsed := nanpNumber(number)
	return phonenumbers.IsValidNumberForRegion(parsed, "US") && phonenumbers.GetNumberType(parsed) == phonenumbers.FIXED_LINE_OR_MOBILE
}

func nanpNumber(national uint64) *phonenumbers.PhoneNumber {
	return &phonenumbers.PhoneNumber{CountryCode: new(int32(1)), NationalNumber: &national}
}

// isAreaCode reports whether an area code of the plan is in use, as far as the
// metadata tells: some regions by their codes, others by numbers as these have them.
// Codes that nobody lives in (500 and its like) do not count.
func isAreaCode(area string) bool {
	number, err := strconv.ParseUint(area+"2345678", 10, 64)
	if err != nil {
		return false
	}
	parsed := nanpNumber(number)
	return phonenumbers.GetRegionCodeForNumber(parsed) != "" && phonenumbers.GetNumberType(parsed) != phonenumbers.PERSONAL_NUMBER
}

// nanpGroups are the ways in which people set apart the digits of such a number; a 1
// may stand before them.
var nanpGroups = [][]int{{3, 3, 4}, {3, 7}, {6, 4}, {10}, {11}, {4, 3, 4}}

// grouped is the number that groups of digits begin with, by their lengths, and how many
// groups it takes, 0 for none.
func grouped(groups []string) (n Number, taken int) {
	one := 0
	if len(groups) > 0 && groups[0] == "1" {
		one = 1
	}
	for _, lengths := range nanpGroups {
		if !haveLengths(groups[one:], lengths) {
			continue
		}
		taken = one + len(lengths)
		if n, ok := nanp(dialled{digits: strings.Join(groups[one:taken], "")}); ok {
			return n, taken
		}
	}
	return Number{}, 0
}

func haveLengths(groups []string, lengths []int) bool {
	if len(groups) < len(lengths) {
		return false
	}
	for i, n := range lengths {
		if len(groups[i]) != n {
			return false
		}
	}
	return true
}

// vanity reads a number of the plan that is partly spelt with the letters of a keypad
// (1-800-FLOWERS). Elsewhere than behind 800 and its like, which are advertised
// that way and may have more letters than are dialled (1-800-MATTRESS), the letters
// must hang on the digits and be as many as it takes, since they may be any words.
func vanity(s string) (Number, bool) {
	digits, letters, loose := make([]byte, 0, 16), 0, false
	for i := range len(s) {
		switch c := normal.Lower(s[i]); {
		case isDigit(c):
			digits = append(digits, c)
		case c >= 'a' && c <= 'z' && len(digits) >= 3:
			letters++
			loose = loose || i > 0 && s[i-1] == ' '
			digits = append(digits, keypad[c-'a'])
		case !isPunctuation(c) && c != '+':
			return Number{}, false
		}
	}
	national := strings.TrimPrefix(string(digits), "1")
	if letters < 3 || len(national) < nanpDigits {
		return Number{}, false
	}
	if !isTollFree(national) && (loose || len(national) > nanpDigits) || len(national) > nanpDigits+3 {
		return Number{}, false
	}
	return nanp(dialled{digits: national[:nanpDigits]})
}

// keypad is the digits of the letters from a to z (ITU-T E.161).
const keypad = "22233344455566677778889999"

// isTollFree holds for 800, 888 and the others of that kind.
func isTollFree(national string) bool { return national[0] == '8' && national[1] == national[2] }
