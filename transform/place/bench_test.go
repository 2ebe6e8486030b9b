package place

import "testing"

// BenchmarkNormal is of places as feeds send them, the usual ones first.
func BenchmarkNormal(b *testing.B) {
	for _, c := range []struct {
		name string
		sent Place
	}{
		{"common", Place{"Boston", "MA", "02134", ""}},
		{"capitals", Place{"ST. LOUIS", "MO", "63101-1234", "USA"}},
		{"names", Place{"boston", "massachusetts", "02134", "United States"}},
		{"abroad", Place{"München", "Bavaria", "80331", "Deutschland"}},
		{"nowhere", Place{"Gotham", "Somewhere Else", "x", "Atlantis"}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Normal(c.sent.City, c.sent.Region, c.sent.PostalCode, c.sent.Country)
			}
		})
	}
}

// BenchmarkCountries is what a process pays once for its lists.
func BenchmarkCountries(b *testing.B) {
	for b.Loop() {
		readCountries()
	}
}
