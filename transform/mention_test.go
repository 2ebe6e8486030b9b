package transform

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/internal/normal"
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
		`{"h":"` + strings.ToUpper(normal.MD5(ann)) + `"}`:                   {Kind: schema.EmailMD5, Value: normal.MD5(ann)},
		"sha1:" + normal.SHA1(ann):                                           {Kind: schema.EmailSHA1, Value: normal.SHA1(ann)},
		"?hem=" + normal.SHA256(ann) + "&y":                                  {Kind: schema.EmailSHA256, Value: normal.SHA256(ann)},
		`{"u":"https:\/\/UK.LinkedIn.com\/in\/Ann-Lee\/?x=1"}`:               {Kind: schema.LinkedIn, Value: "ann-lee"},
		"see linkedin.com/in/ann-lee, and https://linkedin.com/company/acme": {Kind: schema.LinkedIn, Value: "ann-lee"},
	} {
		require.Equal(t, []schema.Identifier{want}, slices.Collect(Mentions(text)), text)
	}
	for _, text := range []string{"", "@", "ann@", "@acme.example", "12345678901234567890123456789012x", "linkedin.com/in/", normal.MD5("")} {
		require.Empty(t, slices.Collect(Mentions(text)), text)
	}
}

func TestOptOutTakesAddressesAndHashes(t *testing.T) {
	const info = "info@acme.example" // whoever lists a role address means it
	ids, ok := OptOut(" INFO@acme.example ")
	require.True(t, ok)
	require.Equal(t, addressHashes(info), ids)
	ids, ok = OptOut(strings.ToUpper(normal.SHA1(info)))
	require.True(t, ok)
	require.Equal(t, []schema.Identifier{{Kind: schema.EmailSHA1, Value: normal.SHA1(info)}}, ids)
	for _, text := range []string{"", "ann", "abc123", normal.MD5(""), "https://www.linkedin.com/in/ann"} {
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
