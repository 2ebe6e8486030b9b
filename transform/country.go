package transform

import (
	"sync"
	"unicode"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
	"golang.org/x/text/unicode/norm"
)

// normalCountry is the ISO 3166-1 alpha-2 code of a country by its code (alpha-2,
// alpha-3 or numeric), its English name by Unicode CLDR, or a common other name.
// What none of these knows is "": the column holds codes only, and the payload
// keeps what was sent.
func normalCountry(s string) string {
	if isNull(s) {
		return ""
	}
	fold := foldPlace(s)
	if code, ok := countryNames()[fold]; ok {
		return code
	}
	region, err := language.ParseRegion(fold)
	if err != nil || !region.IsCountry() {
		return ""
	}
	return region.Canonicalize().String()
}

// countryNames maps folded names to codes; made once, on first use.
var countryNames = sync.OnceValue(func() map[string]string {
	names := map[string]string{}
	english := display.English.Regions()
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			region, err := language.ParseRegion(string([]rune{a, b}))
			if err != nil || !region.IsCountry() || region.Canonicalize() != region {
				continue
			}
			names[foldPlace(english.Name(region))] = region.String()
		}
	}
	for alias, code := range countryAliases {
		names[foldPlace(alias)] = code
	}
	return names
})

// countryAliases are names that CLDR's English list lacks: everyday short forms,
// former names, and what the larger countries call themselves.
var countryAliases = map[string]string{
	"America": "US", "U S": "US", "U S A": "US", "United States of America": "US", "Estados Unidos": "US", "US of A": "US",
	"Great Britain": "GB", "Britain": "GB", "England": "GB", "Scotland": "GB", "Wales": "GB", "Northern Ireland": "GB", "UK": "GB", "U K": "GB",
	"United Kingdom of Great Britain and Northern Ireland": "GB",
	"Deutschland": "DE", "Federal Republic of Germany": "DE", "Österreich": "AT", "Schweiz": "CH", "Suisse": "CH", "Svizzera": "CH",
	"España": "ES", "Italia": "IT", "Nederland": "NL", "Holland": "NL", "België": "BE", "Belgique": "BE", "Sverige": "SE", "Norge": "NO",
	"Danmark": "DK", "Suomi": "FI", "Polska": "PL", "Česko": "CZ", "Czech Republic": "CZ", "Magyarország": "HU", "Brasil": "BR", "México": "MX",
	"Republic of Ireland": "IE", "Éire": "IE", "Turkiye": "TR", "Turkey": "TR", "Russian Federation": "RU", "Viet Nam": "VN",
	"Korea": "KR", "Republic of Korea": "KR", "Korea, Republic of": "KR", "South Korea": "KR", "Democratic People's Republic of Korea": "KP",
	"Taiwan, Province of China": "TW", "Republic of China": "TW", "People's Republic of China": "CN", "PRC": "CN", "Mainland China": "CN",
	"Hong Kong": "HK", "Hong Kong SAR": "HK", "Macau": "MO", "Macao": "MO", "Burma": "MM", "Persia": "IR", "Iran, Islamic Republic of": "IR",
	"UAE": "AE", "U A E": "AE", "Emirates": "AE", "KSA": "SA", "Kingdom of Saudi Arabia": "SA", "State of Palestine": "PS", "Palestine": "PS",
	"Ivory Coast": "CI", "Cape Verde": "CV", "Swaziland": "SZ", "Macedonia": "MK", "Bosnia": "BA", "East Timor": "TL", "Vatican": "VA", "Holy See": "VA",
	"Congo": "CG", "Republic of the Congo": "CG", "Democratic Republic of the Congo": "CD", "DRC": "CD", "DR Congo": "CD", "Zaire": "CD",
	"Tanzania, United Republic of": "TZ", "Venezuela, Bolivarian Republic of": "VE", "Bolivia, Plurinational State of": "BO",
	"Moldova, Republic of": "MD", "Syrian Arab Republic": "SY", "Lao People's Democratic Republic": "LA", "Brunei Darussalam": "BN",
	"Micronesia, Federated States of": "FM", "Slovak Republic": "SK", "Philippine Islands": "PH", "Trinidad": "TT", "Antigua": "AG",
	"Saint Kitts": "KN", "Saint Lucia": "LC", "Saint Vincent": "VC", "Saint Vincent and the Grenadines": "VC", "Virgin Islands, U.S.": "VI",
	"Virgin Islands, British": "VG", "Falkland Islands (Malvinas)": "FK",
}

// unaccented drops the accents of Latin letters: Québec is Quebec.
func unaccented(s string) string {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return stripMarks(s)
		}
	}
	return s
}

func stripMarks(s string) string {
	kept := []rune{}
	for _, r := range norm.NFD.String(s) {
		if !unicode.Is(unicode.Mn, r) {
			kept = append(kept, r)
		}
	}
	return norm.NFC.String(string(kept))
}
