// Package phone reads telephone numbers.
package phone

import (
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/nyaruka/phonenumbers"

	"contactsync/internal/normal"
)

// defaultRegion reads numbers without a country code (contract, part 4).
const defaultRegion = "US"

// Normal is a number in E.164 (ITU-T) when libphonenumber's metadata says
// that such a number can exist. "+1" put before a number that already has its
// country code, as in AudienceLab's VALID_PHONES (vendors' README 4.8), is taken
// off again; repaired says so. Before ten digits it is no such prefix: that is a
// number of North America, if only a wrong one.
func Normal(s string) (number string, repaired, ok bool) {
	s = normal.Text(s)
	if digits, plus, ok := asciiDigits(s); ok {
		if national, repaired, ok := nanpDigits(digits, plus); ok {
			return "+1" + national, repaired, true
		}
		if plus && strings.HasPrefix(digits, "1") && len(digits) > len("12125550100") {
			if number, ok := parsePhone("+" + digits[1:]); ok {
				return number, true, true
			}
		}
	}
	number, ok = parsePhone(s)
	return number, false, ok
}

func parsePhone(s string) (string, bool) {
	parsed, err := phonenumbers.Parse(s, defaultRegion)
	if err != nil || !phonenumbers.IsValidNumber(parsed) {
		return "", false
	}
	return phonenumbers.Format(parsed, phonenumbers.E164), true
}

// asciiDigits is the digits of a number that is written with nothing but digits,
// a leading plus and the usual punctuation; anything else, such as an extension
// or letters, is the library's business.
func asciiDigits(s string) (digits string, plus, ok bool) {
	buffer := make([]byte, 0, 16)
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			buffer = append(buffer, c)
		case c == '+':
			plus = true
			if len(buffer) > 0 && string(buffer) != "1" {
				return "", false, false
			}
		case strings.IndexByte(" -.()/", c) < 0:
			return "", false, false
		}
	}
	return string(buffer), plus, len(buffer) > 0
}

// nanpDigits is the ten digits of a valid number of the North American Numbering
// Plan. Nearly all numbers here are, and libphonenumber's parser and patterns
// would take most of the time of a record; so these are parsed by hand and asked
// for once per exchange.
func nanpDigits(digits string, plus bool) (national string, repaired, ok bool) {
	switch {
	case len(digits) == 10 && !plus:
		national = digits
	case len(digits) == 11 && digits[0] == '1':
		national = digits[1:]
	case len(digits) == 12 && plus && digits[:2] == "11":
		national, repaired = digits[2:], true
	default:
		return "", false, false
	}
	return national, repaired, isValidNANP(national)
}

// exchangeDigits are the digits of a national number that name its exchange
// (NPA-NXX). The metadata for the US looks at no digit after them, which a test
// checks, so one number answers for its exchange.
const exchangeDigits = 6

// usExchanges has a bit for every exchange in which US numbers are known to be
// valid: a cache of the metadata's answers, 125 kB, the same for every caller.
var usExchanges [1_000_000/64 + 1]atomic.Uint64

func isValidNANP(national string) bool {
	number, _ := strconv.ParseUint(national, 10, 64)
	exchange, _ := strconv.ParseUint(national[:exchangeDigits], 10, 64)
	word, bit := &usExchanges[exchange/64], uint64(1)<<(exchange%64)
	if word.Load()&bit != 0 {
		return true
	}
	parsed := &phonenumbers.PhoneNumber{CountryCode: new(int32(1)), NationalNumber: &number}
	if phonenumbers.IsValidNumberForRegion(parsed, "US") {
		word.Or(bit)
		return true
	}
	return phonenumbers.IsValidNumber(parsed)
}
