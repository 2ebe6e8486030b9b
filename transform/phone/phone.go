// Package phone reads telephone numbers.
package phone

import (
	"strconv"
	"strings"

	"github.com/nyaruka/phonenumbers"

	"contactsync/internal/normal"
)

// Number is a number in E.164 (ITU-T), one that can exist by libphonenumber's metadata.
type Number struct {
	E164      string
	Repair    Repair
	Extension bool // one stood behind it, and was left out
}

// Repair is what had to be done, or assumed, to read a number.
type Repair int

const (
	AsWritten        Repair = iota // with a plus, or as people of the default region write it
	DoubledCode                    // "+1" stood before a number that has its country code
	DiallingPrefix                 // 00 or 011 stood in place of the plus
	MissingPlus                    // a country code without plus
	OwnCountry                     // a national number of the record's country
	SpreadsheetFloat               // a spreadsheet's 2125550123.0
)

// Append appends every number that a value holds, in its order, to all. Words and
// extensions around a number go, and "or", "/" or whatever else stands between
// two separates them. A number without a country code is asked for in the country
// (ISO 3166-1 alpha-2, "" for unknown) where that is none of the North American
// Numbering Plan, and then in the US, whose plan those share (contract, part 4).
// A number in E.164 stays as it is, whatever the country.
func Append(all []Number, s, country string) []Number {
	if isNormalNANP(s) {
		return append(all, Number{E164: s})
	}
	if d, ok := plainDialled(s); ok && (d.plus || !isForeign(country)) {
		if n, ok := nanp(d); ok {
			return append(all, n)
		}
	}
	if len(s) > maxText {
		return all
	}
	return appendText(all, normal.Unwrap(s), country)
}

// maxText is the length in bytes beyond which a text is no field of numbers.
const maxText = 1000

// dialled is the digits of what may be a number, and what stood before and between them.
type dialled struct {
	digits string
	plus   bool // stands before them, perhaps after a 1 or zeros
	apart  bool // they were set in groups, and not as Americans do
}

// plainDialled reads a text that is nothing but digits, a plus before them and
// the usual punctuation.
func plainDialled(s string) (dialled, bool) {
	buffer, plus := make([]byte, 0, 16), false
	for i := range len(s) {
		switch c := s[i]; {
		case isDigit(c):
			if len(buffer) == cap(buffer) {
				return dialled{}, false
			}
			buffer = append(buffer, c)
		case c == '+':
			if len(buffer) > 0 && string(buffer) != "1" {
				return dialled{}, false
			}
			plus = true
		case !isPunctuation(c):
			return dialled{}, false
		}
	}
	if strings.HasSuffix(s, ".0") {
		return dialled{}, false // a spreadsheet's
	}
	digits := s[len(s)-len(buffer):]
	if digits != string(buffer) { // set in groups
		digits = string(buffer)
	}
	return dialled{digits: digits, plus: plus}, len(buffer) > 0
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// isPunctuation holds for what may stand between the digits of one number.
func isPunctuation(c byte) bool {
	switch c {
	case ' ', '-', '.', '(', ')', '/', '[', ']', '{', '}', '_', '~', '\'':
		return true
	}
	return false
}

// explicit reads digits whose beginning says how to read them: with a country
// code after a plus, 00 or 011, with a national number of the record's country, or with
// one of the North American plan. 011 is the Americans' prefix, and a part of numbers
// elsewhere; zeros after a plus are a prefix that stayed.
func explicit(d dialled, country string) (Number, bool) {
	if d.plus {
		return afterPlus(d.digits)
	}
	foreign := isForeign(country)
	if isPlaceholder(d.digits) && !(foreign && d.apart) { // 01 23 45 67 89 is a number in France, 0123456789 is none
		return Number{}, false
	}
	if rest, ok := strings.CutPrefix(d.digits, "00"); ok {
		if n, ok := prefixed(rest); ok {
			return n, true
		}
		if rest, ok := strings.CutPrefix(rest, "11"); ok { // Australia's
			return prefixed(rest)
		}
	}
	if foreign {
		if n, ok := ofCountry(d.digits, country); ok {
			return n, true
		}
	}
	if n, ok := nanp(d); ok {
		return n, true
	}
	if rest, ok := strings.CutPrefix(d.digits, "011"); ok {
		return prefixed(rest)
	}
	return Number{}, false
}

// afterPlus reads the digits behind a plus, before which a dialling prefix may have stayed.
func afterPlus(digits string) (Number, bool) {
	if n, ok := international(strings.TrimLeft(digits, "0")); ok {
		return n, true
	}
	if rest, ok := strings.CutPrefix(digits, "011"); ok {
		return international(rest)
	}
	return Number{}, false
}

// ofCountry reads digits as people in a country write them. Where they begin with its
// country code, eleven and more are not a long national number, which open plans such as
// Germany's allow.
func ofCountry(digits, country string) (Number, bool) {
	if len(digits) >= 11 && strings.HasPrefix(digits, strconv.Itoa(phonenumbers.GetCountryCodeForRegion(country))) {
		if e164, ok := parse("+"+digits, ""); ok {
			return Number{E164: e164, Repair: MissingPlus}, true
		}
	}
	e164, ok := parse(digits, country)
	return Number{E164: e164, Repair: OwnCountry}, ok
}

func prefixed(digits string) (Number, bool) {
	n, ok := international(digits)
	if n.Repair == AsWritten {
		n.Repair = DiallingPrefix
	}
	return n, ok
}

// international reads digits that begin with a country code. "+1" put before a
// number that already has its country code, as in AudienceLab's VALID_PHONES (vendors'
// README 4.8), is taken off again. Before ten digits it is no such prefix: that is a
// number of North America, if only a wrong one.
func international(digits string) (Number, bool) {
	if n, ok := nanp(dialled{digits: digits, plus: true}); ok {
		return n, true
	}
	rest, doubled := strings.CutPrefix(digits, "1")
	if !doubled {
		e164, ok := parse("+"+digits, "")
		return Number{E164: e164}, ok
	}
	if len(rest) <= nanpDigits {
		return Number{}, false
	}
	if prefix := len(rest) - len(strings.TrimLeft(rest, "0")); prefix > 0 {
		rest = strings.TrimPrefix(rest[prefix:], "11") // "+1" before 011
	}
	e164, ok := parse("+"+rest, "")
	return Number{E164: e164, Repair: DoubledCode}, ok
}

// isPlaceholder holds for digits that people and programs type to fill a field: one
// digit all along, or a row of the keyboard, such as 1234567890.
func isPlaceholder(digits string) bool {
	return len(digits) >= 7 && (isRow(digits, 0) || digits[0] <= '1' && isRow(digits, 1) || digits[0] == '9' && isRow(digits, 9))
}

// isRow reports whether every digit is the one before it plus step, 9 followed by 0.
func isRow(digits string, step byte) bool {
	for i := 1; i < len(digits); i++ {
		if (digits[i-1]-'0'+step)%10 != digits[i]-'0' {
			return false
		}
	}
	return true
}
