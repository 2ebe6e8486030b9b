package place

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/internal/lists"
	"contactsync/internal/normal"
)

// TestEveryNameAndCodeOfISO3166 is the suite of pycountry: every alpha-2, alpha-3 and
// numeric code, short, official and common name, as written, in capitals, in small
// letters, without accents, turned around at its comma and with its code behind it.
func TestEveryNameAndCodeOfISO3166(t *testing.T) {
	right, total := 0, 0
	for _, term := range lists.Table(isoList) {
		for i, name := range append([]string{term.Value}, term.Phrases...) {
			all := []string{name, strings.ToUpper(name), strings.ToLower(name)}
			if isName := i > 2 || len(name) > 3; isName {
				all = append(all, normal.Unaccented(name), "The "+name, name+" ("+term.Value+")", term.Value+" - "+name, name+".", strings.ReplaceAll(name, " and ", " & "))
				if first, second, ok := strings.Cut(name, ", "); ok && !strings.Contains(second, ",") {
					all = append(all, second+" "+first, first+" ("+second+")")
				}
			}
			for _, sent := range all {
				total++
				if got := countryCode(sent); got == term.Value {
					right++
				} else {
					t.Errorf("%q is %q, not %s", sent, got, term.Value)
				}
			}
		}
	}
	t.Logf("%d of %d codes and names of %d countries", right, total, len(lists.Table(isoList)))
}

// TestEveryNameOfCLDR holds the names of other languages to their country, in capitals,
// too.
func TestEveryNameOfCLDR(t *testing.T) {
	total := 0
	for _, term := range lists.Table(nameList) {
		for _, name := range term.Phrases {
			require.Equal(t, name, fold(name))
			require.Equal(t, term.Value, countryCode(name), name)
			require.Equal(t, term.Value, countryCode(strings.ToUpper(name)), name)
			total++
		}
	}
	for _, term := range lists.Table(aliasList) {
		for _, name := range term.Phrases {
			require.Equal(t, term.Value, countryCode(name), name)
		}
	}
	t.Logf("%d names", total)
}

// TestOnlyCountriesThatExistComeOut tries all codes there may be.
func TestOnlyCountriesThatExistComeOut(t *testing.T) {
	exists := lists.Set()
	for _, term := range lists.Table(isoList) {
		exists[term.Value] = true
	}
	require.Len(t, exists, 249+1, "and Kosovo")
	for name, code := range countries() {
		require.True(t, exists[code], "%s: %s", name, code)
	}
	two := 0
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			if code := countryCode(string(a) + string(b)); code == string(a)+string(b) {
				two++
			} else if code != "" {
				t.Logf("%c%c is %s", a, b, code)
			}
		}
	}
	require.Equal(t, len(exists), two)
	for i := range 1000 {
		if code := countryCode(fmt.Sprintf("%03d", i)); code != "" {
			require.True(t, exists[code])
		}
	}
	for _, withdrawn := range []string{
		"AN", "ANT", "CS", "CSK", "SCG", "SU", "SUN", "YU", "YUG", "NT", "NTZ", "PC", "PCI", "EU", "EUR", "UN", "EZ", "QO", "XX", "ZZ", "AA", "001", "150", "891", "810", "200", "530",
		"Yugoslavia", "Czechoslovakia", "USSR", "U.S.S.R.", "Soviet Union", "Serbia and Montenegro", "Netherlands Antilles", "European Union", "United Nations",
		"Europe", "Asia", "Africa", "Latin America", "EMEA", "APAC", "World", "Worldwide", "International",
	} {
		require.Empty(t, countryCode(withdrawn), withdrawn)
	}
}

func TestCountriesAsPeopleWriteThem(t *testing.T) {
	for want, all := range map[string]string{
		"US": `US|us|U.S.|U.S|u s|USA|U. S. A.|usa.|United States|The United States of America|United States (US)|United States of America (USA)|United States (U.S.)|US - United States|USA: United States` +
			`|United States/USA|America|US of A|EE.UU.|EEUU|EUA|Estados Unidos|États-Unis|Etats Unis|LES ÉTATS-UNIS|Stati Uniti|Vereinigte Staaten|Verenigde Staten|Yhdysvallat|США|美国|アメリカ合衆国` +
			`|미국|الولايات المتحدة|🇺🇸|🇺🇸 USA|840|840.0|US-CA|USA (California)|Georgia, USA|Georgia (USA)|"USA"|(US)`,
		"GB": `UK|U.K.|GB|GBR|Great Britain|Britain|England|Scotland, UK|England, UK|London, UK|United Kingdom (UK)|UK (England)|N. Ireland|Ireland, Northern|GB-ENG|Reino Unido|Royaume Uni` +
			`|Vereinigtes Königreich|Grossbritannien|Großbritannien|Regno Unito|Inglaterra|United Kingdom of Great Britain & Northern Ireland|826`,
		"DE": `Deutschland|germany|DEU|GER|276|Federal Republic of Germany|Germany, Federal Republic of|Germany Federal Republic|Alemania|Allemagne|Germania|Alemanha|Duitsland|Tyskland|Niemcy|Германия|ドイツ|West Germany|DD`,
		"FR": "Frankreich|La France|Frankrijk|Francia|França|France (FR)|République française|FX", "ES": "España|ESPANA|Spanien|Kingdom of Spain|Espagne|Spagna",
		"CH": "Schweiz|Suisse/Schweiz|Die Schweiz|Svizzera|Suiza|Swiss Confederation", "NL": "The Netherlands|Nederland|Holland|Les Pays-Bas|Netherlands (Kingdom of the)|NETHERLANDS, THE",
		"KR": "South Korea|Korea, South|Korea (South)|S. Korea|Korea|Korea, Republic of|Republic of Korea|Republic of Korea (South Korea)|Korea (the Republic of)|대한민국|한국",
		"KP": "North Korea|Korea, North|N. Korea|DPRK|Korea, Democratic People's Republic of|Korea (Democratic People’s Republic of)|Democratic People's Republic of Korea",
		"CD": "Congo (Kinshasa)|Congo - Kinshasa|DR Congo|D.R. Congo|DRC|Democratic Rep. of the Congo|Congo, The Democratic Republic of the|Congo (Democratic Republic of the)|Zaire|ZR",
		"CG": "Congo|Congo (Brazzaville)|Congo, Republic of the|Republic of the Congo|Congo, Rep.", "CN": "China|PRC|P.R. China|China (PRC)|China, People's Republic of|People's Republic of China|中国|中國|Mainland China",
		"TW": "Taiwan|Taiwan, Province of China|Taiwan (ROC)|Taiwan, R.O.C.|Republic of China|台灣", "HK": "Hong Kong|Hongkong|Hong Kong, China|Hong Kong SAR|Hong Kong (SAR)|Hong Kong S.A.R.|香港",
		"MO": "Macau|Macao SAR|Macau SAR|Macao, China", "MK": "North Macedonia|Macedonia|Macedonia (FYROM)|Macedonia, the former Yugoslav Republic of|N. Macedonia|Republic of North Macedonia",
		"PL": "Republic of Poland|Poland, Republic of|Polska|POLOGNE", "CZ": "Czech Rep.|Czech Republic|Czechia|Česko|Czechia (Czech Republic)", "IE": "Republic of Ireland|Éire|Ireland, Republic of|Ireland Republic",
		"BS": "Bahamas, The|The Bahamas|Bahamas", "GM": "Gambia, The|The Gambia", "VI": "", "VG": "Virgin Islands, British|British Virgin Islands|Virgin Islands (British)|British Virgin Is.|BVI",
		"VA": "Holy See (Vatican City State)|Vatican|Holy See|Vatican City", "CI": "Côte d’Ivoire|COTE D'IVOIRE|Cote d Ivoire|Ivory Coast", "MM": "Burma|Myanmar (Burma)|BU", "TL": "East Timor|TP|Timor-Leste",
		"SZ": "Swaziland|Eswatini (Swaziland)|Kingdom of Eswatini", "CV": "Cape Verde|Cabo Verde", "PS": "Palestine|Palestinian Territory|State of Palestine|Palestinian Territories|Palestine, State of",
		"LC": "St. Lucia|St Lucia|Saint Lucia|SAINT LUCIA", "KN": "St. Kitts & Nevis|Saint Kitts and Nevis", "TT": "Trinidad & Tobago|Trinidad", "BA": "Bosnia & Herzegovina|Bosnia-Herzegovina|Bosnia",
		"KY": "Cayman Is.|Cayman Islands|Caymans", "TC": "Turks & Caicos|Turks and Caicos Is.", "GE": "Georgia|Republic of Georgia|GEO", "NE": "Niger", "NG": "Nigeria|Niger, Nigeria", "GG": "Guernsey, UK|Guernsey",
		"GN": "Guinea", "GQ": "Equatorial Guinea|Guinea (Equatorial)|Guinea, Equatorial", "SS": "Sudan, South|S. Sudan", "EH": "W. Sahara", "TR": "Türkiye|Turkey|TÜRKİYE|Republic of Turkey", "GR": "EL|Greece|Hellas|Ελλάδα",
		"RU": "Russian Federation|Russia|Россия|Russian Fed.", "VN": "Viet Nam|Viet-Nam|Vietnam", "LA": "Laos|Lao PDR|Lao People's Democratic Republic", "AE": "UAE|U.A.E.|United Arab Emirates (UAE)|Dubai, UAE",
		"XK": "Kosovo|XK", "FJ": "Fiji Islands", "RE": "Réunion|Reunion Island|Réunion, France", "CA": "Canada|CANADA (CA)|Toronto, Canada|Kanada", "MX": "México|Mexico (MX)|Estados Unidos Mexicanos|Méjico",
		"TH": "ประเทศไทย|Siam", "SA": "السعودية|KSA|Kingdom of Saudi Arabia", "IN": "भारत|Bharat|Republic of India", "JP": "日本|Nippon",
		"": "Atlantis|California|New York|Unknown land|+1|1|44|36|Earth|null|n/a|",
	} {
		for _, sent := range strings.Split(all, "|") {
			if sent != "" {
				require.Equal(t, want, countryCode(normal.Unwrap(sent)), sent)
			}
		}
	}
}
