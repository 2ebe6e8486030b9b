package match

import "strings"

// meta takes up to three addresses and numbers a row, and everything hashed.
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
			hash(keep(lower(p.City), isLetter)), hash(metaState(p.Region)), hash(country), hash(metaGender(p.Gender)))
	},
}

// metaPhone: "Remove symbols, letters, and any leading zeros. Phone numbers must include a
// country code."
func metaPhone(e164 string) string { return strings.TrimLeft(digits(e164), "0") }

// metaZip: "Use lowercase with no spaces and no dash. Use only the first 5 digits for U.S.
// zip codes."
func metaZip(code, country string) string {
	code = keep(lower(code), isASCII)
	if country == "US" && len(code) > 5 {
		code = code[:5]
	}
	return code
}

// metaState: "Use the 2-character ANSI abbreviation code in lowercase. Normalize states
// outside the U.S. in lowercase with no punctuation, no special characters, and no spaces."
func metaState(region string) string { return keep(lower(region), isLetterOrDigit) }

// metaGender: "f for female, m for male".
func metaGender(gender string) string {
	switch lower(gender) {
	case "female", "f":
		return "f"
	case "male", "m":
		return "m"
	}
	return ""
}
