package duckdb_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"contactsync/load/duckdb"
	"contactsync/load/duckdb/layout"

	"github.com/stretchr/testify/require"
)

const blankFile = "blank.duckdb.gz"

// everything lists all that a file has, with its comments. What views say is in the comment
// of etl.meta, as a hash; their text as the engine tells it is another in every process.
const everything = `SELECT v FROM (
	SELECT concat_ws(' ', schema_name, table_name, sql, comment) AS v, database_name, internal FROM duckdb_tables()
	UNION ALL SELECT concat_ws(' ', schema_name, view_name, comment), database_name, internal FROM duckdb_views()
	UNION ALL SELECT concat_ws(' ', schema_name, table_name, column_name, data_type, comment), database_name, internal FROM duckdb_columns()
	UNION ALL SELECT 'layout ' || layout, current_database(), false FROM etl.meta)
	WHERE NOT internal AND database_name = current_database() ORDER BY ALL`

// TestANewWarehouseIsWhatTheLayoutSays compares the embedded file, of which new warehouses
// are copies, with what the statements of the layout make.
func TestANewWarehouseIsWhatTheLayoutSays(t *testing.T) {
	made, kept := filepath.Join(t.TempDir(), "warehouse.duckdb"), filepath.Join(t.TempDir(), "warehouse.duckdb")
	makeByStatements(t, made)
	want, err := everythingIn(t, made)
	require.NoError(t, err)
	unpack(t, blankFile, kept)
	if old, err := everythingIn(t, kept); *update && (err != nil || !slices.Equal(want, old)) { // an older layout does not open
		pack(t, made, blankFile)
		t.Fatal("written anew: build once more, since it is part of the program")
	}
	w, _ := open(t)
	got := table(t, w, everything)
	for i := range min(len(want), len(got)) {
		require.Equal(t, want[i], got[i], "go test ./load/duckdb -run TestANewWarehouse -update")
	}
	require.Len(t, got, len(want))
	info, err := os.Stat(w.Path())
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

// makeByStatements makes an empty warehouse by the statements of the layout.
func makeByStatements(t *testing.T, path string) {
	t.Helper()
	db, err := sql.Open("duckdb", path+"?threads=1&storage_compatibility_version=v1.2.0")
	require.NoError(t, err)
	for _, statement := range []string{"BEGIN", strings.Join(layout.SQL(), ";\n"), strings.Join(layout.Describe(), ";\n"), "COMMIT"} {
		_, err := db.ExecContext(t.Context(), statement)
		require.NoError(t, err)
	}
	require.NoError(t, db.Close())
}

func everythingIn(t *testing.T, path string) ([]string, error) {
	t.Helper()
	w, err := duckdb.Open(t.Context(), path, duckdb.Options{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer w.Close()
	return table(t, w, everything), nil
}
