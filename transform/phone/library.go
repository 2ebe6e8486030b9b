package phone

import (
	"slices"
	"strconv"

	"github.com/nyaruka/phonenumbers"
)

// parse asks libphonenumber for a number as it is dialled in a country; with a
// plus, the country is not asked.
func parse(digits, country string) (e164 string, ok bool) {
	if len(digits) > maxDigits {
		return "", false
	}
	parsed, err := phonenumbers.Parse(digits, country)
	if err != nil || !phonenumbers.IsValidNumber(parsed) {
		return "", false
	}
	if national := strconv.FormatUint(parsed.GetNationalNumber(), 10); len(national) >= 7 && isRow(national, 0) {
		return "", false // 9999999999 can be an Indian mobile, and is nobody's
	}
	return phonenumbers.Format(parsed, phonenumbers.E164), true
}

// maxDigits is how many digits a number can have, with the longest dialling prefix.
const maxDigits = 15 + 5

// withoutPlus reads digits that begin with a country code and have no plus. Eleven
// to fifteen can be nothing else. Seven and ten are what Americans dial, and eight
// or nine are such a number that lost a digit where an area code begins them; else
// they are taken where the other country's numbers have that length and no other.
func withoutPlus(r run) (Number, bool) {
	digits := r.digits()
	if digits[0] == '0' || digits[0] == '1' || isPlaceholder(digits) {
		return Number{}, false
	}
	switch len(digits) {
	case 8, 9:
		if r.isOtherNumber() || isAreaCode(digits[:3]) || isAnyLength(digits) {
			return Number{}, false
		}
	case 11, 12, 13, 14, 15:
		if r.beginsApart() {
			return Number{}, false
		}
	default:
		return Number{}, false
	}
	e164, ok := parse("+"+digits, "")
	return Number{E164: e164, Repair: MissingPlus}, ok
}

// beginsApart reports whether a digit stands alone before groups: the mark of a list, or
// what gets a line. No country code but Russia's is that short.
func (r run) beginsApart() bool {
	return len(r[0].digits) == 1 && r[0].digits != "7" && slices.ContainsFunc(r, func(g group) bool { return len(g.digits) > 1 })
}

// isAnyLength reports whether a digit more or less makes another valid number, as in
// the open plans of Germany or Austria: there, any digits are one.
func isAnyLength(digits string) bool {
	_, longer := parse("+"+digits+"2", "")
	_, shorter := parse("+"+digits[:len(digits)-1], "")
	return longer || shorter
}

// isOtherNumber holds for the shapes of American numbers that are dialled by nobody:
// of social security (3-2-4), of an employer (2-7), a ZIP code (5-4), a day.
func (r run) isOtherNumber() bool {
	lengths := make([]int, 0, len(r))
	for _, g := range r {
		lengths = append(lengths, len(g.digits))
	}
	for _, shape := range [][]int{{3, 2, 4}, {2, 7}, {5, 4}, {4, 2, 2}, {2, 2, 4}, {1, 2, 4}, {2, 1, 4}} {
		if slices.Equal(lengths, shape) {
			return true
		}
	}
	return false
}
