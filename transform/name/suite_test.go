package name

import (
	_ "embed"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

//go:embed testdata/suite.tsv
var suite string

// The suite asks of every name what its first and last parts are. Some of its
// expectations are no rules of ours; docs/normalising.md says which.
func TestSuiteOfFullNames(t *testing.T) {
	total, right := 0, 0
	for line := range strings.Lines(suite) {
		want := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(want) != 3 {
			continue
		}
		total++
		n, _ := Normal("", "", want[0])
		if strings.EqualFold(n.First, want[1]) && strings.EqualFold(n.Last, want[2]) {
			right++
			continue
		}
		t.Logf("%q: %q %q, not %q %q", want[0], n.First, n.Last, want[1], want[2])
	}
	t.Logf("%d of %d right, %.1f %%", right, total, 100*float64(right)/float64(total))
	require.GreaterOrEqual(t, right*100, total*90)
}
