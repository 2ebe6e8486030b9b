package normal

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTextIsCleaned(t *testing.T) {
	for sent, want := range map[string]string{
		"plain":                 "plain",
		"  two   words\r\n":     "two words",
		"line\nbreak\tand tab":  "line break and tab",
		"null\x00byte\x7f":      "nullbyte",
		"no\u00a0break":         "no break",
		"zero\u200bwidth\ufeff": "zerowidth",
		"\u202eevil\u202c":      "evil",
		"a\u2063b\u3164c":       "abc",
		"a\u2800b":              "a b",
		"Zoe\u0308":             "Zoë",
		"می\u200cخواهم":         "می\u200cخواهم",
		"$75,000 to $99,999":    "$75,000 to $99,999",
		" ":                     "",
		"":                      "",
		"a ":                    "a",
	} {
		require.Equal(t, want, Text(sent), "%q", sent)
	}
}

func TestSpellingsOfNothingAreNull(t *testing.T) {
	for _, s := range []string{"", "null", "NULL", "Null", "none", "nan", "NaN", "n/a", "N/A", "-", "undefined"} {
		require.True(t, IsNull(s), s)
	}
	for _, s := range []string{"0", "no", "Nancy", "nonesuch", "na", "unknown"} {
		require.False(t, IsNull(s), s)
	}
}

func TestSplitKeepsPositions(t *testing.T) {
	require.Equal(t, []string{"a", "", "b", ""}, Split([]string{"a,, b;"}, ",;|"))
	require.Equal(t, []string{"", "a"}, Split([]string{"", "a"}, ","))
	require.Empty(t, Split(nil, ","))
}
