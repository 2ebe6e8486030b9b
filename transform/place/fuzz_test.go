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
