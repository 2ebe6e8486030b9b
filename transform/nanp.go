package transform

import (
	"sync/atomic"

	"github.com/nyaruka/phonenumbers"
)

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
// (NPA-NXX). The metadata for the US looks at no digit behind them, which a test
// checks, so one number answers for its exchange.
const exchangeDigits = 6

// usExchanges has a bit for every exchange in which US numbers are known to be
// valid: a cache of the metadata's answers, 125 kB, the same for every caller.
var usExchanges [1_000_000/64 + 1]atomic.Uint64

func isValidNANP(national string) bool {
	exchange := decimal(national[:exchangeDigits])
	word, bit := &usExchanges[exchange/64], uint64(1)<<(exchange%64)
	if word.Load()&bit != 0 {
		return true
	}
	code, number := int32(1), decimal(national)
	parsed := &phonenumbers.PhoneNumber{CountryCode: &code, NationalNumber: &number}
	if phonenumbers.IsValidNumberForRegion(parsed, "US") {
		word.Or(bit)
		return true
	}
	return phonenumbers.IsValidNumber(parsed)
}

func decimal(digits string) uint64 {
	var n uint64
	for i := range len(digits) {
		n = 10*n + uint64(digits[i]-'0')
	}
	return n
}
