package duckdb_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"contactsync/load/duckdb/layout"

	"github.com/stretchr/testify/require"
)

const blankFile = "blank.duckdb.gz"

// TestANewWarehouseIsWhatTheLayoutSays compares the embedded file, of which new warehouses
// are copies, with what the statements of the layout make.
func TestANewWarehouseIsWhatTheLayoutSays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "warehouse.duckdb")
	want := described(t, fromStatements(t, path))
	if _, err := os.Stat(blankFile); *update && (err != nil || !sameBlank(t, want)) {
		pack(t, path, blankFile)
		t.Fatal("written anew: build once more, since it is part of the program")
	}
	w, _ := open(t)
	conn, err := w.Conn(t.Context())
	require.NoError(t, err)
	defer conn.Close()
	got := described(t, conn)
	for i := range min(len(want), len(got)) {
		require.Equal(t, want[i], got[i], "go test ./load/duckdb -run TestANewWarehouse -update")
	}
	require.Len(t, got, len(want))
}

// fromStatements makes an empty warehouse by the statements of the layout, closed, and
// returns a connection to what it holds.
func fromStatements(t *testing.T, path string) *sql.Conn {
	t.Helper()
	db, err := sql.Open("duckdb", path+"?threads=1&storage_compatibility_version=v1.2.0")
	require.NoError(t, err)
	for _, statement := range []string{"BEGIN", strings.Join(layout.SQL(), ";\n"), strings.Join(layout.Describe(), ";\n"), "COMMIT"} {
		_, err := db.ExecContext(t.Context(), statement)
		require.NoError(t, err)
	}
	require.NoError(t, db.Close())
	return connect(t, path)
}

func connect(t *testing.T, path string) *sql.Conn {
	t.Helper()
	db, err := sql.Open("duckdb", path+"?threads=1&access_mode=read_only")
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	conn, err := db.Conn(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// sameBlank tells whether the file in the tree is what is wanted: the embedded one may be older.
func sameBlank(t *testing.T, want []string) bool {
	t.Helper()
	path := filepath.Join(t.TempDir(), "blank.duckdb")
	unpack(t, blankFile, path)
	return slices.Equal(want, described(t, connect(t, path)))
}

// described lists all that a file has, with its comments. What views say is in the comment
// of etl.meta, as a hash; their text as the engine tells it is another in every process.
func described(t *testing.T, conn *sql.Conn) (list []string) {
	t.Helper()
	const query = `SELECT v FROM (
		SELECT concat_ws(' ', schema_name, table_name, sql, comment) AS v, database_name, internal FROM duckdb_tables()
		UNION ALL SELECT concat_ws(' ', schema_name, view_name, comment), database_name, internal FROM duckdb_views()
		UNION ALL SELECT concat_ws(' ', schema_name, table_name, column_name, data_type, comment), database_name, internal FROM duckdb_columns()
		UNION ALL SELECT 'layout ' || layout, current_database(), false FROM etl.meta)
		WHERE NOT internal AND database_name = current_database() ORDER BY ALL`
	rows, err := conn.QueryContext(context.Background(), query)
	require.NoError(t, err)
	defer rows.Close()
	for rows.Next() {
		var v string
		require.NoError(t, rows.Scan(&v))
		list = append(list, v)
	}
	require.NoError(t, rows.Err())
	return list
}
