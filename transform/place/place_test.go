package place

import (
	"testing"

	"github.com/stretchr/testify/require"
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

func TestEveryStateHasItsCodeUnderCodeAndName(t *testing.T) {
	codes := map[string]string{}
	for name, s := range states() {
		codes[s.code] = s.home
		require.True(t, name == fold(name) || name == s.code, name)
	}
	homes := map[string]int{}
	for _, home := range codes {
		homes[home]++
	}
	require.Equal(t, map[string]int{"US": 50 + 1 + 5 + 1 + 3, "CA": 13, "FM": 1, "MH": 1, "PW": 1}, homes, "states, DC, territories, UM, military mail")
}

func TestCountriesByCodeNameAndAlias(t *testing.T) {
	for sent, want := range map[string]string{
		"US": "US", "us": "US", "U.S.": "US", "USA": "US", "usa": "US", "United States": "US", "The United States of America": "US",
		"UK": "GB", "GB": "GB", "GBR": "GB", "England": "GB", "United Kingdom": "GB",
		"Deutschland": "DE", "germany": "DE", "DEU": "DE", "276": "DE",
		"Türkiye": "TR", "Turkey": "TR", "The Netherlands": "NL", "Côte d’Ivoire": "CI", "Cote d'Ivoire": "CI", "Ivory Coast": "CI",
		"South Korea": "KR", "Korea, Republic of": "KR", "Russian Federation": "RU", "Viet Nam": "VN", "Hong Kong": "HK", "Hong Kong SAR China": "HK",
		"Bosnia & Herzegovina": "BA", "Bosnia and Herzegovina": "BA", "St. Lucia": "LC", "México": "MX", "Mexico": "MX", "Congo - Kinshasa": "CD",
		"": "", "Atlantis": "", "EU": "", "ZZ": "", "001": "", "XX": "", "null": "", "California": "",
	} {
		require.Equal(t, want, countryCode(sent), sent)
	}
}
