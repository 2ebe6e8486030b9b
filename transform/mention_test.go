package transform

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/schema"
)

func TestMentionsFindPeopleInAnyText(t *testing.T) {
	const ann = "ann.lee@acme.example"
	address := addressHashes(ann)
	for _, text := range []string{
		ann,
		`{"note":"write to Ann.Lee@ACME.example, please"}`,
		`{"note":"ann.lee\u0040acme.example"}`,
		`{"note":"first\nann.lee@acme.example\tlast"}`,
		`{"note":"\u003cann.lee@acme.example\u003e"}`,
		`{"url":"https:\/\/acme.example\/?to=ann.lee%40acme.example&x=1"}`,
		"Ann <mailto:ann.lee@acme.example>.",
		"'ann.lee@acme.example'",
		"ann.lee@acme.example—or not",
		"not JSON: ann.lee@acme.example-",
		"bob@acme.example;ann.lee@acme.example|carl@acme.example",
	} {
		found := slices.Collect(Mentions(text))
		for _, id := range address {
			require.Contains(t, found, id, text)
		}
	}
	for text, want := range map[string]schema.Identifier{
		`{"h":"` + strings.ToUpper(md5Hex(ann)) + `"}`:                       {Kind: schema.EmailMD5, Value: md5Hex(ann)},
		"sha1:" + sha1Hex(ann):                                               {Kind: schema.EmailSHA1, Value: sha1Hex(ann)},
		"?hem=" + sha256Hex(ann) + "&y":                                      {Kind: schema.EmailSHA256, Value: sha256Hex(ann)},
		`{"u":"https:\/\/UK.LinkedIn.com\/in\/Ann-Lee\/?x=1"}`:               {Kind: schema.LinkedIn, Value: "ann-lee"},
		"see linkedin.com/in/ann-lee, and https://linkedin.com/company/acme": {Kind: schema.LinkedIn, Value: "ann-lee"},
	} {
		require.Equal(t, []schema.Identifier{want}, slices.Collect(Mentions(text)), text)
	}
	for _, text := range []string{"", "@", "ann@", "@acme.example", "12345678901234567890123456789012x", "linkedin.com/in/", md5Hex("")} {
		require.Empty(t, slices.Collect(Mentions(text)), text)
	}
}

func TestOptOutTakesAddressesAndHashes(t *testing.T) {
	const info = "info@acme.example" // whoever lists a role address means it
	ids, ok := OptOut(" INFO@acme.example ")
	require.True(t, ok)
	require.Equal(t, addressHashes(info), ids)
	ids, ok = OptOut(strings.ToUpper(sha1Hex(info)))
	require.True(t, ok)
	require.Equal(t, []schema.Identifier{{Kind: schema.EmailSHA1, Value: sha1Hex(info)}}, ids)
	for _, text := range []string{"", "ann", "abc123", md5Hex(""), "https://www.linkedin.com/in/ann"} {
		_, ok := OptOut(text)
		require.False(t, ok, text)
	}
}

// FuzzMentions holds Mentions to the address that stands in any surroundings.
func FuzzMentions(f *testing.F) {
	f.Add("{\"a\":\"", "\"}")
	f.Add("\\n", "%2F")
	f.Add("linkedin.com/", "\xff@")
	f.Add("İ linkedin.com/in/x", "")
	f.Fuzz(func(t *testing.T, before, after string) {
		for range Mentions(before + after) { // whatever it is, it ends
		}
		text := before + " ann.lee@acme.example " + after
		require.Contains(t, slices.Collect(Mentions(text)), addressHashes("ann.lee@acme.example")[0])
	})
}
