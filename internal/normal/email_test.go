package normal

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEmailIsBroughtIntoNormalForm(t *testing.T) {
	for sent, want := range map[string]string{
		"jane@example.com":                             "jane@example.com",
		"  Jane.DOE@Example.COM \n":                    "jane.doe@example.com",
		"mailto:jane@example.com?subject=Hi":           "jane@example.com",
		"MAILTO:jane%2Bx@example.com":                  "jane+x@example.com",
		"Jane Doe <jane@example.com>":                  "jane@example.com",
		"jane@example.com (Jane)":                      "jane@example.com",
		"<jane@example.com>":                           "jane@example.com",
		"'jane@example.com'":                           "jane@example.com",
		"jane+news@example.com":                        "jane+news@example.com",
		"o'hara@example.com":                           "o'hara@example.com",
		"jane@example.com.":                            "jane@example.com",
		"jane@MÜNCHEN.example":                         "jane@xn--mnchen-3ya.example",
		"jane@xn--mnchen-3ya.example":                  "jane@xn--mnchen-3ya.example",
		"jane@mail.example.co.uk":                      "jane@mail.example.co.uk",
		"jane\u200b@example.com":                       "jane@example.com",
		strings.Repeat("a", 64) + "@example.com":       strings.Repeat("a", 64) + "@example.com",
		"":                                             "",
		"jane":                                         "",
		"jane@":                                        "",
		"@example.com":                                 "",
		"jane@localhost":                               "",
		"jane@example.local":                           "",
		"jane@example.invalid":                         "",
		"jane@[192.0.2.1]":                             "",
		"jane@192.0.2.1":                               "",
		"jane@example.c":                               "",
		"jane@-example.com":                            "",
		"jane@exa_mple.com":                            "",
		"jane..doe@example.com":                        "",
		".jane@example.com":                            "",
		"jane doe@example.com":                         "",
		`"jane doe"@example.com`:                       "",
		"jäne@example.com":                             "",
		"jane@example@example.com":                     "",
		strings.Repeat("a", 65) + "@example.com":       "",
		"jane@" + strings.Repeat("a.", 130) + "com":    "",
		"jane@" + strings.Repeat("a", 64) + ".example": "",
	} {
		got, ok := Email(sent)
		require.Equal(t, want != "", ok, sent)
		require.Equal(t, want, got, sent)
	}
}

func TestTheListOfRolesHoldsNothingThatTheRulesWouldNotFind(t *testing.T) {
	require.NotEmpty(t, roles)
	for role := range roles {
		require.Equal(t, strings.ToLower(role), role)
		require.True(t, isDotAtom(role), role)
		require.NotContains(t, role, "+")
	}
}

func TestEmailIsFoundInWhatIsWrittenAroundIt(t *testing.T) {
	const jane = "jane@example.com"
	for _, sent := range []string{
		"email: jane@example.com", "Email:jane@example.com", "E-Mail jane@example.com", "smtp:jane@example.com", "SMTP:jane@example.com", "work: jane@example.com",
		"mailto:jane@example.com", "mailto://jane@example.com", "mailto: jane@example.com", "Mailto:Jane@Example.com?subject=x&cc=bob@example.com"[:34],
		"jane@example.com - old", "jane@example.com [bounced]", "jane@example.com (work)", "jane@example.com (Jane)", "jane@example.com bounced",
		"jane@example.com:", "jane@example.com;", "jane@example.com.", "jane@example.com,", "jane@example.com/", "jane@example.com*", "jane@example.com!",
		"jane@example.com(work)", "(work) jane@example.com", "[work]jane@example.com", "Jane Doe (work)jane@example.com",
		`"Jane Doe"jane@example.com`, "m: jane@example.com", "Work - jane@example.com", "Jane Doe: jane@example.com",
		"Jane Doe (jane@example.com)",
		"[jane@example.com](mailto:jane@example.com)", `<a href="mailto:jane@example.com">jane@example.com</a>`,
		`<a href='mailto:jane@example.com?subject=Hi'>Mail</a>`,
		"&lt;jane@example.com&gt;", "jane&#64;example.com", "jane&#x40;example.com", "jane%40example.com", "jane%2540example.com",
		`jane\u0040example.com`, "jane＠example.com",
		"ｊａｎｅ＠ｅｘａｍｐｌｅ．ｃｏｍ", `="jane@example.com"`, "`jane@example.com`", "“jane@example.com”", "«jane@example.com»", "{jane@example.com}",
		"[jane@example.com]", "【jane@example.com】",
		"jane @ example.com", "jane@ example.com", "jane @example.com", "jane(at)example.com", "jane [at] example [dot] com",
		`"Doe, Jane" <jane@example.com>`, "Jane Doe <jane@example.com> (work)", "jane@example.com <Jane Doe>",
		"Jane Doe<mailto:jane@example.com>", `"jane"@example.com`,
		"📧 jane@example.com", "📧jane@example.com", "• jane@example.com", "**jane@example.com**", "邮箱：jane@example.com",
		"email=jane@example.com", "?email=jane@example.com&id=3",
		"jane@example.com?subject=Hi", "jane@example.com \u200b", `\"jane@example.com\"`, `jane@example.com\n`, "jane@example.com…",
		"<jane@example.com", "jane@example.com>",
		"Jane Doe jane@example.com", "jane jane@example.com", "1. jane@example.com", "jane@example.com'", "<b>jane@example.com</b>",
		"jane@example.com<br>", "my email is jane@example.com", "jane@example.com | home",
	} {
		got, ok := Email(sent)
		require.True(t, ok, sent)
		require.Equal(t, jane, got, sent)
	}
	for _, sent := range []string{
		"a@b.com@c.com", "jane@example.com@acme.com", "jane@example.combob@example.com", "jane doe@example.com", "Jane doe@example.com",
		"Jane Doe@example.com", "jane. doe@example.com", "jane- doe@example.com",
		"jane@example. com", "jane@gmail com", "jane@acme.co uk", "jane@example.com .au", "jane@example.com's", "jane@exa_mple.com",
		"jane@example.com-old", "jane@example.c0m",
		"meet @ 5pm", "@jane", "jane@", "Jane @ Example.com", "CEO @ Booking.com", "jane @ acme", "see https://x.example/@jane",
		"https://jane@example.com/x", "ftp://jane:pw@example.com",
		"test(remark)jane@example.com", "test.(remark)jane@example.com", "test[x]jane@example.com", "test)jane@example.com",
		`test"x"jane@example.com`, `test"jane@example.com`,
		"test“x”jane@example.com", "test»jane@example.com", "m\njane@example.com", `m\njane@example.com`, `o jane@example.com`, "é(x)jane@example.com",
		"jäne@example.com", "😀 jäne@example.com", "jane😀doe@example.com", "jane.@example.com", `"jane doe"@example.com`,
		`\\jane\doe@example`, "jane at example.com", "user%40example.com@relay.example",
	} {
		got, ok := Email(sent)
		require.False(t, ok, "%s: %s", sent, got)
	}
}

func TestEmailsAreToldApart(t *testing.T) {
	for sent, want := range map[string][]string{
		"a@x.com":                      {"a@x.com"},
		"a@x.com,b@x.com":              {"a@x.com", "b@x.com"},
		"a@x.com,,b@x.com":             {"a@x.com", "", "b@x.com"},
		"a@x.com b@x.com":              {"a@x.com", "b@x.com"},
		"a@x.com\nb@x.com":             {"a@x.com", "b@x.com"},
		"a@x.com / b@x.com":            {"a@x.com", "b@x.com"},
		"a@x.com/b@x.com":              {"a@x.com", "b@x.com"},
		"a@x.com or b@x.com":           {"a@x.com", "b@x.com"},
		"a@x.com & b@x.com":            {"a@x.com", "b@x.com"},
		"a@x.com (b@x.com)":            {"a@x.com", "b@x.com"},
		"A <a@x.com> B <b@x.com>":      {"a@x.com", "b@x.com"},
		"a@x.com <a@x.com>":            {"a@x.com"},
		`"Doe, A" <a@x.com>, b@x.com`:  {"a@x.com", "b@x.com"},
		"{a@x.com,b@x.com}":            {"a@x.com", "b@x.com"},
		`{"a@x.com","b@x.com"}`:        {"a@x.com", "b@x.com"},
		`["a@x.com", null, "b@x.com"]`: {"a@x.com", "", "b@x.com"},
		"['a@x.com', 'b@x.com']":       {"a@x.com", "b@x.com"},
		"a&#64;x.com;b&#64;x.com":      {"a@x.com", "b@x.com"},
		"a%40x.com%2Cb%40x.com":        {"a@x.com", "b@x.com"},
		"[a@x.com](mailto:a@x.com)":    {"a@x.com"},
		"<mailto:a@x.com|a@x.com>":     {"a@x.com", "a@x.com"},
		"SMTP:a@x.com;smtp:b@x.com":    {"a@x.com", "b@x.com"},
		"a@x.com or b@x.com, c@x.com":  {"a@x.com", "c@x.com", "b@x.com"},
		"a@x.com@b.com":                {""},
		`["Doe, A <a@x.com>"]`:         {"", "a@x.com"},
	} {
		var got []string
		for _, s := range Emails([]string{sent}) {
			address, _ := Email(s)
			got = append(got, address)
		}
		require.Equal(t, want, got, sent)
	}
}
