package chaos_test

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"testing"

	"contactsync/internal/crash"

	"github.com/stretchr/testify/require"
)

// upgrading is the kills of a warehouse's way to the layout of this program, in
// the order in which it passes the points.
var upgrading = []kill{
	at(crash.CloseBefore, 1), at(crash.CloseAfter, 1),
	at(crash.ReplaceBegun, 1), at(crash.ReplaceCopied, 1), at(crash.ReplaceCopied, 20),
	at(crash.CloseBefore, 2), at(crash.ReplaceFinished, 1),
	at(crash.ReplaceRenamed, 1),
}

func TestAnOlderWarehouseThatIsKilledOnItsWayToThisLayoutOpensAndHasItsRows(t *testing.T) {
	t.Parallel()
	want := newOldWorld(t).upgraded()
	for name, kills := range deaths(upgrading) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newOldWorld(t)
			for _, k := range kills {
				require.Truef(t, w.dies(k, "resolve"), "it was to die %s", k)
			}
			require.Equal(t, want, w.upgraded())
			require.ElementsMatch(t, []string{"pipelines.yaml", "warehouse.duckdb", "warehouse.duckdb.begun.json", "warehouse.duckdb.lock"}, w.names(w.dir), "no litter is left")
		})
	}
}

// newOldWorld is a folder with a warehouse of the first layout, and no vendors.
func newOldWorld(t testing.TB) *world {
	t.Helper()
	w := &world{TB: t, dir: t.TempDir()}
	require.NoError(t, os.WriteFile(w.path("pipelines.yaml"), []byte("version: 1\nwarehouse: {path: warehouse.duckdb}\n"), 0o600))
	packed, err := os.Open(filepath.Join("..", "..", "testdata", "warehouse", "layout-1.duckdb.gz"))
	require.NoError(t, err)
	defer packed.Close()
	unpacked, err := gzip.NewReader(packed)
	require.NoError(t, err)
	content, err := io.ReadAll(unpacked)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(w.path("warehouse.duckdb"), content, 0o600))
	return w
}

// upgraded opens the warehouse by the program, and reads all its tables.
func (w *world) upgraded() result {
	w.Helper()
	e := runs(w, w.dir, nil, "resolve")
	require.Zero(w, e.code, e.stderr)
	db := w.open("warehouse.duckdb")
	defer db.Close()
	require.Equal(w, []string{"ann@acme.example"}, rowsOf(w, db, "SELECT email FROM contacts"))
	require.Equal(w, []string{"0"}, rowsOf(w, db, "SELECT count(*) FROM etl.identifiers WHERE key IS NULL"))
	all := result{}
	for _, table := range tablesOf(w, db) {
		all[table] = w.rows(db, table, false)
	}
	return all
}
