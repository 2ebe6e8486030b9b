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
