package place

import (
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"contactsync/internal/normal"
)

func FuzzPlace(f *testing.F) {
	f.Add("ST. LOUIS", "Mo.", "63101.0", "u.s.a.")
	f.Add("o'fallon", "QUÉBEC", "h2x1y4", "")
	f.Add("", "PR", "901", "PR")
	f.Add("", "", "1-2345", "US")
	f.Add("AA,AA,", "", "", "")
	f.Add("0", ".,Ned", "0", "@")
	f.Add("00ΰ", "", "", "")
	f.Add("0", "", "(\"{", "")
	f.Add("Boston, MA 02134", "MA, USA", "MA 02134-0000", "United States (US)")
	f.Add("'S-HERTOGENBOSCH, NL", "Noord-Brabant, Netherlands", "nl-1012ab", "")
	f.Add("SAN JUAN (PR)", "San Juan, Puerto Rico", "=\"00901\"", "Puerto Rico")
	f.Add("Tbilisi, Georgia", "CA - California", "D-1067.0", "Korea, Republic of (South)")
	f.Add("COEUR D'ALENE, İL", "apo ae 09012", "〒100-0001", "🇯🇵 Japan")
	f.Fuzz(func(t *testing.T, city, region, code, country string) {
		if !utf8.ValidString(city + region + code + country) {
			t.Skip("payloads are valid UTF-8")
		}
		once, _ := Normal(normal.Text(city), normal.Text(region), normal.Text(code), normal.Text(country))
		again, _ := Normal(once.City, once.Region, once.PostalCode, once.Country)
		require.Equal(t, once, again)
		require.Equal(t, normal.Text(once.City), once.City)
	})
}
