package chaos_test

import (
	"database/sql"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// leastMemory is the lowest memory_limit that the config takes.
const leastMemory = "64MB"

func TestAtTheLowestMemoryLimitTheResultIsTheSame(t *testing.T) {
	want, _, _ := undisturbed(t)
	t.Parallel()
	w := newWorld(t)
	w.configure("  memory_limit: " + leastMemory)
	e := runs(t, w.dir, []string{batchRows}, "run")
	require.Zero(t, e.code, e.stderr)
	requireSame(t, want[0], w.result())
}

// TestAWarehouseThatCannotBeUsedIsRefusedAndLeftAlone: one line says why, no
// vendor is asked, and the file stays as it was.
func TestAWarehouseThatCannotBeUsedIsRefusedAndLeftAlone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		spoil func(t *testing.T, w *world)
		says  string
	}{
		{"garbage", func(t *testing.T, w *world) {
			require.NoError(t, os.WriteFile(w.path("warehouse.duckdb"), []byte(strings.Repeat("this is no database. ", 1000)), 0o600))
		}, "warehouse.duckdb"},
		{"cut short", func(t *testing.T, w *world) {
			require.Zero(t, runs(t, w.dir, nil, "run", "pixels").code)
			require.NoError(t, os.Truncate(w.path("warehouse.duckdb"), 9000))
		}, "warehouse.duckdb"},
		{"another program's", func(t *testing.T, w *world) {
			execute(t, w, "CREATE TABLE notes (text VARCHAR)")
		}, "this is no warehouse of sync"},
		{"of a newer version", func(t *testing.T, w *world) {
			require.Zero(t, runs(t, w.dir, nil, "run", "pixels").code)
			execute(t, w, "UPDATE etl.meta SET layout = 999")
		}, "a newer sync wrote it"},
		{"in a folder that is read-only", func(t *testing.T, w *world) {
			if os.Getuid() == 0 {
				t.Skip("root may write everywhere")
			}
			require.NoError(t, os.Chmod(w.dir, 0o500))
			t.Cleanup(func() { _ = os.Chmod(w.dir, 0o700) })
		}, "permission denied"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			c.spoil(t, w)
			w.vendors.ResetLog()
			before, _ := os.ReadFile(w.path("warehouse.duckdb")) // there is none in the read-only folder
			e := runs(t, w.dir, nil, "run")
			require.Equal(t, 1, e.code, e.stderr)
			require.Contains(t, lastLine(e.stderr), c.says)
			require.Equal(t, 1, strings.Count(e.stderr, "\n"), e.stderr)
			require.Empty(t, w.vendors.Log(), "no vendor was asked")
			after, _ := os.ReadFile(w.path("warehouse.duckdb"))
			require.Equal(t, before, after)
		})
	}
}

// execute changes the world's warehouse behind the program's back.
func execute(t *testing.T, w *world, statement string) {
	t.Helper()
	db, err := sql.Open("duckdb", w.path("warehouse.duckdb"))
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), statement)
	require.NoError(t, err)
	require.NoError(t, db.Close())
}
