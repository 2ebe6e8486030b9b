//go:build duckdb_arrow

package daemon

import (
	"os"
	"path/filepath"
	"testing"

	"contactsync/internal/review"
	"contactsync/internal/runtest"

	"github.com/stretchr/testify/require"
)

func TestTheDaemonReadsDoubtfulPairsAndWritesDecisions(t *testing.T) {
	lab, address := runtest.NewLab(t)
	lab.Set("s", runtest.People(t, 4, nil)...)
	w := runtest.New(t, runtest.LabConfig(address, "p=s")+"identity: {overrides: identity.yaml}\n")
	w.File("identity.yaml", "# ours\n")
	w.Night()
	w.Exec(`INSERT INTO etl.candidate_pairs BY NAME SELECT 'audiencelab' AS source, 'u0000' AS source_id, 'audiencelab' AS other_source,
		unnest(['u0001', 'u0002']) AS other_source_id, 'guard' AS reason, -unnest([1, 2])::DOUBLE AS bits, false AS joined`)
	d, err := New(w.Runner)
	require.NoError(t, err)
	d.refresh(t.Context())
	require.Equal(t, 2, d.Overview().Open, "the main page knows the number")

	q, err := d.Review(t.Context(), 1)
	require.NoError(t, err)
	require.Equal(t, 2, q.Open)
	require.Len(t, q.Pairs, 1)
	require.True(t, q.Answerable)
	records := q.Pairs[0].Records()
	require.NoError(t, d.Decide(t.Context(), review.Decision{Record: records[0], Other: records[1]}))
	require.Equal(t, 1, d.Overview().Open)
	text, err := os.ReadFile(filepath.Join(w.Dir, "identity.yaml"))
	require.NoError(t, err)
	require.Equal(t, "# ours\nnever:\n  - [audiencelab:u0000, audiencelab:u0001]\n", string(text))

	q, err = d.Review(t.Context(), 0)
	require.NoError(t, err)
	require.Equal(t, 1, q.Open)
	w.File("identity.yaml", "never: [[u0000]]\n")
	_, err = d.Review(t.Context(), 0)
	require.ErrorAs(t, err, new(*review.Error))
	require.NoError(t, os.Chtimes(filepath.Join(w.Dir, "warehouse.duckdb"), w.Now, w.Now))
	d.refresh(t.Context())
	require.Zero(t, d.Overview().Open, "a mistake in the file keeps nobody from the books")
	require.NotZero(t, d.books.AsOf)
}
