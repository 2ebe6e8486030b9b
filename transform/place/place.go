// Package place brings the parts of a postal address into normal form.
package place

import (
	_ "embed"
	"strings"
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"contactsync/internal/lists"
	"contactsync/internal/normal"
)

// Place is where a person lives, in normal form. Its parts travel together.
type Place struct{ City, Region, PostalCode, Country string }

// Normal brings the parts of an address into normal form:
//
//   - state names and codes of the US and Canada become the two-letter code
//     (USPS Publication 28, Canada Post), unless the country is another one;
//   - an absent country stays absent unless a US state, a Canadian province or
//     the digits of a ZIP code prove it;
//   - a US ZIP code has its five digits: zeros that a number lost come back;
//   - a city in capitals or small letters is cased as names are.
func Normal(city, region, postalCode, country string) Place {
	p := Place{City: caseCity(city), Region: region, Country: normalCountry(country)}
	code, home := stateCode(region)
	if code != "" && (p.Country == "" || p.Country == home || isTerritory(p.Country, code)) {
		p.Region, p.Country = code, home
	}
	p.PostalCode = normalPostalCode(postalCode, p.Country)
	if p.Country == "" && p.Region == "" && isZIP(p.PostalCode) {
		p.Country = "US"
	}
	return p
}

// isTerritory reports whether the country is a US territory that ISO 3166 lists
// by itself and USPS as a state; it is then filed under the United States.
func isTerritory(country, state string) bool {
	return country == state && strings.Contains("AS GU MP PR VI", state)
}

func caseCity(s string) string {
	if !normal.IsUpper(s) && !normal.IsLower(s) {
		return s
	}
	words := strings.Split(s, " ")
	for i, w := range words {
		if i > 0 && smallCityWords[strings.ToLower(w)] {
			words[i] = strings.ToLower(w)
			continue
		}
		words[i] = normal.Capitalise(w)
	}
	return strings.Join(words, " ")
}

var smallCityWords = lists.Set("of", "the", "de", "del", "du", "la", "le", "les", "sur", "upon", "am", "an", "der")

// normalPostalCode writes a postal code as the country's post does; without a
// country it is taken for a ZIP code only if it looks like one.
func normalPostalCode(s, country string) string {
	s = strings.ToUpper(strings.TrimSuffix(s, ".0")) // a spreadsheet's number
	compact := postalPunctuation.Replace(s)
	switch country {
	case "US":
		return normalZIP(s, compact)
	case "CA":
		if len(compact) == 6 && !normal.IsDigits(compact) {
			return compact[:3] + " " + compact[3:]
		}
	case "":
		if normal.IsDigits(compact) && (len(s) == 10 && s[5] == '-' || len(compact) == 9) {
			return compact[:5] + "-" + compact[5:]
		}
	}
	return s
}

var postalPunctuation = strings.NewReplacer(" ", "", "-", "")

// normalZIP is a ZIP or ZIP+4 code: 02134 for 2134, 02134-1001 for 021341001.
func normalZIP(s, compact string) string {
	if !normal.IsDigits(compact) {
		return s
	}
	code, extra, dashed := strings.Cut(s, "-")
	code, extra = strings.TrimSpace(code), strings.TrimSpace(extra)
	switch {
	case dashed && len(code) >= 3 && len(code) <= 5 && len(extra) == 4 && normal.IsDigits(code):
		return zeros(code, 5) + "-" + extra
	case dashed && extra == "":
		return zeros(code, 5)
	case len(compact) == 8 || len(compact) == 9:
		compact = zeros(compact, 9)
		return compact[:5] + "-" + compact[5:]
	case len(compact) >= 3 && len(compact) <= 5:
		return zeros(compact, 5)
	}
	return s
}

func zeros(s string, width int) string {
	return strings.Repeat("0", max(0, width-len(s))) + s
}

func isZIP(s string) bool {
	return len(s) == 5 && normal.IsDigits(s) || len(s) == 10 && s[5] == '-' && normal.IsDigits(s[:5]+s[6:])
}

// stateCode is the two-letter code of a US state or Canadian province by its
// code or name, "" for any other place, and the country it lies in.
func stateCode(s string) (code, country string) {
	fold := foldPlace(s)
	if code = states[fold]; code != "" {
		return code, "US"
	}
	return provinces[fold], "CA"
}

func foldPlace(s string) string {
	s = strings.ToLower(normal.Unaccented(s))
	s = strings.Join(strings.Fields(placePunctuation.Replace(s)), " ")
	return strings.TrimPrefix(s, "the ")
}

var placePunctuation = strings.NewReplacer(".", "", ",", " ", "&", " and ", "-", " ", "'", "", "’", "")

var (
	//go:embed states.txt
	stateList string
	//go:embed provinces.txt
	provinceList string
	//go:embed countries.txt
	countryList string
)

var (
	states    = lists.Index(lists.Table(stateList))
	provinces = lists.Index(lists.Table(provinceList))
)

// normalCountry is the ISO 3166-1 alpha-2 code of a country by its code (alpha-2,
// alpha-3 or numeric), its English name by Unicode CLDR, or a common other name.
// What none of these knows is "": the column holds codes only, and the payload
// keeps what was sent.
func normalCountry(s string) string {
	if normal.IsNull(s) {
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
	for _, region := range language.Supported.Regions() {
		if region.IsCountry() && region.Canonicalize() == region {
			names[foldPlace(english.Name(region))] = region.String()
		}
	}
	for name, code := range lists.Index(lists.Table(countryList)) {
		names[foldPlace(name)] = code
	}
	return names
})
