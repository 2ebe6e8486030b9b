package transform

import (
	"cmp"
	"slices"

	"contactsync/schema"
	"contactsync/transform/phone"
)

// phoneKind says whose a number is and what, the more personal and the better known
// first: what counts of a number that comes in several fields.
type phoneKind int

const (
	mobilePhone   phoneKind = iota
	directPhone             // at work, straight to the person
	tracedMobile            // of whom a look-up found, who may be somebody else
	landlinePhone           // of the person, as the next
	personalPhone           // of no known kind
	companyPhone            // a switchboard: kept, but it identifies nobody
)

// rank is the order in which the best number is chosen.
func (k phoneKind) rank() phoneKind {
	if k == tracedMobile || k == landlinePhone {
		return personalPhone
	}
	return k
}

// word is the kind in the words of the common schema.
func (k phoneKind) word() schema.PhoneKind { return phoneWords[k] }

var phoneWords = [...]schema.PhoneKind{
	mobilePhone: schema.PhoneMobile, tracedMobile: schema.PhoneMobile, directPhone: schema.PhoneDirect,
	landlinePhone: schema.PhoneLandline, personalPhone: schema.PhoneUnknown, companyPhone: schema.PhoneCompany,
}

// number is a telephone number of a vendor's field with its do-not-call flag; nil means that no
// vendor says.
type number struct {
	e164  string
	kind  phoneKind
	field string
	dnc   *bool
}

// phoneRepairs are the causes of what was done to read a number.
var phoneRepairs = [...]schema.Cause{
	phone.DoubledCode: schema.CauseDoubledCountryCode, phone.DiallingPrefix: schema.CauseDiallingPrefix,
	phone.MissingPlus: schema.CauseMissingPlus, phone.OwnCountry: schema.CauseOwnCountry,
	phone.SpreadsheetFloat: schema.CauseSpreadsheetFloat,
}

// phoneField is a field of numbers, and the fields that may hold their flags.
type phoneField struct {
	field string
	kind  phoneKind
	flags []string
}

// rankNumbers sorts best first: numbers one may call before those on a do-not-call
// list, then mobile, direct, personal, company, then those that a vendor cleared
// before those of which it says nothing, then as sent.
func rankNumbers(all []number) {
	slices.SortStableFunc(all, func(a, b number) int {
		return cmp.Or(
			falseFirst(says(a.dnc, true), says(b.dnc, true)),
			cmp.Compare(a.kind.rank(), b.kind.rank()),
			falseFirst(a.dnc == nil, b.dnc == nil),
		)
	})
}
