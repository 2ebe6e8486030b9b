package mask

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMailAddressesAreMaskedInEveryForm(t *testing.T) {
	for text, want := range map[string]string{
		"from jane.doe@example.com: no":                "from [address]: no",
		"O'Brien+x@example.org, a@b":                   "[address], [address]",
		"field 'jane@example.com' is wrong":            "field '[address]' is wrong",
		`{"email":"jane@example.com","n":1}`:           `{"email":"[address]","n":1}`,
		"/x?email=jane%40example.com&page=2":           "/x?email=[address]&page=2",
		"<jürgen@müller.example>":                      "<[address]>",
		"jane@ex_ample.com":                            "[address]",
		`{"msg":"of \"jane@example.com\" and \\"}`:     `{"msg":"of \"[address]\" and \\"}`,
		`{"email":"jane@m\u00fcller.example"}`:         `{"email":"[address]"}`,
		"no address: @handle, 5 @ 3, user at home.org": "no address: @handle, 5 @ 3, user at home.org",
		"": "",
	} {
		require.Equal(t, want, Addresses(text), "%q", text)
	}
}

func TestAnExcerptIsShortAndHoldsNoSecretsAndNoPeople(t *testing.T) {
	require.Equal(t, "key=[secret] [secret] on 2026-11-20 call [number] or [address]; hash [hash]",
		Excerpt("key=abcdef\n\tBearer abc.def.ghi on 2026-11-20 call +1 (202) 555-0123 or jane@example.com; hash "+strings.Repeat("0af9", 16), 200))
	require.Equal(t, "ab…", Excerpt("abcdef", 3))
	require.Equal(t, "äöü", Excerpt(" äöü\x00\n", 3))
}
