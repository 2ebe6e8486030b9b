package normal

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A value may be as long as a payload: what is no link, address or number by its
// length alone, or wrapped more often than anybody does, is nobody's and takes no time.
// Read step by step, and each time to its end, they would take hours.
func TestNoValueHoldsUpARun(t *testing.T) {
	for _, unit := range []string{
		`"`, "'", "‘", "(", "[", "{", "<", ">", "<b", "&amp;", "%25", `\`, "• ", "x.com/", "linkedin.com/in/", "in/in/", `"a":`, `"x,`,
		"a@b.com ", "@", "e\u0301", "\xff",
	} {
		s, short := strings.Repeat(unit, 1<<14/len(unit))+"\xff", strings.Repeat(unit, 4000/len(unit))+"\xff"
		for _, read := range []func(string) (string, bool){Email, LinkedInSlug, TwitterHandle, FacebookHandle, TwitterUserID} {
			got, ok := read(s)
			require.False(t, ok, "%s: %s", unit, got)
			got, ok = read(short)
			require.False(t, ok, "%s: %s", unit, got)
		}
		for _, piece := range []string{s, short, "[" + s + "]", `{"a":` + s + "}"} {
			require.Equal(t, Unwrap(piece), Unwrap(Unwrap(piece)), unit)
			repaired, _ := Repair(piece)
			again, _ := Repair(repaired)
			require.Equal(t, repaired, again, unit)
			require.NotEmpty(t, Emails([]string{piece}), unit)
		}
	}
}
