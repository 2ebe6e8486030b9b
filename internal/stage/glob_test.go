package stage

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAPatternStandsForAnyLetters(t *testing.T) {
	for pattern, names := range map[string]struct{ yes, no []string }{
		"NET_WORTH":   {[]string{"NET_WORTH", "net_worth"}, []string{"NET_WORTH_2", "NET", ""}},
		"SKIPTRACE_*": {[]string{"SKIPTRACE_", "SKIPTRACE_A/B", "skiptrace_b2b_\n[x]"}, []string{"SKIPTRACE", "A_SKIPTRACE_B"}},
		"*":           {[]string{"", "a/b", "ü"}, nil},
		"*_URL":       {[]string{"_URL", "a/b_url", "A_URL_URL"}, []string{"A_URLS"}},
		"A*B*C":       {[]string{"ABC", "AxBxC", "ABBCC", "A/B/C"}, []string{"ACB", "ABCD"}},
		"FIELD?":      {[]string{"FIELD1", "field/", "FIELDÜ"}, []string{"FIELD", "FIELD12"}},
		"**A?*":       {[]string{"AB", "xxAyzz"}, []string{"A", "B"}},
		"utm[source]": {[]string{"utm[source]"}, []string{"utms"}},
		`a\*`:         {[]string{`a\`, `a\b`}, []string{"a*"}},
	} {
		for _, name := range names.yes {
			require.True(t, matches(pattern, name), "%q means %q", pattern, name)
		}
		for _, name := range names.no {
			require.False(t, matches(pattern, name), "%q does not mean %q", pattern, name)
		}
	}
}
