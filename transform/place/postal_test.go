package place

import (
	_ "embed"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/internal/lists"
	"contactsync/internal/normal"
)

//go:embed testdata/postal.txt
var postalExamples string

// TestPostalCodesOfAllCountriesFit feeds examples of all countries: as they are, without
// spaces and dashes in small letters, with the country before them, and as numbers that
// lost their zeros. All spellings of a code have to become one, with its letters and digits.
func TestPostalCodesOfAllCountriesFit(t *testing.T) {
	right, total := 0, 0
	countriesOf := lists.Set()
	for _, term := range lists.Table(postalExamples) {
		countriesOf[term.Value] = true
		country := countryCode(term.Value)
		_, known := postalForms()[country]
		require.True(t, known || isMailedByUSPS(country), country)
		for _, example := range term.Phrases {
			want, _, _ := postalCode(example, country, "")
			for _, sent := range spellings(example, country) {
				total++
				if got, _, _ := postalCode(sent, country, ""); got == want && squeeze(got) == squeeze(example) {
					right++
				} else {
					t.Errorf("%s: %q is %q, not %q", country, sent, got, example)
				}
			}
		}
	}
	t.Logf("%d of %d spellings of the codes of %d countries", right, total, len(countriesOf))
}

func spellings(example, country string) []string {
	all := []string{example, strings.ToLower(squeeze(example)), country + "-" + example, country + " " + squeeze(example)}
	if number := strings.TrimLeft(squeeze(example), "0"); len(number) >= 3 && normal.IsDigits(number) {
		all = append(all, number, number+".0")
	}
	return all
}

func TestPostalCodesAsPeopleWriteThem(t *testing.T) {
	for _, c := range examples(t, "postal-cases.txt", 4) {
		got, _ := Normal("", c[1], c[0], c[2])
		require.Equal(t, c[3], got.PostalCode, "%q", c)
		again, _ := Normal(got.City, got.Region, got.PostalCode, got.Country)
		require.Equal(t, got, again)
	}
}

func TestPostalCodesProveStateAndCountry(t *testing.T) {
	for sent, want := range map[string]Place{
		"02134":      {"", "", "02134", "US"},
		"MA 02134":   {"", "MA", "02134", "US"},
		"46201 IN":   {"", "IN", "46201", "US"},
		"DE 19801":   {"", "DE", "19801", "US"},
		"#02134.":    {"", "", "02134", "US"},
		"m5v3l9":     {"", "", "M5V 3L9", "CA"},
		"ON M5V 3L9": {"", "ON", "M5V 3L9", "CA"},
		"SW1A 1AA":   {"", "", "SW1A 1AA", ""},
		"1012 AB":    {"", "", "1012 AB", ""},
	} {
		got, _ := Normal("", "", sent, "")
		require.Equal(t, want, got, sent)
	}
}

func TestChangesOfPostalCodesAreTold(t *testing.T) {
	for sent, want := range map[string]Changes{
		"02134": 0, "02134-1001": 0, "02134 1001": 0, "02134-0000": 0,
		"2134": PostalCodeRepaired, "MA 02134": PostalCodeRepaired, `="02134"`: PostalCodeRepaired,
		"00000": PostalCodeDropped, "what": 0,
	} {
		_, got := Normal("Boston", "MA", sent, "US")
		require.Equal(t, want, got, sent)
	}
}
