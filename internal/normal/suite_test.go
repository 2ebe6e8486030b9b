package normal

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// suiteRow is an address of a public suite.
type suiteRow struct {
	verdict, sent, want string
	differs             string // why we differ, "" where we don't
}

// suiteRows reads a suite; its head says what the columns are.
func suiteRows(t *testing.T, name string) (rows []suiteRow) {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name + ".tsv")
	require.NoError(t, err)
	for line := range strings.Lines(string(text)) {
		if line[0] == '#' {
			continue
		}
		fields := append(strings.Split(strings.TrimSuffix(line, "\n"), "\t"), "")
		require.GreaterOrEqual(t, len(fields), 5, line)
		sent, err := strconv.Unquote(fields[1])
		require.NoError(t, err, line)
		rows = append(rows, suiteRow{fields[0], sent, strings.TrimPrefix(fields[2], "-"), fields[4]})
	}
	require.NotEmpty(t, rows)
	return rows
}

// TestAddressesOfPublicSuites holds every address to what we make of it on purpose, and
// counts by the suite's verdict; -v shows the figures.
func TestAddressesOfPublicSuites(t *testing.T) {
	for _, suite := range []string{"isemail", "email-validator"} {
		all, agree, differ := map[string]int{}, map[string]int{}, map[string]int{}
		for _, row := range suiteRows(t, suite) {
			got, ok := Email(row.sent)
			require.Equal(t, row.want != "", ok, "%s: %q", suite, row.sent)
			if ok {
				require.Equal(t, row.want, got, "%s: %q", suite, row.sent)
			}
			all[row.verdict]++
			switch {
			case row.verdict == "odd":
			case ok == (row.verdict == "valid"):
				require.Empty(t, row.differs, "%s: %q", suite, row.sent)
				agree[row.verdict]++
			default:
				require.Contains(t, []string{"around", "quoted", "unicode", "reserved"}, row.differs, "%s: %q", suite, row.sent)
				differ[row.differs]++
			}
		}
		t.Logf("%s: as the suite %d of %d valid, %d of %d invalid; differently on purpose %v; %d odd", suite,
			agree["valid"], all["valid"], agree["invalid"], all["invalid"], differ, all["odd"])
	}
}
