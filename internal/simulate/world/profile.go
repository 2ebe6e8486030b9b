package world

import (
	"cmp"
	"strings"
)

// linkedInForms are the ways in which vendors write one profile's address.
var linkedInForms = []func(slug string) string{
	func(s string) string { return "https://www.linkedin.com/in/" + s },
	func(s string) string { return "https://www.linkedin.com/in/" + s + "/" },
	func(s string) string { return "http://linkedin.com/in/" + s },
	func(s string) string { return "linkedin.com/in/" + s },
	func(s string) string { return "https://uk.linkedin.com/in/" + s + "?trk=public_profile" },
	func(s string) string { return "https://www.linkedin.com/in/" + strings.ToUpper(s[:1]) + s[1:] },
}

// LinkedInURL is the address of person i's profile in the form that a vendor
// has for it; "" without a slug.
func (u Universe) LinkedInURL(i int, slug string, field uint64) string {
	if slug == "" {
		return ""
	}
	return Pick(u.About(i, SaltField, field), linkedInForms)(slug)
}

// Field is a value of person i as a vendor has it that knows it of so many per
// cent of the people; "" is not known. Each field has a number of its own.
func (u Universe) Field(i, percent int, field uint64, value string) string {
	if u.Chance(i, percent, SaltField, field) {
		return value
	}
	return ""
}

// FirstName is the short form of a name for so many per cent of those who have one.
func (u Universe) FirstName(p Person, percent int, field uint64) string {
	return cmp.Or(u.Field(p.Index, percent, field, p.Given.Short), p.Given.Full)
}

// The bands in which vendors report money.
var (
	IncomeRanges = []string{"Less than $20,000", "$20,000 to $44,999", "$45,000 to $59,999", "$60,000 to $74,999",
		"$75,000 to $99,999", "$100,000 to $149,999", "$150,000 to $199,999", "$250,000+"}
	NetWorths = []string{"-$20,000 to -$2,500", "-$2,499 to $2,499", "$2,500 to $24,999", "$25,000 to $49,999",
		"$75,000 to $99,999", "$150,000 to $249,999", "$374,999 to $499,999", "$1,000,000 or more"}
)

// AgeRanges are the bands in which vendors report ages.
var AgeRanges = []string{"18-24", "25-34", "35-44", "45-54", "55-64", "65 and older"}

// AgeRange is the band of an age.
func AgeRange(age int) string { return AgeRanges[min(max(age-15, 0)/10, len(AgeRanges)-1)] }
