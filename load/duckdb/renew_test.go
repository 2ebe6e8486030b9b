//go:build duckdb_arrow

package duckdb_test

import (
	"context"
	"database/sql"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"contactsync/load/duckdb"
	"contactsync/load/duckdb/layout"
	"contactsync/load/storetest"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// stripped is a snapshot of a warehouse of one person, into which more was put before.
func stripped(t *testing.T, more ...string) string {
	t.Helper()
	path, c := warehousePath(t), storetest.NewClock()
	w, err := duckdb.Open(t.Context(), path, duckdb.Options{Now: c.Now})
	require.NoError(t, err)
	r := storetest.NewRun("r1", "p1", c.T)
	require.NoError(t, w.Commit(t.Context(), storetest.Batch(r, "toofr", "s1", true, [4]string{"1", "Ann", "Lee", "ann@acme.example"})))
	_, err = w.Merge(t.Context(), &r, storetest.People())
	require.NoError(t, err)
	require.NoError(t, w.Close())
	onFile(t, path, more...)
	require.NoError(t, duckdb.Strip(t.Context(), path))
	require.NoFileExists(t, path+".wal")
	require.NoDirExists(t, path+".tmp")
	return path
}

// onFile runs statements without the program.
func onFile(t *testing.T, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("duckdb", path)
	require.NoError(t, err)
	for _, s := range statements {
		_, err := db.ExecContext(t.Context(), s)
		require.NoError(t, err, s)
	}
	require.NoError(t, db.Close())
}

// clientSees asks a file as a client of DuckDB does.
func clientSees(t *testing.T, path, query string) []string {
	t.Helper()
	db, err := sql.Open("duckdb", path+"?access_mode=READ_ONLY")
	require.NoError(t, err)
	defer db.Close()
	return lines(t, db, query)
}

func TestASnapshotShowsPromisedTablesPartsAndBooks(t *testing.T) {
	path := stripped(t)
	var promised []string
	for _, d := range schema.Dictionary() {
		promised = append(promised, d.Name)
	}
	const all = "(SELECT replace(schema_name || '.' || table_name, 'main.', '') AS name FROM duckdb_tables() UNION SELECT replace(schema_name || '.' || view_name, 'main.', '') FROM duckdb_views() WHERE NOT internal)"
	shown := clientSees(t, path, "SELECT name FROM "+all+" ORDER BY 1")
	require.Subset(t, shown, promised)
	var rest []string
	for _, name := range shown {
		if !slices.Contains(promised, name) {
			rest = append(rest, name)
		}
	}
	require.Equal(t, []string{"etl.changes", "etl.contacts", "etl.events", "etl.fields", "etl.identifiers", "etl.identity", "etl.matches", "etl.members",
		"etl.meta", "etl.overridden", "etl.people", "etl.records", "etl.versions"}, rest)
}

func TestEveryTableViewAndColumnHasAComment(t *testing.T) {
	path := stripped(t)
	require.Empty(t, clientSees(t, path, `SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE comment IS NULL
		UNION ALL SELECT view_name FROM duckdb_views() WHERE NOT internal AND comment IS NULL
		UNION ALL SELECT schema_name || '.' || table_name || '.' || column_name FROM duckdb_columns() WHERE NOT internal AND comment IS NULL ORDER BY 1`))
	require.Equal(t, []string{"A row is a person, merged over all vendors."}, clientSees(t, path, "SELECT comment FROM duckdb_views() WHERE view_name = 'contacts'"))
	var want []string
	for _, d := range schema.Dictionary() {
		for _, c := range d.Columns {
			want = append(want, d.Name+"."+c.Name+": "+c.Doc)
		}
	}
	require.Subset(t, clientSees(t, path, "SELECT replace(schema_name || '.' || table_name, 'main.', '') || '.' || column_name || ': ' || comment FROM duckdb_columns() WHERE NOT internal"), want)
	w, _ := open(t)
	require.Empty(t, table(t, w, `SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE comment IS NULL
		UNION ALL SELECT view_name FROM duckdb_views() WHERE NOT internal AND comment IS NULL`), "of the warehouse, too")
}

func TestTheProgramReadsASnapshotAsAWarehouse(t *testing.T) {
	path := stripped(t)
	w, err := duckdb.Open(t.Context(), path, duckdb.Options{ReadOnly: true})
	require.NoError(t, err)
	defer w.Close()
	require.EqualValues(t, 1, value[int64](t, w, "SELECT count(*) FROM contacts"))
	for range 3 { // on connections of their own
		conn, err := w.Conn(t.Context())
		require.NoError(t, err)
		defer conn.Close()
		for _, query := range []string{"FROM etl.staged_versions", "FROM etl.sweep_members", "FROM etl.records", "FROM etl.runs", "FROM audiences"} {
			_, err := conn.ExecContext(t.Context(), query)
			require.NoError(t, err, query)
		}
	}
}

func TestAWarehouseIsMadeOfASnapshot(t *testing.T) {
	path := stripped(t)
	w, err := duckdb.Open(t.Context(), path, duckdb.Options{})
	require.NoError(t, err)
	defer w.Close()
	fresh, c := open(t)
	require.Equal(t, layoutOf(t, fresh), layoutOf(t, w))
	r := storetest.NewRun("later", "p1", c.T)
	require.NoError(t, w.Commit(t.Context(), storetest.Batch(r, "toofr", "s9", true, [4]string{"3", "Ann", "Lee", "ann@acme.example"})))
	_, err = w.Merge(t.Context(), &r, storetest.People())
	require.NoError(t, err)
	require.Equal(t, []string{"ann@acme.example 2"}, table(t, w, "SELECT email || ' ' || record_count FROM contacts"))
}

func TestWhatIsNotFinishedStaysInASnapshot(t *testing.T) {
	path := stripped(t, "INSERT INTO etl.staged_seen BY NAME SELECT 'p1' AS pipeline, 7 AS seq, 'toofr' AS source", "INSERT INTO etl.sweep_members BY NAME SELECT 'toofr' AS source")
	require.Equal(t, []string{"1|1"}, clientSees(t, path, "SELECT (SELECT count(*) FROM etl.staged_seen), (SELECT count(*) FROM etl.sweep_members)"), "else a warehouse made of it would close memberships, or lose what was paid")
}

// TestViewsAreRenewed opens a warehouse whose views and comments an earlier program of
// the same layout made.
func TestViewsAreRenewed(t *testing.T) {
	path := warehousePath(t)
	unpack(t, layoutFile(layout.Version), path)
	old := []string{"CREATE OR REPLACE VIEW vendor_overlap AS SELECT 1 AS one", "COMMENT ON TABLE etl.meta IS 'what that program wrote here'", "CHECKPOINT"}
	onFile(t, path, old...)
	readOnly, err := duckdb.Open(t.Context(), path, duckdb.Options{ReadOnly: true})
	require.NoError(t, err)
	require.Equal(t, []string{"1"}, table(t, readOnly, "SELECT one::VARCHAR FROM vendor_overlap"), "who only reads changes nothing")
	require.NoError(t, readOnly.Close())
	for range 2 {
		w, err := duckdb.Open(t.Context(), path, duckdb.Options{})
		require.NoError(t, err)
		require.Equal(t, []string{"1"}, table(t, w, "SELECT people::VARCHAR FROM vendor_overlap"))
		require.NoError(t, w.Close())
		require.Len(t, clientSees(t, path, "SELECT view_name FROM duckdb_views() WHERE view_name = 'vendor_overlap' AND comment IS NOT NULL"), 1)
	}
}

// BenchmarkStrip makes a snapshot's copy of a warehouse of 200,000 records fit for readers.
func BenchmarkStrip(b *testing.B) {
	path := filepath.Join(b.TempDir(), "warehouse.duckdb")
	w, err := duckdb.Open(b.Context(), path, duckdb.Options{})
	require.NoError(b, err)
	require.NoError(b, w.Close())
	db, err := sql.Open("duckdb", path)
	require.NoError(b, err)
	for _, statement := range []string{
		`INSERT INTO etl.records BY NAME SELECT 'toofr' AS source, 'r' || i AS source_id, '{"a":"' || repeat(sha256(i::VARCHAR), 20) || '"}' AS payload, sha256(i::VARCHAR) AS record_hash,
			'p' || i || '@company.example' AS email, 'Person ' || i AS full_name FROM range(200000) r(i)`,
		`INSERT INTO etl.people BY NAME SELECT source, source_id, sha256(source_id) AS contact_id FROM etl.records`,
		`INSERT INTO etl.contacts BY NAME SELECT sha256(source_id) AS contact_id, email, full_name FROM etl.records`, "CHECKPOINT",
	} {
		_, err := db.ExecContext(b.Context(), statement)
		require.NoError(b, err)
	}
	require.NoError(b, db.Close())
	for b.Loop() {
		b.StopTimer()
		to := path + ".copy"
		in, err := os.Open(path)
		require.NoError(b, err)
		out, err := os.Create(to)
		require.NoError(b, err)
		_, err = io.Copy(out, in)
		require.NoError(b, err)
		require.NoError(b, out.Close())
		require.NoError(b, in.Close())
		b.StartTimer()
		require.NoError(b, duckdb.Strip(context.Background(), to))
	}
}
