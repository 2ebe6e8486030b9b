package transform

import (
	"strings"
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
	for name, code := range index(table("lists/countries.txt")) {
		names[foldPlace(name)] = code
	}
	return names
})

// unaccented drops the accents of Latin letters: Québec is Quebec.
func unaccented(s string) string {
	return norm.NFC.String(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(s)))
}
