package place

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCitiesAreCasedAsTheirPostWritesThem(t *testing.T) {
	for _, c := range examples(t, "cities.txt", 2) {
		sent, want := c[0], c[1]
		got, _ := Normal(sent, "", "", "")
		require.Equal(t, Place{City: want}, got, sent)
		again, _ := Normal(got.City, "", "", "")
		require.Equal(t, got, again, "again")
	}
	for _, c := range []struct{ city, region, country, want string }{
		{"PORTLAND ME", "ME", "", "Portland ME"},
		{"WASHINGTON DC", "DC", "US", "Washington DC"},
		{"IJMUIDEN", "", "NL", "IJmuiden"},
		{"NIEUWERKERK AAN DEN IJSSEL", "", "NL", "Nieuwerkerk aan den IJssel"},
		{"IJEBU ODE", "", "NG", "Ijebu Ode"},
		{"ÇANKIRI", "", "TR", "Çankırı"},
	} {
		got, _ := Normal(c.city, c.region, "", c.country)
		require.Equal(t, c.want, got.City)
	}
}

func TestCitiesAreToldFromTheirStateAndCountry(t *testing.T) {
	for _, c := range []struct{ sent, want Place }{
		{Place{"Boston, MA", "", "", ""}, Place{"Boston", "MA", "", "US"}},
		{Place{"BOSTON, MASSACHUSETTS", "", "", ""}, Place{"Boston", "MA", "", "US"}},
		{Place{"Boston, MA", "MA", "", ""}, Place{"Boston", "MA", "", "US"}},
		{Place{"Boston, MA", "NH", "", ""}, Place{"Boston, MA", "NH", "", "US"}},
		{Place{"Boston, MA, USA", "", "", ""}, Place{"Boston", "MA", "", "US"}},
		{Place{"Boston, MA 02134", "", "", ""}, Place{"Boston", "MA", "02134", "US"}},
		{Place{"Boston (MA)", "", "", ""}, Place{"Boston", "MA", "", "US"}},
		{Place{"St. Louis, Mo.", "", "", ""}, Place{"St. Louis", "MO", "", "US"}},
		{Place{"Toronto, Ontario, Canada", "", "", ""}, Place{"Toronto", "ON", "", "CA"}},
		{Place{"Ontario, CA", "", "", ""}, Place{"Ontario", "CA", "", "US"}},
		{Place{"San Juan, Puerto Rico", "", "", ""}, Place{"San Juan", "PR", "", "US"}},
		{Place{"Paris, France", "", "", ""}, Place{"Paris", "", "", "FR"}},
		{Place{"Paris, France", "", "", "DE"}, Place{"Paris, France", "", "", "DE"}},
		{Place{"Paris, TX", "", "", ""}, Place{"Paris", "TX", "", "US"}},
		{Place{"London, England", "", "", ""}, Place{"London", "", "", "GB"}},
		{Place{"Berlin, DE", "", "", ""}, Place{"Berlin", "", "", "DE"}},
		{Place{"Dover, DE", "", "", ""}, Place{"Dover", "DE", "", "US"}},
		{Place{"Mumbai, IN", "", "", ""}, Place{"Mumbai", "", "", "IN"}},
		{Place{"Tbilisi, Georgia", "", "", ""}, Place{"Tbilisi", "", "", "GE"}},
		{Place{"Rome, Georgia", "", "", ""}, Place{"Rome", "GA", "", "US"}},
		{Place{"Perth, WA", "", "", "AU"}, Place{"Perth, WA", "", "", "AU"}},
		{Place{"Winchester, Hants", "", "", ""}, Place{"Winchester, Hants", "", "", ""}},
		{Place{"APO, AE", "", "09012", ""}, Place{"APO", "AE", "09012", "US"}},
	} {
		got, _ := Normal(c.sent.City, c.sent.Region, c.sent.PostalCode, c.sent.Country)
		require.Equal(t, c.want, got, c.sent)
		again, _ := Normal(got.City, got.Region, got.PostalCode, got.Country)
		require.Equal(t, got, again, "again")
	}
}
