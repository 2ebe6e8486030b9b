package export_test

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/load/export"
)

// closedWarehouse makes a private DuckDB file that holds one value.
func closedWarehouse(t testing.TB, path, value string) {
	t.Helper()
	db, err := sql.Open("duckdb", path)
	require.NoError(t, err)
	_, err = db.Exec("CREATE OR REPLACE TABLE t AS SELECT '" + value + "' AS v, range AS i FROM range(100000)")
	require.NoError(t, err)
	require.NoError(t, db.Close())
	require.NoError(t, os.Chmod(path, 0o600))
}

func valueIn(t testing.TB, path string) (v string) {
	t.Helper()
	db, err := sql.Open("duckdb", path+"?access_mode=READ_ONLY")
	require.NoError(t, err)
	defer db.Close()
	require.NoError(t, db.QueryRow("SELECT any_value(v) FROM t HAVING count(*) = 100000").Scan(&v))
	return v
}

func TestSnapshotIsSwappedInWhole(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	warehouse, snapshot := filepath.Join(root, "warehouse.duckdb"), filepath.Join(root, "out", "analytics.duckdb")
	closedWarehouse(t, warehouse, "first")
	require.NoError(t, export.Snapshot(t.Context(), warehouse, snapshot, nil))
	require.Equal(t, "first", valueIn(t, snapshot))

	reader, err := os.Open(snapshot)
	require.NoError(t, err)
	defer reader.Close()
	size := stat(t, snapshot).Size()
	put(t, "of the old snapshot", snapshot+".wal")

	closedWarehouse(t, warehouse, "second")
	require.NoError(t, export.Snapshot(t.Context(), warehouse, snapshot, nil))
	require.Equal(t, "second", valueIn(t, snapshot))
	n, err := io.Copy(io.Discard, reader)
	require.NoError(t, err)
	require.Equal(t, size, n, "a reader of the old one reads on")
	require.Equal(t, []string{"analytics.duckdb"}, beside(t, snapshot))
}

// The umask belongs to the process, so these tests do not run beside others.
func TestPermissionsFollowTheUmask(t *testing.T) {
	conn := warehouse(t, 10)
	root := t.TempDir()
	file := filepath.Join(root, "warehouse.duckdb")
	closedWarehouse(t, file, "v")
	for umask, want := range map[int]struct{ file, directory os.FileMode }{0o022: {0o644, 0o755}, 0o027: {0o640, 0o750}, 0o077: {0o600, 0o700}} {
		func() {
			old := syscall.Umask(umask)
			defer syscall.Umask(old)
			dir := t.TempDir()
			require.NoError(t, export.Snapshot(t.Context(), file, filepath.Join(dir, "s.duckdb"), nil))
			require.Equal(t, want.file, stat(t, filepath.Join(dir, "s.duckdb")).Mode().Perm())
			s := contacts(filepath.Join(dir, "contacts"))
			s.PartitionBy = []string{"country"}
			write(t, conn, s)
			require.Equal(t, want.directory, stat(t, s.Path).Mode().Perm())
			require.Equal(t, want.directory, stat(t, filepath.Join(s.Path, "country=US")).Mode().Perm())
			for name, info := range tree(t, s.Path) {
				require.Equal(t, want.file, info.Mode().Perm(), name)
			}
		}()
	}
	require.Equal(t, os.FileMode(0o600), stat(t, file).Mode().Perm())
}

func TestSnapshotRefusesWhatItMustNotReplaceOrCopy(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	file := filepath.Join(root, "warehouse.duckdb")
	closedWarehouse(t, file, "v")
	put(t, "name,email\n", root, "list.csv")
	require.NoError(t, os.Mkdir(filepath.Join(root, "dir"), 0o777))
	require.NoError(t, os.Link(file, filepath.Join(root, "same.duckdb")))
	for name, message := range map[string]string{
		"list.csv":    "the file there is no DuckDB database; move it away or choose another path",
		"dir":         "something that is no file lies there; move it away or choose another path",
		"same.duckdb": "it is the warehouse itself; choose another path",
	} {
		path := filepath.Join(root, name)
		require.EqualError(t, export.Snapshot(t.Context(), file, path, nil), "snapshot "+path+": "+message)
	}
	require.Equal(t, "name,email\n", content(t, root, "list.csv"))

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, export.Snapshot(ctx, file, filepath.Join(root, "new.duckdb"), nil), context.Canceled)
	put(t, "changes", file+".wal")
	require.ErrorContains(t, export.Snapshot(t.Context(), file, filepath.Join(root, "new.duckdb"), nil), "was not closed cleanly")
	require.NoFileExists(t, filepath.Join(root, "new.duckdb"))
	require.Len(t, beside(t, file), 5, "no temporary file is left")
}

func TestSnapshotClearsWhatACrashLeft(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	file := filepath.Join(root, "warehouse.duckdb")
	closedWarehouse(t, file, "v")
	put(t, "half", root, ".analytics.duckdb.new-0123456789abcdef")
	put(t, "half a log", root, ".analytics.duckdb.new-0123456789abcdef.wal")
	require.NoError(t, os.Mkdir(filepath.Join(root, ".analytics.duckdb.new-0123456789abcdef.tmp"), 0o777))
	put(t, "mine", root, ".analytics.duckdb.new-notes")
	put(t, "other's", root, ".other.duckdb.new-0123456789abcdef")
	require.NoError(t, export.Snapshot(t.Context(), file, filepath.Join(root, "analytics.duckdb"), nil))
	require.ElementsMatch(t, []string{"warehouse.duckdb", "analytics.duckdb", ".analytics.duckdb.new-notes", ".other.duckdb.new-0123456789abcdef"}, beside(t, file))
}

func TestASnapshotIsMadeFitForReadersBeforeTheySeeIt(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	file, snapshot := filepath.Join(root, "warehouse.duckdb"), filepath.Join(root, "analytics.duckdb")
	closedWarehouse(t, file, "first")
	require.NoError(t, export.Snapshot(t.Context(), file, snapshot, nil))
	closedWarehouse(t, file, "second")
	failure := errors.New("no room")
	require.ErrorIs(t, export.Snapshot(t.Context(), file, snapshot, func(_ context.Context, copied string) error {
		require.Equal(t, "second", valueIn(t, copied))
		require.Equal(t, "first", valueIn(t, snapshot))
		return failure
	}), failure)
	require.ErrorContains(t, export.Snapshot(t.Context(), file, snapshot, func(_ context.Context, copied string) error {
		put(t, "changes", copied+".wal")
		return nil
	}), "was not closed cleanly")
	require.Equal(t, "first", valueIn(t, snapshot))
	require.ElementsMatch(t, []string{"warehouse.duckdb", "analytics.duckdb"}, beside(t, file))
}
