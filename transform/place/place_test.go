package place

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/internal/lists"
)

func TestPlaceIsBroughtIntoOneForm(t *testing.T) {
	for _, c := range []struct{ sent, want Place }{
		{Place{"boston", "massachusetts", "02134", ""}, Place{"Boston", "MA", "02134", "US"}},
		{Place{"ST. LOUIS", "MO", "63101-1234", "USA"}, Place{"St. Louis", "MO", "63101-1234", "US"}},
		{Place{"McLean", "Va.", "221021234", "United States of America"}, Place{"McLean", "VA", "22102-1234", "US"}},
		{Place{"", "N.Y.", "10001.0", ""}, Place{"", "NY", "10001", "US"}},
		{Place{"", "MA", "2134", ""}, Place{"", "MA", "02134", "US"}},
		{Place{"", "Puerto Rico", "901", ""}, Place{"", "PR", "00901", "US"}},
		{Place{"", "PR", "00901", "Puerto Rico"}, Place{"", "PR", "00901", "US"}},
		{Place{"SAN JUAN", "US-PR", "00901", "PRI"}, Place{"San Juan", "PR", "00901", "US"}},
		{Place{"Paris", "Île-de-France, France", "75001", ""}, Place{"Paris", "Île-de-France", "75001", "FR"}},
		{Place{"Austin", "Austin, TX", "MA 02134", "United States (US)"}, Place{"Austin", "TX", "MA 02134", "US"}},
		{Place{"", "", "02134", ""}, Place{"", "", "02134", "US"}},
		{Place{"", "", "021341001", ""}, Place{"", "", "02134-1001", "US"}},
		{Place{"", "", "2134", ""}, Place{"", "", "2134", ""}},
		{Place{"", "", "SW1A 1AA", ""}, Place{"", "", "SW1A 1AA", ""}},
		{Place{"TORONTO", "ontario", "m5v3l9", ""}, Place{"Toronto", "ON", "M5V 3L9", "CA"}},
		{Place{"Montréal", "Québec", "H2X 1Y4", "Canada"}, Place{"Montréal", "QC", "H2X 1Y4", "CA"}},
		{Place{"München", "Bavaria", "80331", ""}, Place{"München", "Bavaria", "80331", ""}},
		{Place{"München", "Bavaria", "80331", "Deutschland"}, Place{"München", "Bavaria", "80331", "DE"}},
		{Place{"Perth", "WA", "6000", "Australia"}, Place{"Perth", "WA", "6000", "AU"}},
		{Place{"Tbilisi", "Georgia", "", "Georgia"}, Place{"Tbilisi", "Georgia", "", "GE"}},
		{Place{"Atlanta", "Georgia", "30301", ""}, Place{"Atlanta", "GA", "30301", "US"}},
		{Place{"Washington", "Washington, D.C.", "20001", ""}, Place{"Washington", "DC", "20001", "US"}},
		{Place{"STRATFORD UPON AVON", "", "", "UK"}, Place{"Stratford upon Avon", "", "", "GB"}},
		{Place{"", "", "", "Atlantis"}, Place{}},
		{Place{}, Place{}},
	} {
		got, _ := Normal(c.sent.City, c.sent.Region, c.sent.PostalCode, c.sent.Country)
		require.Equal(t, c.want, got, c.sent)
		again, _ := Normal(got.City, got.Region, got.PostalCode, got.Country)
		require.Equal(t, got, again, "again")
	}
}

func TestWhatBecameOfAPlaceIsTold(t *testing.T) {
	for _, c := range []struct {
		sent Place
		want Changes
	}{
		{Place{"Boston", "MA", "02134", ""}, 0},
		{Place{"BOSTON", "Massachusetts", "02134-1001", "United States"}, 0},
		{Place{"", "", "", "Atlantis"}, CountryDropped},
		{Place{"", "", "", "SU"}, CountryDropped},
		{Place{"", "", "", "n/a"}, 0},
		{Place{"Boston, MA", "", "", ""}, CityToldApart},
		{Place{"", "Boston, MA", "", ""}, RegionToldApart},
		{Place{"", "", "MA 02134", ""}, PostalCodeRepaired | PostalCodeToldApart},
		{Place{"", "San Juan", "", "PR"}, RegionToldApart},
		{Place{"Carolina", "San Juan", "", "PR"}, RegionDropped},
		{Place{"", "US-MA", "", ""}, 0},
	} {
		_, got := Normal(c.sent.City, c.sent.Region, c.sent.PostalCode, c.sent.Country)
		require.Equal(t, c.want, got, c.sent)
	}
}

func TestACommonPlaceNeedsNoMemory(t *testing.T) {
	Normal("", "MA", "", "US") // the lists
	require.Zero(t, testing.AllocsPerRun(100, func() { Normal("Boston", "MA", "02134", "") }))
}

func TestALongTextNamesNoPlaceAndTakesNoTime(t *testing.T) {
	long := strings.Repeat("de, Germany ", 100_000)
	got, _ := Normal(long, long, long, long)
	require.Equal(t, Place{strings.TrimSpace(long), strings.TrimSpace(long), strings.ToUpper(long), ""}, got)
}

// examples reads a list of cases, the columns of which have bars between them.
func examples(t *testing.T, name string, columns int) (all [][]string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	for _, line := range lists.Entries(string(text)) {
		c := strings.Split(line+" ", "|")
		require.Len(t, c, columns, line)
		for i := range c {
			c[i] = strings.TrimSpace(c[i])
		}
		all = append(all, c)
	}
	return all
}
