package evidence

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"contactsync/schema"
)

const among4096 = -12

func matchOf(a, b schema.SourceContact) float64 {
	r := NewReader()
	x, y := r.Matched(&a), r.Matched(&b)
	return Match(&x, &y, among4096)
}

func TestPairsWithoutAnIdentifierAreWeighed(t *testing.T) {
	home := func(first, last, age string) schema.SourceContact {
		return schema.SourceContact{Profile: schema.Profile{
			FirstName: first, LastName: last, AgeRange: age, City: "Springfield", Region: "IL", PostalCode: "62701", Country: "US",
		}}
	}
	with := func(c schema.SourceContact, change func(*schema.SourceContact)) schema.SourceContact {
		change(&c)
		return c
	}
	phone := func(c *schema.SourceContact) { c.Phones = []string{"+12025550101"} }
	company := func(c *schema.SourceContact) { c.CompanyDomain = "acme.example" }
	moved := func(c *schema.SourceContact) { c.City, c.Region, c.PostalCode = "Austin", "TX", "73301" }
	linkedIn := func(slug string) func(*schema.SourceContact) {
		return func(c *schema.SourceContact) { c.LinkedInURL = "https://www.linkedin.com/in/" + slug }
	}
	certain := Odds(.995)
	for _, c := range []struct {
		name     string
		a, b     schema.SourceContact
		from, to float64
	}{
		{"one of a rare name at one place", home("Zebulon", "Quillfeather", "34"), home("Zebulon", "Quillfeather", "34"), certain, math.Inf(1)},
		{"misspelt", home("Zebulon", "Quillfeather", "34"), home("Zebulon", "Quilfeather", "34"), certain, math.Inf(1)},
		{"names swapped", home("Zebulon", "Quillfeather", "34"), home("Quillfeather", "Zebulon", "34"), certain, math.Inf(1)},
		{"a common name elsewhere", home("John", "Smith", "34"), with(home("John", "Smith", "34"), moved), math.Inf(-1), certain},
		{"a common name and one phone", home("John", "Smith", ""), with(home("John", "Smith", ""), phone), 0, math.Inf(1)},
		{"and both have it", with(home("John", "Smith", ""), phone), with(home("John", "Smith", ""), phone), certain, math.Inf(1)},
		{"spouses", with(home("Paul", "Reed", "45"), phone), with(home("Nina", "Reed", "45"), phone), math.Inf(-1), 0},
		{"father and son", home("Carl", "Hobbs Sr", "70"), home("Carl", "Hobbs Jr", "30"), math.Inf(-1), 0},
		{"colleagues of one surname", with(home("Ann", "Smith", ""), company), with(home("Adam", "Smith", ""), company), math.Inf(-1), 0},
		{"other profiles", with(home("Zebulon", "Quillfeather", ""), linkedIn("zq-1")), with(home("Zebulon", "Quillfeather", ""), linkedIn("zebulon-q")), -5, 5},
		{"without a surname", home("Zebulon", "", "34"), home("Zebulon", "Quillfeather", "34"), math.Inf(-1), math.Inf(-1)},
	} {
		bits := matchOf(c.a, c.b)
		require.Equal(t, bits, matchOf(c.b, c.a), c.name)
		require.True(t, bits >= c.from && bits <= c.to, "%s: %.1f bits", c.name, bits)
	}
}

func TestMatchingIsSymmetric(t *testing.T) {
	contacts := rapid.Custom(func(t *rapid.T) schema.SourceContact {
		of := func(label string, list ...string) string { return rapid.SampledFrom(list).Draw(t, label) }
		return schema.SourceContact{
			Profile: schema.Profile{
				FirstName: of("first", "", "Ann", "Anne", "A.", "Zebulon", "Cole"), LastName: of("last", "", "Lee", "Cole", "Cole-Lee", "Quillfeather"),
				City: of("city", "", "Springfield", "Sprngfield", "Austin"), Region: of("region", "", "IL", "TX"), PostalCode: of("postcode", "", "62701", "62710"),
				AgeRange: of("age", "", "34", "25-34", "65 and older", "1974-03-21"), Gender: of("gender", "", "male", "female"),
				CompanyDomain: of("domain", "", "acme.example", "b.example"), LinkedInURL: of("profile", "", "https://www.linkedin.com/in/ann"),
			},
			Phones: rapid.SliceOfN(rapid.SampledFrom([]string{"+12025550101", "+12025550102"}), 0, 2).Draw(t, "phones"),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := contacts.Draw(t, "a"), contacts.Draw(t, "b")
		bits := matchOf(a, b)
		require.Equal(t, bits, matchOf(b, a))
		require.False(t, math.IsNaN(bits))
	})
}

func TestPriorGoesByPowersOfFour(t *testing.T) {
	for records, want := range map[int64]float64{0: -12, 1: -12, 5_000: -12, 10_000: -14, 1_000_000: -20, 10_000_000: -24} {
		require.Equal(t, want, Prior(records), "%d records", records)
	}
	require.InDelta(t, .995, 1/(1+math.Exp2(-Odds(.995))), 1e-9)
	require.InDelta(t, 0, Odds(.5), 0)
}
