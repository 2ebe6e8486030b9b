//go:build duckdb_arrow

package duckdb_test

import (
	"errors"
	"io/fs"
	"os"
	"testing"
	"time"

	"contactsync/internal/loadtest"
	"contactsync/load"
	"contactsync/load/duckdb"
	"contactsync/load/storetest"

	"github.com/stretchr/testify/require"
)

func TestDuckDBKeepsWhatLoadPromises(t *testing.T) { storetest.Run(t, engine{}) }

// engine opens DuckDB files for the suite.
type engine struct{}

func (engine) Open(t testing.TB, path string, now func() time.Time) load.Warehouse {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		loadtest.PutEmpty(t, path, 0)
	}
	w, err := duckdb.Open(t.Context(), path, duckdb.Options{Now: now, Threads: 1})
	require.NoError(t, err)
	return w
}

func (engine) Succeed(t testing.TB, path string, now func() time.Time) load.Successor {
	s, err := duckdb.Succeed(t.Context(), path, duckdb.Options{Now: now, Threads: 1})
	require.NoError(t, err)
	return s
}

func (engine) Query(t require.TestingT, w load.Warehouse, query string) [][]any {
	return loadtest.Rows(t, w.(*duckdb.Warehouse), query)
}
