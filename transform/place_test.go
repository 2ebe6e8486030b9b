package transform

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPlaceIsBroughtIntoOneForm(t *testing.T) {
	for _, c := range []struct{ sent, want place }{
		{place{"boston", "massachusetts", "02134", ""}, place{"Boston", "MA", "02134", "US"}},
		{place{"ST. LOUIS", "MO", "63101-1234", "USA"}, place{"St. Louis", "MO", "63101-1234", "US"}},
		{place{"McLean", "Va.", "221021234", "United States of America"}, place{"McLean", "VA", "22102-1234", "US"}},
		{place{"", "N.Y.", "10001.0", ""}, place{"", "NY", "10001", "US"}},
		{place{"", "MA", "2134", ""}, place{"", "MA", "02134", "US"}},
		{place{"", "Puerto Rico", "901", ""}, place{"", "PR", "00901", "US"}},
		{place{"", "PR", "00901", "Puerto Rico"}, place{"", "PR", "00901", "US"}},
		{place{"", "", "02134", ""}, place{"", "", "02134", "US"}},
		{place{"", "", "021341001", ""}, place{"", "", "02134-1001", "US"}},
		{place{"", "", "2134", ""}, place{"", "", "2134", ""}},
		{place{"", "", "SW1A 1AA", ""}, place{"", "", "SW1A 1AA", ""}},
		{place{"TORONTO", "ontario", "m5v3l9", ""}, place{"Toronto", "ON", "M5V 3L9", "CA"}},
		{place{"Montréal", "Québec", "H2X 1Y4", "Canada"}, place{"Montréal", "QC", "H2X 1Y4", "CA"}},
		{place{"München", "Bavaria", "80331", ""}, place{"München", "Bavaria", "80331", ""}},
		{place{"München", "Bavaria", "80331", "Deutschland"}, place{"München", "Bavaria", "80331", "DE"}},
		{place{"Perth", "WA", "6000", "Australia"}, place{"Perth", "WA", "6000", "AU"}},
		{place{"Tbilisi", "Georgia", "", "Georgia"}, place{"Tbilisi", "Georgia", "", "GE"}},
		{place{"Atlanta", "Georgia", "30301", ""}, place{"Atlanta", "GA", "30301", "US"}},
		{place{"Washington", "Washington, D.C.", "20001", ""}, place{"Washington", "DC", "20001", "US"}},
		{place{"STRATFORD UPON AVON", "", "", "UK"}, place{"Stratford upon Avon", "", "", "GB"}},
		{place{"", "", "", "Atlantis"}, place{}},
		{place{}, place{}},
	} {
		got := normalPlace(c.sent.city, c.sent.region, c.sent.postalCode, c.sent.country)
		require.Equal(t, c.want, got, c.sent)
		again := normalPlace(got.city, got.region, got.postalCode, got.country)
		require.Equal(t, got, again, "again")
	}
}

func TestEveryStateHasItsCodeUnderCodeAndName(t *testing.T) {
	codes := set()
	for _, code := range states {
		codes[code] = true
	}
	require.Len(t, codes, 50+1+5+3, "states, DC, territories, military mail")
	codes = set()
	for _, code := range provinces {
		codes[code] = true
	}
	require.Len(t, codes, 13)
	for name := range states {
		require.Equal(t, name, foldPlace(name))
		require.NotContains(t, provinces, name)
	}
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
		require.Equal(t, want, normalCountry(sent), sent)
	}
}

func TestGender(t *testing.T) {
	for sent, want := range map[string]string{"F": "female", "m": "male", "Female": "female", "MALE": "male", "unknown": "", "U": "", "non-binary": "non-binary", "": ""} {
		require.Equal(t, want, normalGender(sent), sent)
	}
}
