package transform

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

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
	var want []schema.Identifier
	for _, spelling := range []string{info, "Info@acme.example", "INFO@ACME.EXAMPLE", " INFO@acme.example "} {
		want = append(want, addressHashes(spelling)...)
	}
	require.Equal(t, want, ids)
	ids, ok = OptOut(strings.ToUpper(normal.SHA1(info)))
	require.True(t, ok)
	require.Equal(t, []schema.Identifier{{Kind: schema.EmailSHA1, Value: normal.SHA1(info)}}, ids)
	ids, ok = OptOut("https:\\/\\/www.linkedin.com\\/in\\/Jos%C3%A9")
	require.True(t, ok)
	require.Equal(t, []schema.Identifier{{Kind: schema.LinkedIn, Value: "josé"}}, ids)
	for _, text := range []string{"", "ann", "abc123", normal.MD5(""), "https://www.linkedin.com/company/acme", "x.com/home"} {
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

// wraps are what programs and people put around, and into, a value.
var wraps = map[string]func(string) string{
	"entities":     func(s string) string { return encodedAs(s, func(b byte) string { return fmt.Sprintf("&#%d;", b) }) },
	"hex entities": func(s string) string { return encodedAs(s, func(b byte) string { return fmt.Sprintf("&#x%X;", b) }) },
	"ampersands":   func(s string) string { return strings.ReplaceAll(s, "&", "&amp;") },
	"percent":      func(s string) string { return encodedAs(s, func(b byte) string { return fmt.Sprintf("%%%02X", b) }) },
	"percents":     func(s string) string { return strings.ReplaceAll(s, "%", "%25") },
	"escapes":      func(s string) string { return encodedAs(s, func(b byte) string { return fmt.Sprintf(`\u%04x`, b) }) },
	"slashes":      func(s string) string { return strings.ReplaceAll(s, "/", `\/`) },
	"JSON":         func(s string) string { text, _ := json.Marshal(s); return string(text) },
	"full width": func(s string) string {
		return strings.Map(func(r rune) rune {
			if r > ' ' && r <= '~' {
				return r + 0xFEE0
			}
			return r
		}, s)
	},
	"zero width":  func(s string) string { return s[:1] + "\u200b" + s[1:] + "\ufeff" },
	"upper":       strings.ToUpper,
	"quotes":      func(s string) string { return `"` + s + `"` },
	"curly":       func(s string) string { return "“" + s + "”" },
	"apostrophe":  func(s string) string { return "'" + s },
	"sheet":       func(s string) string { return `="` + s + `"` },
	"angles":      func(s string) string { return "Jane <" + s + ">" },
	"brackets":    func(s string) string { return "[" + s + "]" },
	"braces":      func(s string) string { return "{" + s + "}" },
	"Markdown":    func(s string) string { return "[Jane](" + s + ")" },
	"HTML":        func(s string) string { return `<a href="` + s + `">Jane</a>` },
	"list":        func(s string) string { return `["` + s + `"]` },
	"Python":      func(s string) string { return "['" + s + "', None]" },
	"lines":       func(s string) string { return "x\n" + s + "\r\n" },
	"full stop":   func(s string) string { return s + "." },
	"label":       func(s string) string { return "email: " + s },
	"remark":      func(s string) string { return s + " (work)" },
	"other":       func(s string) string { return "bob@other.example, " + s },
	"spaced":      func(s string) string { return strings.Replace(s, "@", " @ ", 1) },
	"spelled":     func(s string) string { return strings.Replace(s, "@", "(at)", 1) },
	"redirection": func(s string) string { return "https://www.google.com/url?q=" + s + "&sa=D" },
}

// Contact reads no such address, and yet it names somebody.
func TestLettersDrawnInAStyleAreRead(t *testing.T) {
	for _, text := range []string{`{"EMAIL":"𝗮𝗻𝗻.𝗹𝗲𝗲@acme.example"}`, `{"NOTE":"ask 𝒂𝒏𝒏.𝒍𝒆𝒆@𝖆𝖈𝖒𝖊.example"}`, "ⓐⓝⓝ.lee@acme.example"} {
		require.Contains(t, slices.Collect(Mentions(text)), addressHashes("ann.lee@acme.example")[0], text)
	}
}

// Whoever keeps somebody out by one spelling of an address, or by its hash, means the
// mailbox.
func TestAMailboxIsMentionedByAllItsSpellings(t *testing.T) {
	out := map[schema.Identifier]bool{}
	ids, ok := OptOut("ann.ivers+news@gmail.com")
	require.True(t, ok)
	for _, id := range ids {
		out[id] = true
	}
	for _, text := range []string{
		"annivers@gmail.com", `{"EMAIL":"A.n.n.Ivers@GoogleMail.com"}`, normal.SHA1("annivers@gmail.com"), normal.MD5("Ann.Ivers+News@gmail.com"),
	} {
		require.True(t, slices.ContainsFunc(slices.Collect(Mentions(text)), func(id schema.Identifier) bool { return out[id] }), text)
	}
	for text, hashed := range map[string]string{
		`{"EMAIL":"eva@acme.example"}`: "Eva@acme.example", `{"NOTE":"eva.jost@acme.example"}`: "EVA.JOST@ACME.EXAMPLE",
		`{"EMAIL":"eVA@acme.example"}`: "eVA@acme.example", `{"EMAIL":" eva@acme.example"}`: " eva@acme.example",
	} {
		for _, id := range addressHashes(hashed) {
			require.Contains(t, slices.Collect(Mentions(text)), id, text)
		}
	}
}

// encodedAs encodes what is no letter or digit.
func encodedAs(s string, encode func(byte) string) string {
	var b strings.Builder
	for i := range len(s) {
		if normal.IsAlphanumeric(s[i]) || s[i] >= utf8.RuneSelf {
			b.WriteByte(s[i])
			continue
		}
		b.WriteString(encode(s[i]))
	}
	return b.String()
}

// TestNobodyComesInThroughAWrapping holds Mentions to whatever Contact makes of a value.
func TestNobodyComesInThroughAWrapping(t *testing.T) {
	names := slices.Sorted(maps.Keys(wraps))
	draws, read := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		draws++
		local := rapid.StringMatching(`[a-z]{2,6}([._+'-][a-z0-9]{1,5})?`).Draw(t, "local")
		sent := map[string]string{
			"BUSINESS_EMAIL": local + "@acme-" + rapid.StringMatching(`[a-z]{2,5}`).Draw(t, "domain") + ".example",
			"LINKEDIN_URL":   rapid.SampledFrom([]string{"https://www.linkedin.com/in/", "linkedin.com/in/", "/in/", "https://uk.linkedin.com/pub/"}).Draw(t, "host") + rapid.StringMatching(`[a-zé]{2,6}(-[a-z0-9']{1,5})?`).Draw(t, "slug"),
			"HEM_SHA256":     normal.SHA256(rapid.StringMatching(`[a-z]{3,8}@x\.example`).Draw(t, "hashed")),
		}
		for _, wrap := range rapid.SliceOfN(rapid.SampledFrom(names), 0, 4).Draw(t, "wraps") {
			for field, s := range sent {
				sent[field] = wraps[wrap](s)
			}
		}
		payload, err := json.Marshal(sent)
		require.NoError(t, err)
		n, err := Contact(schema.AudienceLab, "1", payload)
		require.NoError(t, err)
		found := map[string]bool{}
		for id := range Mentions(string(payload)) {
			found[id.Value] = true
		}
		for _, id := range n.Identifiers {
			if id.Kind == schema.Spelling {
				require.True(t, found[normal.MD5(id.Value)], "%s of %s", id.Value, payload)
				id.Value = normal.SHA256(id.Value)
			}
			require.True(t, found[id.Value], "%s %s of %s", id.Kind, id.Value, payload)
			read++
		}
	})
	require.Greater(t, read, draws, "most wrappings are seen through")
}

// Whatever a vendor sends is read in time that grows with its length alone: read anew from
// each place to its end, these would take hours.
func TestNoTextHoldsUpTheLookForPeople(t *testing.T) {
	for _, unit := range []string{
		"@", "a@b.example ", "é@é.example", "a@b.", "%25", "%", "%u", "%FC", "&amp;", "&", "&#38;#38;", `\`, `\\u0040`, `\u{`, `\x`, "x.com/", "linkedin.com/in/",
		"[", `{"a":`, `"[`, `\"`, "İ", "𝗮@", "\xff", "0a",
	} {
		text := strings.Repeat(unit, 1<<17/len(unit))
		for range Mentions(text) {
		}
		for range Words(text) {
		}
		require.Contains(t, slices.Collect(Mentions(text+" ann.lee@acme.example")), addressHashes("ann.lee@acme.example")[0], unit)
	}
}
