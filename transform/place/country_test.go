package place

import (
	_ "embed"
	"fmt"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"contactsync/internal/lists"
	"contactsync/internal/normal"
)

//go:embed testdata/countries.txt
var countryExamples string

func unaccented(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(s))
}

// TestEveryNameAndCodeOfISO3166 is the suite of pycountry: every alpha-2, alpha-3 and
// numeric code, short, official and common name, as written, in capitals, in small
// letters, without accents, turned around at its comma and with its code behind it.
func TestEveryNameAndCodeOfISO3166(t *testing.T) {
	right, total := 0, 0
	for _, term := range lists.Table(isoList) {
		for i, name := range append([]string{term.Value}, term.Phrases...) {
			all := []string{name, strings.ToUpper(name), strings.ToLower(name)}
			if isName := i > 2 || len(name) > 3; isName {
				all = append(all, unaccented(name), "The "+name, name+" ("+term.Value+")", term.Value+" - "+name, name+".",
					strings.ReplaceAll(name, " and ", " & "))
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

// TestEveryNameOfTheLists holds the names of other languages to their country, in
// capitals, too.
func TestEveryNameOfTheLists(t *testing.T) {
	total := 0
	for _, term := range lists.Table(nameList + officialList) {
		for _, name := range term.Phrases {
			require.Equal(t, name, fold(name))
			require.Equal(t, term.Value, countries()[name], name)
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
		"AN", "ANT", "CS", "CSK", "SCG", "SU", "SUN", "YU", "YUG", "NT", "NTZ", "PC", "PCI", "EU", "EUR", "UN", "EZ", "QO", "XX", "ZZ", "AA",
		"001", "150", "891", "810", "200", "530", "Yugoslavia", "Czechoslovakia", "USSR", "U.S.S.R.", "Soviet Union", "Serbia and Montenegro",
		"Netherlands Antilles", "European Union", "United Nations",
		"Europe", "Asia", "Africa", "Latin America", "EMEA", "APAC", "World", "Worldwide", "International",
	} {
		require.Empty(t, countryCode(withdrawn), withdrawn)
	}
}

func TestCountriesAsPeopleWriteThem(t *testing.T) {
	for _, term := range lists.Table(countryExamples) {
		for _, sent := range term.Phrases {
			require.Equal(t, strings.TrimPrefix(term.Value, "-"), countryCode(normal.Unwrap(sent)), sent)
		}
	}
}
