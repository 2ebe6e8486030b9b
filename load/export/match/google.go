package match

import (
	"strings"
	"unicode"
)

// google takes several columns of addresses and numbers, hashed, and a postal address of
// which the names are hashed and "Country and Zip" are not; it matches one only with all
// four of its columns.
var google = Platform{
	Name:   Google,
	Header: []string{"Email", "Email", "Email", "Phone", "Phone", "Phone", "First Name", "Last Name", "Country", "Zip"},
	each:   3, phones: true,
	row: func(p Person, emails, phones []string) []string {
		address := make([]string, 4)
		first, last, zip := plainName(p.FirstName), plainName(p.LastName), googleZip(p.PostalCode, p.Country)
		if first != "" && last != "" && zip != "" && isCountry(p.Country) {
			address = []string{hash(first), hash(last), p.Country, zip}
		}
		if len(emails)+len(phones) == 0 && address[0] == "" {
			return nil
		}
		row := append(hashes(3, emails, googleEmail), hashes(3, phones, googlePhone)...)
		return append(row, address...)
	},
}

// googleEmail: "Convert to lowercase. If the email address has the gmail.com or
// googlemail.com domain, remove all dots before the @ symbol." What follows a plus sign
// there is the owner's tag, by which Google knows no account (support.google.com/mail/answer/22370).
func googleEmail(address string) string {
	address = keep(lower(address), func(r rune) bool { return !unicode.IsSpace(r) })
	local, domain, _ := strings.Cut(address, "@")
	if domain == "gmail.com" || domain == "googlemail.com" {
		local, _, _ = strings.Cut(local, "+")
		return strings.ReplaceAll(local, ".", "") + "@" + domain
	}
	return address
}

// googlePhone: "Include the plus sign and the country code. All characters after the plus
// sign must be digits."
func googlePhone(e164 string) string { return "+" + digits(e164) }

// googleZip: "For US addresses, use either 5 digits or 5 digits followed by a 4-digit
// extension. For all other countries, leave out postal code extensions."
func googleZip(code, country string) string {
	code = keep(strings.ToUpper(strings.TrimSpace(code)), func(r rune) bool { return isASCII(r) || r == ' ' || r == '-' })
	if country != "US" {
		return strings.Trim(code, " -")
	}
	switch n := digits(code); len(n) {
	case 5:
		return n
	case 9:
		return n[:5] + "-" + n[5:]
	}
	return ""
}
