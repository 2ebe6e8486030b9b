// Package place brings the parts of a postal address into normal form.
package place

import (
	"strings"
	"unicode/utf8"

	"contactsync/internal/memo"
	"contactsync/internal/normal"
)

// Place is where a person lives, in normal form. Its parts travel together.
type Place struct{ City, Region, PostalCode, Country string }

// Changes is what normalising did to a place besides writing it in its form.
type Changes uint8

// The changes.
const (
	CountryDropped      Changes = 1 << iota // nobody knows it
	RegionDropped                           // a town in the place of a territory's name
	PostalCodeDropped                       // a placeholder
	PostalCodeRepaired                      // noughts that a number had lost, letters before the code
	CityToldApart                           // it named its state or country: Boston, MA
	RegionToldApart                         // likewise, or a city in its place
	PostalCodeToldApart                     // likewise: MA 02134
)

// longestPart is the length in bytes beyond which a text names no place, and stays as
// it is.
const longestPart = 200

const toldApart = CityToldApart | RegionToldApart | PostalCodeToldApart

// Normal brings the parts of an address into normal form:
//
//   - state names and codes of the US and Canada become the two-letter code
//     (USPS Publication 28, Canada Post), unless the country is another one;
//   - an absent country stays absent unless a US state, a Canadian province, or a postal
//     code of these two proves it, or another field names it (Paris, France);
//   - the territories of the US are states of it, whichever field names them;
//   - a postal code is written as the country's post does: zeros that a number lost come
//     back;
//   - a city in capitals or small letters is cased as names are, and a state or country
//     behind it moves to its own field.
func Normal(city, region, postalCode, country string) (Place, Changes) {
	var room [memo.LongestText]byte
	if text, ok := memo.Join(room[:0], city, region, postalCode, country); ok {
		r := places.OfBytes(text)
		return r.at, r.changes
	}
	return read(city, region, postalCode, country)
}

// reading is a place and what was done to it.
type reading struct {
	at      Place
	changes Changes
}

// places remembers where many people live.
var places = memo.New(memo.Places, func(text string) (r reading) {
	parts := memo.Parts(text)
	r.at, r.changes = read(parts[0], parts[1], parts[2], parts[3])
	return r
})

func read(city, region, postalCode, country string) (Place, Changes) {
	p := Place{strings.TrimRight(city, " ,"), unwrapped(region), postalCode, ""}
	var changes Changes
	if country != "" {
		country = normal.Unwrap(country)
		if p.Country = countryCode(country); p.Country == "" && !normal.IsNull(country) {
			changes = CountryDropped
		}
	}
	for {
		pass := p.read()
		changes |= pass
		if pass&toldApart == 0 {
			break
		}
	}
	p.City = caseCity(p.City, p.Region, p.Country)
	return p, changes
}

// unwrapped is a region without quotes and brackets around it, but with the full stop of
// an abbreviation, and with an apostrophe at one end, which is a letter: Bryansk oblast',
// ‘Ajmān.
func unwrapped(s string) string {
	switch bare := normal.Unwrap(s); {
	case bare == s, bare == strings.TrimRight(s, "."):
		return s
	case len(bare) < len(s) && isApostrophe(strings.TrimSuffix(s, bare)), len(bare) < len(s) && isApostrophe(strings.TrimPrefix(s, bare)):
		return s
	default:
		return bare
	}
}

func isApostrophe(s string) bool {
	r, size := utf8.DecodeRuneInString(s)
	return size == len(s) && (normal.IsApostrophe(r) || r == '‘')
}

// read brings all parts but the city's case into normal form. Where one field turns out
// to hold another one's, it moves there, and all is to be read again.
func (p *Place) read() Changes {
	changes := p.readRegion()
	code, beside, more := postalCode(p.PostalCode, p.Country, p.Region)
	p.PostalCode, changes = code, changes|more
	switch {
	case beside.code != "" && p.Region == "" && (p.Country == "" || p.Country == beside.home):
		p.Region, p.Country = beside.code, beside.home
		changes |= PostalCodeToldApart
	case p.Country != "" || p.Region != "":
	case isZIP(p.PostalCode):
		p.Country = "US"
	case isCanadian(p.PostalCode):
		p.Country = "CA"
	}
	if strings.IndexByte(p.City, ',') >= 0 || strings.HasSuffix(p.City, ")") {
		changes |= p.readCity()
	}
	return changes
}

// readRegion turns the region into the code of its state, where the country allows it,
// and into the country that it proves.
func (p *Place) readRegion() Changes {
	if p.Country != "" && !isMailedByUSPS(p.Country) && p.Country != "CA" {
		return p.cutOwnCountry()
	}
	s, ok := states()[p.Region]
	if !ok && p.Region != "" && len(p.Region) <= longestPart {
		if s = stateNamed(fold(p.Region)); s.code == "" {
			if changes := p.cutRegion(); changes != 0 {
				return changes
			}
		}
	}
	if s.code == "" || !p.isAt(s) {
		return p.fileTerritory()
	}
	if isAssociated(s.code) && ok && p.Country == "" && !strings.HasPrefix(p.PostalCode, "969") {
		return 0 // two letters alone: MH may be Maharashtra
	}
	p.Region, p.Country = s.code, s.home
	return 0
}

// isAt reports whether a state may be in the place's country.
func (p *Place) isAt(s state) bool {
	switch {
	case p.Country == "" || p.Country == s.home:
		return true
	case p.Country == "US" || isTerritory(p.Country):
		return s.home != "CA" && (p.Country == "US" || s.home == "US")
	}
	return false
}

// fileTerritory files a territory that stands as a country under the United States, and
// gives the states in free association the region that the USPS knows them by.
func (p *Place) fileTerritory() Changes {
	switch {
	case isAssociated(p.Country) && p.Region == "":
		p.Region = p.Country
	case isTerritory(p.Country):
		changes := Changes(0)
		if p.Region != "" && p.City == "" {
			p.City, changes = p.Region, RegionToldApart
		} else if p.Region != "" {
			changes = RegionDropped
		}
		p.Region, p.Country = p.Country, "US"
		return changes
	}
	return 0
}

// cutRegion reads a region of several parts: a state behind a city, a country behind
// a region.
func (p *Place) cutRegion() Changes {
	if code, ok := homeNames[fold(p.Region)]; ok && (p.Country == "" || p.Country == code) {
		p.Region, p.Country = "", code
		return RegionToldApart
	}
	first, second, ok := cutLast(p.Region)
	if !ok && p.Country == "US" {
		first, second, ok = cutCode(p.Region)
	}
	if !ok {
		return 0
	}
	if s := p.stateBehind(first, second); s.code != "" {
		if p.City == "" || strings.EqualFold(p.City, first) {
			p.City = first
		}
		p.Region, p.Country = s.code, s.home
		return RegionToldApart
	}
	if code := p.countryBehind(first, second); code != "" {
		p.Region, p.Country = unwrapped(first), code
		return RegionToldApart
	}
	return 0
}

// cutOwnCountry takes the place's own country off the region: Bavaria, Germany.
func (p *Place) cutOwnCountry() Changes {
	first, second, ok := cutLast(p.Region)
	if !ok || p.countryBehind(first, second) == "" {
		return 0
	}
	p.Region = unwrapped(first)
	return RegionToldApart
}

// readCity reads a city with its state, country or ZIP code behind it.
func (p *Place) readCity() Changes {
	first, second, ok := cutLast(p.City)
	if !ok {
		return 0
	}
	if i := strings.LastIndexByte(second, ' '); i > 0 && isZIP(second[i+1:]) && (p.PostalCode == "" || p.PostalCode == second[i+1:]) {
		if s := p.stateBehind(first, second[:i]); s.code != "" && (p.Region == "" || p.Region == s.code) {
			p.PostalCode = second[i+1:]
			second = second[:i]
		}
	}
	if s := p.stateBehind(first, second); s.code != "" && (p.Region == "" || p.Region == s.code) {
		p.City, p.Region, p.Country = first, s.code, s.home
		return CityToldApart
	}
	if code := p.countryBehind(first, second); code != "" {
		p.City, p.Country = first, code
		return CityToldApart
	}
	return 0
}

// stateBehind is the state of a text behind a comma or in brackets, the zero value for
// none.
func (p *Place) stateBehind(first, second string) state {
	if len(second) > longestState || p.Country != "" && !isMailedByUSPS(p.Country) && p.Country != "CA" {
		return state{}
	}
	s, ok := states()[second]
	if !ok {
		s = stateNamed(fold(second))
	}
	if s.code == "" || !p.isAt(s) || p.Country == "" && isAbroad(first, s.code) {
		return state{}
	}
	return s
}

// isAbroad reports whether a city is known to be in the country with the code, or the
// name, of a state.
func isAbroad(city, state string) bool {
	code := abroad()[fold(city)]
	return code != "" && (code == state || code == "GE" && state == "GA")
}

// countryBehind is the code of a country that a text behind a comma or in brackets names
// and that is the place's own or may be it, "" for none. Two letters are a country's
// behind its large cities alone.
func (p *Place) countryBehind(first, second string) string {
	if len(second) > longestState {
		return ""
	}
	code := countryCode(second)
	if code == "" || p.Country != "" && p.Country != code {
		return ""
	}
	if len(second) == 3 && second != strings.ToUpper(second) {
		return ""
	}
	if len(second) == 2 && code != "US" && second != "UK" && abroad()[fold(first)] != code && p.Country != code {
		return ""
	}
	return code
}

// homeNames are names of countries with states, in a state's place.
var homeNames = map[string]string{"us": "US", "usa": "US", "united states": "US", "united states america": "US", "canada": "CA"}

// cutCode cuts a text before the two capitals at its end.
func cutCode(s string) (first, second string, ok bool) {
	first, second = s[:max(0, len(s)-3)], s[max(0, len(s)-2):]
	return first, second, first != "" && s[len(s)-3] == ' ' && second == strings.ToUpper(second) && states()[second].code != ""
}

// cutLast cuts a text at its last comma or before what stands in brackets at its end.
func cutLast(s string) (first, second string, ok bool) {
	if len(s) > longestPart {
		return "", "", false
	}
	if strings.HasSuffix(s, ")") {
		if i := strings.LastIndexByte(s, '('); i >= 0 {
			first, second = s[:i], s[i+1:len(s)-1]
		}
	} else if i := strings.LastIndexByte(s, ','); i >= 0 {
		first, second = s[:i], s[i+1:]
	}
	first, second = strings.Trim(first, " ,"), strings.TrimSpace(second)
	return first, second, first != "" && second != ""
}
