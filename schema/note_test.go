package schema

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNotesAreReadAsWritten(t *testing.T) {
	for _, n := range []Note{{"MOBILE_PHONE", CauseInvalidNumber}, {"DNC", "a cause of later: with a colon"}, {Field: "x"}} {
		require.Equal(t, n, ParseNote(n.String()))
	}
}

func TestCausesAreAClosedListWithTheirColumns(t *testing.T) {
	seen := map[Cause]bool{}
	for _, c := range Causes {
		require.False(t, seen[c.Cause], c.Cause)
		seen[c.Cause] = true
		require.Contains(t, []Outcome{Dropped, Repaired, Unlinked}, c.Outcome)
		known := slices.ContainsFunc(ProfileColumns, func(p Column[Profile]) bool { return p.Name == c.Column })
		require.True(t, known || c.Column == "", c.Column)
		require.Equal(t, c, c.Cause.Info())
	}
	require.Equal(t, CauseInfo{Cause: "of later"}, Cause("of later").Info())
}

// TestCausesAreDocumented keeps the table of docs/normalising.md equal to the list.
func TestCausesAreDocumented(t *testing.T) {
	text, err := os.ReadFile("../docs/normalising.md")
	require.NoError(t, err)
	for _, c := range Causes {
		row := fmt.Sprintf("| %s | %s | `%s` |\n", c.Cause, c.Outcome, c.Column)
		require.Contains(t, string(text), strings.Replace(row, "`` |", "|", 1))
	}
}
