package suppression_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"contactsync/internal/normal"
	"contactsync/internal/suppression"
	"contactsync/schema"
	"contactsync/transform"

	"github.com/stretchr/testify/require"
)

// escapings are how programs write a text into another. Each may be put around any other.
var escapings = map[string]func(string) string{
	"JSON in ASCII":      func(s string) string { return escaped(s, `\u%04x`, func(r rune) bool { return r > '~' }) },
	"JSON's slashes":     func(s string) string { return strings.ReplaceAll(asJSON(s), "/", `\/`) },
	"JSON, every letter": func(s string) string { return escaped(s, `\u%04X`, func(rune) bool { return true }) },
	"JSON, the first letter": func(s string) string {
		first := []rune(s)[:1]
		return escaped(string(first), `\u%04x`, isAny) + s[len(string(first)):]
	},
	"JSON in JSON":         func(s string) string { return asJSON(asJSON(s)) },
	"a document of JSON":   func(s string) string { return `{"NOTE":` + asJSON(s) + `}` },
	"a document in a text": func(s string) string { return asJSON(`["x",{"NOTE":` + asJSON(s) + `}]`) },
	"percent":              url.QueryEscape,
	"percent, every byte":  func(s string) string { return percent(s, "%%%02X", func(byte) bool { return true }) },
	"percent, dots and small": func(s string) string {
		return percent(s, "%%%02x", func(b byte) bool { return b == '.' || b == '@' || b > '~' })
	},
	"entities":         func(s string) string { return escaped(s, "&#%d;", isOther) },
	"entities in hex":  func(s string) string { return escaped(s, "&#x%X;", isAny) },
	"entities by name": strings.NewReplacer("@", "&commat;", ".", "&period;", "/", "&sol;", "ü", "&uuml;", "é", "&eacute;", "&", "&amp;").Replace,
	"JavaScript": func(s string) string {
		return percent(s, `\x%02x`, func(b byte) bool { return b == '@' || b == '.' || b == '-' })
	},
	"JavaScript's escape": func(s string) string { return escaped(s, "%%u%04X", isOther) },
	"code points":         func(s string) string { return escaped(s, `\u{%x}`, isOther) },
	"full width":          func(s string) string { return strings.NewReplacer("@", "＠", ".", "．", "/", "／").Replace(s) },
}

func isAny(rune) bool     { return true }
func isOther(r rune) bool { return r > '~' || !normal.IsAlphanumeric(byte(r)) }

func escaped(s, format string, which func(rune) bool) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case !which(r):
			b.WriteRune(r)
		case r > 0xFFFF && strings.HasPrefix(format, `\u%`):
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, format+format, high, low)
		default:
			fmt.Fprintf(&b, format, r)
		}
	}
	return b.String()
}

func percent(s, format string, which func(byte) bool) string {
	var b strings.Builder
	for i := range len(s) {
		if !which(s[i]) {
			b.WriteByte(s[i])
			continue
		}
		fmt.Fprintf(&b, format, s[i])
	}
	return b.String()
}

func asJSON(s string) string {
	text, _ := json.Marshal(s)
	return string(text)
}

// known are people who must stay out, each by an identifier of another kind, and how a
// vendor's text names them.
func known(t testing.TB) (out suppression.Set, texts map[string]string, bare map[string]string) {
	t.Helper()
	out = suppression.Set{}
	for _, entry := range []string{"vera@acme.example", "x@münchen.example", "jörg@acme.example", "eva.jost+x@gmail.com", normal.MD5("only@hash.example"),
		normal.SHA1("only@hash.example"), normal.SHA256("only@hash.example")} {
		ids, ok := transform.OptOut(entry)
		require.True(t, ok, entry)
		for _, id := range ids {
			out[suppression.Hash(id.Kind, id.Value)] = true
		}
	}
	for _, id := range []schema.Identifier{
		{Kind: schema.LinkedIn, Value: "josé-núñez"}, {Kind: schema.TwitterHandle, Value: "vera_k"}, {Kind: schema.Facebook, Value: "vera.keller"},
		{Kind: schema.VendorID(schema.AudienceLab), Value: "ab-12:ö.7"}, {Kind: schema.SSID, Value: "ss-99"},
	} {
		out[suppression.Hash(id.Kind, id.Value)] = true
	}
	return out, map[string]string{
			"an address": "vera@acme.example", "an address in capitals": "VERA@ACME.EXAMPLE", "an IDN": "x@münchen.example", "an IDN in ASCII": "x@xn--mnchen-3ya.example",
			"a local part": "jörg@acme.example", "a local part in capitals": "JÖRG@acme.example", "a mailbox": "EvaJost@googlemail.com",
			"MD5": normal.MD5("only@hash.example"), "SHA-1 in capitals": strings.ToUpper(normal.SHA1("only@hash.example")), "SHA-256": normal.SHA256("only@hash.example"),
			"a hash of an address": normal.SHA256("vera@acme.example"), "a profile": "https://www.linkedin.com/in/josé-núñez/", "a profile in capitals": "LinkedIn.com/in/JOSÉ-NÚÑEZ",
			"a link to Twitter": "https://twitter.com/Vera_K", "a link to X": "see x.com/vera_k?s=20", "a link to Facebook": "https://www.facebook.com/vera.keller",
		}, map[string]string{
			"a vendor's id": "ab-12:ö.7", "a handle": "@Vera_K", "an ss_id": "ss-99", "a Facebook name": "vera.keller", "a slug": "josé-núñez",
		}
}

// TestNobodyComesBackEscaped looks for every kind of identifier behind every escaping, and
// behind pairs and threes of them, in a field that no rule reads and in what is no record.
func TestNobodyComesBackEscaped(t *testing.T) {
	t.Parallel()
	out, texts, bare := known(t)
	names := slices.Sorted(maps.Keys(escapings))
	check := func(what, text string, ids bool, by ...string) {
		t.Helper()
		for _, name := range by {
			text = escapings[name](text)
		}
		document := `{"UNKNOWN_FIELD":` + asJSON("remark: "+text) + `}`
		if !ids {
			require.True(t, out.Mentions(schema.AudienceLab, document, false), "%s by %q, in a field: %s", what, by, document)
			return
		}
		require.True(t, out.Mentions(schema.AudienceLab, text, true), "%s by %q: %s", what, by, text)
		require.True(t, out.Mentions(schema.AudienceLab, document[:len(document)-1], true), "%s by %q, in a field: %s", what, by, document)
	}
	for ids, all := range map[bool]map[string]string{false: texts, true: bare} {
		for what, text := range all {
			check(what, text, ids)
			for i, a := range names {
				check(what, text, ids, a)
				for j, b := range names {
					check(what, text, ids, a, b)
					check(what, text, ids, a, b, names[(i+3*j)%len(names)]) // of all threes one for each two
				}
			}
		}
	}
}

// FuzzNobodyComesBackEscaped takes the threes, and more, that the table leaves out.
func FuzzNobodyComesBackEscaped(f *testing.F) {
	f.Add([]byte{0, 5, 9, 14}, uint8(1), "a\\", "%4")
	out, texts, _ := known(f)
	names, people := slices.Sorted(maps.Keys(escapings)), slices.Sorted(maps.Values(texts))
	f.Fuzz(func(t *testing.T, by []byte, whom uint8, before, after string) {
		text := people[int(whom)%len(people)]
		for _, i := range by[:min(len(by), 4)] {
			if text = escapings[names[int(i)%len(names)]](text); len(text) > 1<<16 {
				t.Skip("longer than any field")
			}
		}
		require.True(t, out.Mentions(schema.AudienceLab, before+" "+text+" "+after, false), text)
	})
}

// Nobody else is taken for one of them.
func TestEscapedTextsOfOthersStayIn(t *testing.T) {
	t.Parallel()
	out, _, _ := known(t)
	for _, text := range []string{"vera@acme.example.org", "overa@acme.example", "x@munchen.example", "jorg@acme.example", "linkedin.com/in/jose-nunez", "twitter.com/vera_k2", "notx.com/vera_k", "vera_k"} {
		for name, escape := range escapings {
			require.False(t, out.Mentions(schema.AudienceLab, `{"NOTE":`+asJSON(escape(text))+`}`, false), "%s by %s", text, name)
		}
	}
}
