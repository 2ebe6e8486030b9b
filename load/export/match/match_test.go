package match

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func only(t *testing.T, platform string, p Person) map[string][]string {
	t.Helper()
	f, ok := Of(platform)
	require.True(t, ok)
	rows := f.Rows(p)
	require.Len(t, rows, 1)
	require.Len(t, rows[0], len(f.Header))
	byName := map[string][]string{}
	for i, name := range f.Header {
		if rows[0][i] != "" {
			byName[name] = append(byName[name], rows[0][i])
		}
	}
	return byName
}

// TestMetasPublishedHashes holds the columns of Meta to the examples of its Customer
// Information Parameters.
func TestMetasPublishedHashes(t *testing.T) {
	got := only(t, Meta, Person{
		Emails: []string{"john_smith@gmail.com"}, Phones: []string{"+16505551212"}, FirstName: "Mary", LastName: "정", Country: "US",
		Gender: "female",
	})
	require.Equal(t, []string{"62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f"}, got["email"])
	require.Equal(t, []string{"e323ec626319ca94ee8bff2e4c87cf613be6ea19919ed1364124e16807ab3176"}, got["phone"])
	require.Equal(t, []string{"6915771be1c5aa0c886870b6951b03d7eafc121fea0e80a5ea83beb7c449f4ec"}, got["fn"])
	require.Equal(t, []string{"8fa8cd9c440be61d0151429310034083132b35975c4bea67fdd74158eb51db14"}, got["ln"])
	require.Equal(t, []string{"79adb2a2fce5c6ba215fe5f27f532d4e7edbac4b6a5e09e1ef3a08084a904621"}, got["country"])
	require.Equal(t, []string{"252f10c83610ebca1a059c0bae8255eba2f95be4d1d7bcfa89d7248a82d9f111"}, got["gen"])
	for _, name := range []string{"Valéry", " VALÉRY ", "Vale\u0301ry"} {
		got = only(t, Meta, Person{Phones: []string{"+16505551212"}, FirstName: name})
		require.Equal(t, []string{"08e1996b5dd49e62a4b4c010d44e4345592a863bb9f8e3976219bac29417149c"}, got["fn"], name)
	}
}

func TestNormalFormsOfMeta(t *testing.T) {
	require.Equal(t, "16505551212", metaPhone("+1 (650) 555-1212"))
	require.Equal(t, "448444124653", metaPhone("+44 844 412 4653"))
	require.Equal(t, "94035", metaZip("94035-1234", "US"))
	require.Equal(t, "m11ae", metaZip("M1 1AE", "GB"))
	require.Equal(t, "02139", metaZip("02139", "US"))
	require.Equal(t, "ca", metaState("CA"))
	require.Equal(t, "nordrheinwestfalen", metaState("Nordrhein-Westfalen"))
	require.Equal(t, "stlouis", metaCity("St. Louis"))
	require.Equal(t, "oneill", plainName("O'Neill"))
	require.Equal(t, "m", metaGender("male"))
	require.Empty(t, metaGender("other"))
}

// TestGooglesPublishedForms holds the normal forms of Google to the examples of its
// documents: support.google.com/google-ads/answer/7476159 and "Format user data".
func TestGooglesPublishedForms(t *testing.T) {
	require.Equal(t, "+18005550100", googlePhone("+1 (800) 555-0100"))
	require.Equal(t, "jeffersonloveshiking@gmail.com", googleEmail("Jefferson.Loves.hiking@gmail.com"))
	require.Equal(t, "jeffersonloveshiking@googlemail.com", googleEmail("jefferson.loves.hiking+news@googlemail.com"))
	require.Equal(t, "jefferson.loves+hiking@example.com", googleEmail(" jefferson.Loves+Hiking@example.com"))
	require.Equal(t, "94303", googleZip("94303", "US"))
	require.Equal(t, "94303-5300", googleZip("94303-5300", "US"))
	require.Equal(t, "94303-5300", googleZip("943035300", "US"))
	require.Equal(t, "WC2H 8LG", googleZip("WC2H 8LG", "GB"))
	require.Equal(t, "zoë", plainName(" Zoë "))
	require.Equal(t, "van der berg", plainName("van  der Berg"))

	got := only(t, Google, Person{Emails: []string{"a.b@gmail.com"}, FirstName: "Zoë", LastName: "Pérez", Country: "SG", PostalCode: "WC2H 8LG"})
	require.Equal(t, []string{hash("ab@gmail.com")}, got["Email"])
	require.Equal(t, []string{"SG"}, got["Country"], "not hashed")
	require.Equal(t, []string{"WC2H 8LG"}, got["Zip"], "not hashed")
	got = only(t, Google, Person{Emails: []string{"a@acme.example"}, FirstName: "Zoë", LastName: "Pérez", Country: "SG"})
	require.Len(t, got, 1, "an address that is not whole matches nobody")
}

func TestLinkedInHasARowForEachAddressAndNothingPlain(t *testing.T) {
	f, _ := Of(LinkedIn)
	rows := f.Rows(Person{Emails: []string{"a@acme.example", "b@acme.example"}, Phones: []string{"+16505551212"}, FirstName: "Ann", Country: "US"})
	require.Equal(t, []string{hash("a@acme.example") + ",,,,,,", hash("b@acme.example") + ",,,,,,"},
		[]string{strings.Join(rows[0], ","), strings.Join(rows[1], ",")})
	require.Empty(t, f.Rows(Person{Phones: []string{"+16505551212"}}))
}

func TestMoreAddressesThanColumnsAreMoreRows(t *testing.T) {
	f, _ := Of(Meta)
	rows := f.Rows(Person{Emails: []string{"a@x.example", "b@x.example", "c@x.example", "d@x.example"}, Phones: []string{"+16505551212"}, LastName: "Ivers"})
	require.Len(t, rows, 2)
	require.Equal(t, []string{hash("d@x.example"), "", "", "", "", ""}, rows[1][:6])
	require.Equal(t, rows[0][7], rows[1][7])
	require.Empty(t, f.Rows(Person{FirstName: "Ann", LastName: "Ivers", Country: "US"}))
}

// FuzzNoValueBreaksARow: no value of a vendor brings a separator, or the value itself, into
// a list.
func FuzzNoValueBreaksARow(f *testing.F) {
	f.Add("Ann", "94303\n,=1+1", "US")
	f.Add("\x00\"", "=cmd|' /C calc'!A0", "\r\n")
	f.Fuzz(func(t *testing.T, name, zip, country string) {
		p := Person{
			Emails: []string{"ann@acme.example"}, FirstName: name, LastName: name, City: name, Region: name, PostalCode: zip, Country: country,
			Gender: name,
		}
		for _, platform := range platforms {
			for _, row := range platform.Rows(p) {
				require.Len(t, row, len(platform.Header))
				for _, value := range row {
					require.NotContains(t, value, ",")
					require.NotContains(t, value, "\"")
					require.NotRegexp(t, `[\x00-\x1f=@]|^[+=-]`, value)
				}
			}
		}
	})
}
