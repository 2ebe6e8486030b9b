package mask

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"text/template"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// disguises are the ways in which a text may come to stand in an answer.
var disguises = map[string]func(string) string{
	"as it is":       func(s string) string { return s },
	"in JSON":        inJSON,
	"in JSON twice":  func(s string) string { return inJSON(inJSON(s)) },
	"with \\/":       func(s string) string { return strings.ReplaceAll(inJSON(s), "/", `\/`) },
	"in HTML":        template.HTMLEscapeString,
	"in HTML twice":  func(s string) string { return template.HTMLEscapeString(template.HTMLEscapeString(s)) },
	"in XML":         inXML,
	"in a query":     url.QueryEscape,
	"in a path":      url.PathEscape,
	"twice in a URL": func(s string) string { return url.QueryEscape(url.QueryEscape(s)) },
	"small percents": func(s string) string { return strings.ToLower(each(s, "%%%02x")) },
	"all percents":   func(s string) string { return each(s, "%%%02X") },
	"\\u":            func(s string) string { return each(s, `\u%04x`) },
	"\\U":            func(s string) string { return each(s, `\u%04X`) },
	"&#x":            func(s string) string { return each(s, "&#x%X;") },
	"&#x0":           func(s string) string { return each(s, "&#X00%x;") },
	"&#":             func(s string) string { return each(s, "&#%d;") },
	"&# without end": func(s string) string { return each(s, "&#%d") },
}

func inJSON(s string) string {
	b, _ := json.Marshal(s)
	return string(b[1 : len(b)-1])
}

func inXML(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s))
	return b.String()
}

// each writes every byte of a text that is ASCII.
func each(s, format string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, format, s[i])
	}
	return b.String()
}

func TestASecretIsMaskedInAnyDisguise(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secret := rapid.StringMatching(`[!-~]{8,40}`).Draw(t, "secret")
		pattern := Disguised(secret)
		for name, disguise := range disguises {
			text := "<" + disguise(secret) + ">"
			require.NotContains(t, pattern.ReplaceAllLiteralString(text, ""), disguise(secret), name)
			require.True(t, pattern.MatchString(text), "%s: %s", name, text)
		}
		mixed := ""
		for _, r := range secret {
			disguise := disguises[rapid.SampledFrom([]string{"in JSON", "in HTML", "in a query", "\\u", "&#x", "&#"}).Draw(t, "disguise")]
			mixed += disguise(string(r))
		}
		require.True(t, pattern.MatchString(mixed), mixed)
	})
}

func TestNothingButTheSecretIsMasked(t *testing.T) {
	pattern := Disguised("ab/cd+ef==12345")
	for _, text := range []string{"", "ab/cd+ef==1234", "ab cd+ef==12345", "abxcd+ef==12345"} {
		require.False(t, pattern.MatchString(text), text)
	}
	require.Nil(t, Disguised(""))
	require.True(t, Disguised("ключ\U0001F511").MatchString(`\u043a\u043b\u044e\u0447\ud83d\udd11`))
}
