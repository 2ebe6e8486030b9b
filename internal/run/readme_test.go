//go:build duckdb_arrow

package run_test

import (
	"os"
	"strings"
	"testing"

	"contactsync/internal/runtest"

	"github.com/stretchr/testify/require"
)

// TestTheQuestionsOfTheReadmeHaveAnswers asks each question of the README of what the
// simulated vendors have, and holds the columns of its printed answer against those that come.
func TestTheQuestionsOfTheReadmeHaveAnswers(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	_, ask, found := strings.Cut(string(text), "\n## Ask it\n")
	require.True(t, found)
	ask, _, _ = strings.Cut(ask, "\n## ")
	w, _ := runtest.NewSimulated(t, 300)
	w.Night()
	questions := strings.Split(ask, "```sql\n")[1:]
	require.GreaterOrEqual(t, len(questions), 5)
	for _, q := range questions {
		query, rest, _ := strings.Cut(q, "```\n")
		_, answer, _ := strings.Cut(rest, "```\n")
		query = strings.TrimRight(query, ";\n")
		require.NotEmpty(t, w.Rows(query), query)
		header := strings.Split(answer, "\n")[1]
		var printed []string
		for name := range strings.SplitSeq(strings.Trim(header, "│ "), "│") {
			printed = append(printed, strings.TrimSpace(name))
		}
		require.Equal(t, w.Rows("SELECT column_name FROM (DESCRIBE "+query+")"), printed, query)
	}
}
