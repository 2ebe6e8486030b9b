package match

import "strings"

// meta takes up to three addresses and numbers a row, and everything hashed. "We accept
// email addresses in up to three separate columns", numbers likewise, with a country code;
// the names of the columns are those of facebook.com/business/help/2082575038703844. What is
// quoted below are the forms of em, ph, ct, st, zp and ge in Customer Information Parameters.
var meta = Platform{
	Name:   Meta,
	Header: []string{"email", "email", "email", "phone", "phone", "phone", "fn", "ln", "zip", "ct", "st", "country", "gen"},
	each:   3, phones: true,
	row: func(p Person, emails, phones []string) []string {
		if len(emails)+len(phones) == 0 {
			return nil // a name alone matches nobody
		}
		country := ""
		if isCountry(p.Country) {
			country = lower(p.Country)
		}
		row := append(hashes(3, emails, lower), hashes(3, phones, metaPhone)...)
		return append(row, hash(plainName(p.FirstName)), hash(plainName(p.LastName)), hash(metaZip(p.PostalCode, p.Country)),
			hash(metaCity(p.City)), hash(metaState(p.Region)), hash(country), hash(metaGender(p.Gender)))
	},
}

// metaPhone: "Remove symbols, letters, and any leading zeros. Phone numbers must include a
// country code."
func metaPhone(e164 string) string { return strings.TrimLeft(digits(e164), "0") }

// metaZip: "Use lowercase with no spaces and no dash. Use only the first 5 digits for U.S.
// zip codes." The example of the United Kingdom is m11ae.
func metaZip(code, country string) string {
	code = keep(lower(code), isASCII)
	if country == "US" && len(code) > 5 {
		code = code[:5]
	}
	return code
}

// metaCity: "Lowercase only with no punctuation, no special characters, and no spaces."
func metaCity(city string) string { return keep(lower(city), isLetter) }

// metaState: "Use the 2-character ANSI abbreviation code in lowercase. Normalize states
// outside the U.S. in lowercase with no punctuation, no special characters, and no spaces."
func metaState(region string) string { return keep(lower(region), isLetterOrDigit) }

// metaGender: "We accept gender in the form of an initial in lowercase": f and m.
func metaGender(gender string) string {
	switch lower(gender) {
	case "female", "f":
		return "f"
	case "male", "m":
		return "m"
	}
	return ""
}
