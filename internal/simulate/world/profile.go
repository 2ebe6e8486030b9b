package world

import "strings"

// LinkedInForms are the ways in which vendors write one profile's address.
var LinkedInForms = []func(slug string) string{
	func(s string) string { return "https://www.linkedin.com/in/" + s },
	func(s string) string { return "https://www.linkedin.com/in/" + s + "/" },
	func(s string) string { return "http://linkedin.com/in/" + s },
	func(s string) string { return "linkedin.com/in/" + s },
	func(s string) string { return "https://uk.linkedin.com/in/" + s + "?trk=public_profile" },
	func(s string) string { return "https://www.linkedin.com/in/" + strings.ToUpper(s[:1]) + s[1:] },
}

// LinkedInURL is the address of a profile in one of the LinkedInForms.
func LinkedInURL(slug string, form int) string { return LinkedInForms[form](slug) }

// The bands in which vendors report money.
var (
	IncomeRanges = []string{"Less than $20,000", "$20,000 to $44,999", "$45,000 to $59,999", "$60,000 to $74,999",
		"$75,000 to $99,999", "$100,000 to $149,999", "$150,000 to $199,999", "$250,000+"}
	NetWorths = []string{"-$20,000 to -$2,500", "-$2,499 to $2,499", "$2,500 to $24,999", "$25,000 to $49,999",
		"$75,000 to $99,999", "$150,000 to $249,999", "$374,999 to $499,999", "$1,000,000 or more"}
)

// AgeRange is the band of an age.
func AgeRange(age int) string {
	switch {
	case age < 25:
		return "18-24"
	case age < 35:
		return "25-34"
	case age < 45:
		return "35-44"
	case age < 55:
		return "45-54"
	case age < 65:
		return "55-64"
	default:
		return "65 and older"
	}
}
