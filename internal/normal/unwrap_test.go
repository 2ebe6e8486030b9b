package normal

import (
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestUnwrapLeavesTheValue(t *testing.T) {
	for sent, want := range map[string]string{
		"":                                      "",
		"acme.com":                              "acme.com",
		"+1 212 5550123":                        "+1 212 5550123",
		"(212) 555-0123":                        "(212) 555-0123",
		"(212) 555-0123 (mobile)":               "(212) 555-0123 (mobile)",
		"https://x.example/?a=1&copy=2&amp;b=3": "https://x.example/?a=1&copy=2&b=3",
		"https://x.example/a_(b)":               "https://x.example/a_(b)",
		"https://x.example/100%":                "https://x.example/100%",
		"Jane Doe <jane@example.com>":           "Jane Doe <jane@example.com>",
		"o'hara@example.com":                    "o'hara@example.com",
		"_jane_":                                "_jane_",
		"@jane":                                 "@jane",

		"jane&#64;example.com":                       "jane@example.com",
		"jane&#x40;example.com":                      "jane@example.com",
		"jane&#64example.com":                        "jane@example.com",
		"jane&commat;example&period;com":             "jane@example.com",
		"o&amp;#39;hara@example.com":                 "o'hara@example.com",
		"o&amp;amp;#39;hara@example.com":             "o'hara@example.com",
		"&lt;jane@example.com&gt;":                   "jane@example.com",
		"&quot;acme.com&quot;":                       "acme.com",
		"acme.com&nbsp;":                             "acme.com",
		"https%3A%2F%2Fx.example%2Fin%2Fjane":        "https://x.example/in/jane",
		"https%253A%252F%252Fx.example":              "https://x.example",
		"acme.com%20":                                "acme.com",
		"jane%40example.com":                         "jane@example.com",
		"jos%C3%A9":                                  "josé",
		"jos%E9":                                     "jos%E9",
		"50% off":                                    "50% off",
		`https:\/\/x.example\/in\/jane`:              "https://x.example/in/jane",
		`\"jane@example.com\"`:                       "jane@example.com",
		`jane\u0040example.com`:                      "jane@example.com",
		`jane\_doe@example.com`:                      "jane_doe@example.com",
		`in/jane-\ud83d\ude80`:                       "in/jane-🚀",
		`jane@example.com\r\n`:                       "jane@example.com",
		`="02134"`:                                   "02134",
		`=HYPERLINK("https://x.example","Jane")`:     "https://x.example",
		"'02134":                                     "02134",
		"=02134":                                     "02134",
		`"acme.com"`:                                 "acme.com",
		`""acme.com""`:                               "acme.com",
		`'"acme.com"'`:                               "acme.com",
		"“acme.com”":                                 "acme.com",
		"„acme.com“":                                 "acme.com",
		"‘acme.com’":                                 "acme.com",
		"`acme.com`":                                 "acme.com",
		"«acme.com»":                                 "acme.com",
		"‹acme.com›":                                 "acme.com",
		"「acme.com」":                                 "acme.com",
		"https://x.example/in/jane\"":                "https://x.example/in/jane",
		"<https://x.example>":                        "https://x.example",
		"(https://x.example)":                        "https://x.example",
		"[https://x.example]":                        "https://x.example",
		"{https://x.example}":                        "https://x.example",
		"[[acme.com]]":                               "acme.com",
		"【acme.com】":                                 "acme.com",
		"(acme.com":                                  "acme.com",
		"acme.com)":                                  "acme.com",
		"[acme.com](http://acme.com)":                "http://acme.com",
		"[Acme](http://acme.com \"Acme\")":           "http://acme.com",
		"[Acme](<http://acme.com>).":                 "http://acme.com",
		"[acme.com]()":                               "acme.com",
		`<a href="http://acme.com">Acme</a>`:         "http://acme.com",
		`<A class=x HREF='http://acme.com'>Acme`:     "http://acme.com",
		`<a href=http://acme.com>Acme</a>`:           "http://acme.com",
		`&lt;a href=&quot;http://acme.com&quot;&gt;`: "http://acme.com",
		"<p>acme.com</p>":                            "acme.com",
		"acme.com<br/>":                              "acme.com",
		"**acme.com**":                               "acme.com",
		"• acme.com":                                 "acme.com",
		"- acme.com":                                 "acme.com",
		"acme.com.":                                  "acme.com",
		"acme.com,":                                  "acme.com",
		"acme.com;":                                  "acme.com",
		"acme.com:":                                  "acme.com",
		"acme.com!":                                  "acme.com",
		"ａｃｍｅ．ｃｏｍ":                                   "acme.com",
		"jane＠example.com":                           "jane@example.com",
		" \u200bacme.com\u00a0\r\n":                  "acme.com",
	} {
		require.Equal(t, want, Unwrap(sent), sent)
		require.Equal(t, want, Unwrap(want), sent)
	}
}

func TestSplitTakesListTextApart(t *testing.T) {
	for sent, want := range map[string][]string{
		`["a","b"]`:                      {"a", "b"},
		`[ "a" , "b" ]`:                  {"a", "b"},
		`["a",null,"b"]`:                 {"a", "", "b"},
		`["a","","b"]`:                   {"a", "", "b"},
		`["a, b","c"]`:                   {"a", "b", "c"},
		`["a\"b"]`:                       {`a"b`},
		`[["a"],["b"]]`:                  {"a", "b"},
		`["a"]`:                          {"a"},
		`[1, 2]`:                         {"1", "2"},
		`[]`:                             {""},
		`{}`:                             {""},
		`['a', 'b']`:                     {"a", "b"},
		`['o'hara', None]`:               {"o'hara", ""},
		`[u'a', u'b']`:                   {"a", "b"},
		`('a', 'b')`:                     {"a", "b"},
		`('a',)`:                         {"a"},
		`{'a', 'b'}`:                     {"a", "b"},
		`{a,b}`:                          {"a", "b"},
		`{"a","b"}`:                      {"a", "b"},
		`{a,NULL,"b c"}`:                 {"a", "", "b c"},
		`{"work":"a","home":"b"}`:        {"a", "b"},
		`[&quot;a&quot;, &quot;b&quot;]`: {"a", "b"},
		"a\nb":                           {"a", "b"},
		"a\r\nb\r\n":                     {"a", "b"},
		"a\tb":                           {"a", "b"},
		"a\t\tb":                         {"a", "", "b"},
		"a\u2028b":                       {"a", "b"},
		"a&#64;b":                        {"a@b"},
		"a&amp;b;c":                      {"a&b", "c"},
		"(212) 555-0123":                 {"(212) 555-0123"},
		"[a](b)":                         {"[a](b)"},
		"[a] b [c]":                      {"[a] b [c]"},
		"a]":                             {"a]"},
		"[a":                             {"[a"},
	} {
		require.Equal(t, want, Split([]string{sent}, Separators), sent)
	}
	require.Equal(t, []string{"a", "b", "c"}, Split([]string{`["a","b"]`, "c"}, Separators))
}

func FuzzUnwrap(f *testing.F) {
	for _, s := range []string{"&amp;#64;", "%2525", `\\u0040`, `="'[x](y)'"`, "<a href='&lt;b&gt;'>", "「(＂a＂)」", "'''", "*a*", "a\\", "[x](", "<p", "&semi;", "&#38;#38;"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := Unwrap(s)
		require.Equal(t, once, Unwrap(once), "from %q", s)
		require.True(t, !utf8.ValidString(s) || utf8.ValidString(once), "%q", s)
		require.Equal(t, once, Text(once), "from %q", s)
		_ = Split([]string{s}, Separators)
		_ = Emails([]string{s})
	})
}

func TestBareValuesCostNothing(t *testing.T) {
	for _, s := range []string{"jane@example.com", "https://www.linkedin.com/in/jane-doe", "+12125550123", "(212) 555-0123", "acme.com", "Jane Doe", "O'Brien", "Director of Sales"} {
		require.Zero(t, testing.AllocsPerRun(10, func() { _ = Unwrap(s) }), s)
		require.Zero(t, testing.AllocsPerRun(10, func() { _, _ = Repair(s) }), s)
	}
}
