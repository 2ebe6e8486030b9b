//go:build duckdb_arrow

package duckdb_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"contactsync/load/duckdb"
	"contactsync/load/storetest"

	"github.com/stretchr/testify/require"
)

// open opens a new warehouse at a fixed time.
func open(t testing.TB) (*duckdb.Warehouse, *storetest.Clock) {
	t.Helper()
	c := storetest.NewClock()
	w, err := duckdb.Open(t.Context(), filepath.Join(t.TempDir(), "warehouse.duckdb"), duckdb.Options{Now: c.Now})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	return w, c
}

// value reads one value.
func value[T any](t testing.TB, w *duckdb.Warehouse, query string) (v T) {
	t.Helper()
	conn, err := w.Conn(t.Context())
	require.NoError(t, err)
	defer conn.Close()
	require.NoError(t, conn.QueryRowContext(context.Background(), query).Scan(&v))
	return v
}

func TestAWarehouseMayLieInAFolderOfAnyNameThatTheEngineTakes(t *testing.T) {
	for _, name := range []string{"a b", "a+b", "a&b=c", "a%41b", "a'b", "a#b", "100%", "ä"} {
		path := filepath.Join(t.TempDir(), name, "warehouse.duckdb")
		w, err := duckdb.Open(t.Context(), path, duckdb.Options{})
		require.NoError(t, err, name)
		spilled, err := os.Stat(value[string](t, w, "SELECT current_setting('temp_directory')"))
		require.NoError(t, err, name)
		require.Equal(t, os.FileMode(0o700), spilled.Mode().Perm())
		require.NoError(t, w.Close())
		files, err := os.ReadDir(filepath.Dir(path))
		require.NoError(t, err)
		require.Len(t, files, 1, "the warehouse alone stays: %v", files)
	}
	_, err := duckdb.Open(t.Context(), filepath.Join(t.TempDir(), "a?b", "warehouse.duckdb"), duckdb.Options{})
	require.ErrorContains(t, err, "rename the file or its folder")
}
