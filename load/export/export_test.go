package export_test

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2"
	"github.com/stretchr/testify/require"

	"contactsync/load/export"
)

var at = time.Date(2026, 11, 21, 2, 30, 0, 0, time.UTC)

// people is a table in the manner of contacts: made-up people, some without a country.
const people = `CREATE TABLE contacts AS SELECT
	'c' || lpad(i::VARCHAR, 6, '0') AS contact_id,
	CASE WHEN i %% 5 = 0 THEN NULL ELSE 'person' || i || '@example.com' END AS email,
	['toofr', 'intent'][:i %% 3] AS sources,
	'{"n": 1}'::JSON AS payload,
	CASE i %% 4 WHEN 0 THEN 'US' WHEN 1 THEN 'DE' WHEN 2 THEN 'C/I' ELSE NULL END AS country,
	TIMESTAMPTZ '2026-11-20 00:00:00Z' + to_seconds(i) AS updated_at
	FROM range(%d) r(i)`

// warehouse opens a DuckDB file with a table of n people.
func warehouse(t testing.TB, n int) *sql.Conn {
	t.Helper()
	db, err := sql.Open("duckdb", filepath.Join(t.TempDir(), "warehouse.duckdb")+"?threads=2&memory_limit=512MB")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	conn, err := db.Conn(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, conn.Close()) })
	execute(t, conn, fmt.Sprintf(people, n))
	return conn
}

func execute(t testing.TB, conn *sql.Conn, query string) {
	t.Helper()
	_, err := conn.ExecContext(t.Context(), query)
	require.NoError(t, err)
}

// rows are the rows of a query, each as DuckDB's own text of it.
func rows(t testing.TB, conn *sql.Conn, query string) []string {
	t.Helper()
	found, err := conn.QueryContext(t.Context(), "SELECT q::VARCHAR FROM ("+query+") q")
	require.NoError(t, err)
	defer found.Close()
	var all []string
	for found.Next() {
		var s string
		require.NoError(t, found.Scan(&s))
		all = append(all, s)
	}
	require.NoError(t, found.Err())
	return all
}

func contacts(path string) export.Spec {
	return export.Spec{Name: "contacts", Table: "contacts", Path: path}
}

func write(t testing.TB, conn *sql.Conn, s export.Spec) export.Result {
	t.Helper()
	r, err := export.Write(context.Background(), conn, s, at)
	require.NoError(t, err)
	return r
}

// tree is every file below root by its relative path.
func tree(t testing.TB, root string) map[string]fs.FileInfo {
	t.Helper()
	files := map[string]fs.FileInfo{}
	require.NoError(t, filepath.WalkDir(root, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		relative, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		files[filepath.ToSlash(relative)], err = e.Info()
		return err
	}))
	return files
}

func names(t testing.TB, root string) []string {
	t.Helper()
	var all []string
	for name := range tree(t, root) {
		all = append(all, name)
	}
	return all
}

// beside are the names in the directory above path.
func beside(t testing.TB, path string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

func TestParquetHoldsTheTableInOrder(t *testing.T) {
	t.Parallel()
	conn := warehouse(t, 300_000)
	path := filepath.Join(t.TempDir(), "exports", "contacts")
	s := contacts(path)
	s.SortBy = []string{"email"}
	r := write(t, conn, s)
	require.EqualValues(t, 300_000, r.Rows)
	require.EqualValues(t, 1, r.Files)
	require.False(t, r.Unchanged)
	require.Equal(t, path, r.Path)
	require.ElementsMatch(t, []string{"data.parquet"}, names(t, path))
	require.EqualValues(t, tree(t, path)["data.parquet"].Size(), r.Bytes)

	files := "read_parquet('" + path + "/**/*.parquet')"
	require.Equal(t, []string{"{'same': 0}"}, rows(t, conn,
		"SELECT count(*) AS same FROM (SELECT * FROM contacts EXCEPT ALL SELECT * FROM "+files+")"))
	require.Equal(t, []string{"{'disorder': 0}"}, rows(t, conn,
		"SELECT count(*) AS disorder FROM (SELECT email, lag(email) OVER (ORDER BY file_row_number) AS before FROM read_parquet('"+path+"/data.parquet', file_row_number=true)) WHERE email < before OR (before IS NULL AND email IS NOT NULL AND email <> (SELECT min(email) FROM contacts))"))
	require.Equal(t, []string{"{'kind': 'VARCHAR[]'}"}, rows(t, conn, "SELECT typeof(sources) AS kind FROM "+files+" LIMIT 1"))
	require.Equal(t, []string{"{'compression': ZSTD, 'largest': 122880}"}, rows(t, conn,
		"SELECT any_value(compression) AS compression, max(row_group_num_rows) AS largest FROM parquet_metadata('"+path+"/data.parquet')"))
	require.Equal(t, []string{"contacts", "contacts.sync"}, beside(t, path))
}

func TestSameRowsInAnotherOrderGiveTheSameFile(t *testing.T) {
	t.Parallel()
	conn := warehouse(t, 150_000) // more than DuckDB reads by one thread
	execute(t, conn, "CREATE TABLE shuffled AS SELECT * FROM contacts ORDER BY hash(contact_id)")
	for _, format := range []string{"parquet", "csv", "ndjson"} {
		path := filepath.Join(t.TempDir(), "contacts")
		s := contacts(path)
		s.Format, s.SortBy = format, []string{"country"}
		write(t, conn, s)
		before := tree(t, path)
		s.Table = "shuffled"
		write(t, conn, s)
		data := "data." + format
		require.True(t, os.SameFile(before[data], tree(t, path)[data]), format)
	}
}

func TestUnchangedExportIsLeftAlone(t *testing.T) {
	t.Parallel()
	conn := warehouse(t, 1000)
	path := filepath.Join(t.TempDir(), "contacts")
	s := contacts(path)
	s.PartitionBy = []string{"country"}
	first := write(t, conn, s)
	before, dir := tree(t, path), stat(t, path)
	second := write(t, conn, s)
	require.True(t, second.Unchanged)
	require.Equal(t, first.Rows, second.Rows)
	require.Equal(t, first.Bytes, second.Bytes)
	require.True(t, os.SameFile(dir, stat(t, path)))
	for name, info := range tree(t, path) {
		require.True(t, os.SameFile(before[name], info), name)
	}
}

func TestUnchangedPartitionsKeepTheirFiles(t *testing.T) {
	t.Parallel()
	conn := warehouse(t, 1000)
	path := filepath.Join(t.TempDir(), "contacts")
	s := contacts(path)
	s.PartitionBy = []string{"country"}
	write(t, conn, s)
	before := tree(t, path)
	execute(t, conn, "UPDATE contacts SET email = 'new@example.org' WHERE contact_id = 'c000001'") // DE
	require.False(t, write(t, conn, s).Unchanged)
	after := tree(t, path)
	require.Len(t, after, len(before))
	for name, info := range after {
		changed := name == "country=DE/data.parquet"
		require.Equal(t, !changed, os.SameFile(before[name], info), name)
		require.Equal(t, !changed, before[name].ModTime().Equal(info.ModTime()), name)
	}
	require.Equal(t, []string{"contacts", "contacts.sync"}, beside(t, path))
}

func TestPartitionsReadBackAndFollowTheData(t *testing.T) {
	t.Parallel()
	conn := warehouse(t, 1000)
	path := filepath.Join(t.TempDir(), "contacts")
	s := contacts(path)
	s.PartitionBy = []string{"COUNTRY"}
	require.EqualValues(t, 4, write(t, conn, s).Files)
	require.ElementsMatch(t, []string{
		"country=US/data.parquet", "country=DE/data.parquet",
		"country=C%2FI/data.parquet", "country=__HIVE_DEFAULT_PARTITION__/data.parquet",
	}, names(t, path))
	require.Empty(t, rows(t, conn, `SELECT * FROM contacts EXCEPT ALL
		SELECT contact_id, email, sources, payload, country, updated_at FROM read_parquet('`+path+`/**/*.parquet', hive_partitioning=true)`))

	execute(t, conn, "DELETE FROM contacts WHERE country = 'DE'")
	require.EqualValues(t, 750, write(t, conn, s).Rows)
	require.NotContains(t, names(t, path), "country=DE/data.parquet")
	require.NoDirExists(t, filepath.Join(path, "country=DE"))

	s.PartitionBy = []string{"country", "email"}
	s.Query, s.Table = "SELECT * FROM contacts WHERE contact_id < 'c000010' -- a few", ""
	write(t, conn, s)
	require.Contains(t, names(t, path), "country=US/email=person4%40example.com/data.parquet")
}

func TestEmptyTableGivesOneFileWithColumns(t *testing.T) {
	t.Parallel()
	conn := warehouse(t, 0)
	for _, partition := range [][]string{nil, {"country"}} {
		path := filepath.Join(t.TempDir(), "contacts")
		s := contacts(path)
		s.PartitionBy = partition
		r := write(t, conn, s)
		require.EqualValues(t, 1, r.Files)
		require.Zero(t, r.Rows)
		require.Len(t, rows(t, conn, "SELECT column_name FROM (DESCRIBE SELECT * FROM read_parquet('"+path+"/**/*.parquet', hive_partitioning=true))"), 6)
		require.True(t, write(t, conn, s).Unchanged)
	}
	path := filepath.Join(t.TempDir(), "csv")
	s := contacts(path)
	s.Format = "csv"
	write(t, conn, s)
	require.Equal(t, "contact_id,email,sources,payload,country,updated_at\n", content(t, path, "data.csv"))
}

func TestTextFormats(t *testing.T) {
	t.Parallel()
	conn := warehouse(t, 3)
	execute(t, conn, "SET TimeZone = 'America/New_York'")
	execute(t, conn, `INSERT INTO contacts VALUES ('c9', 'a "quoted", one', NULL, NULL, NULL, NULL)`)
	path := filepath.Join(t.TempDir(), "contacts")
	s := contacts(path)
	s.Format = "csv"
	write(t, conn, s)
	require.Equal(t, strings.TrimPrefix(`
contact_id,email,sources,payload,country,updated_at
c000000,,[],"{""n"": 1}",US,2026-11-20T00:00:00.000000Z
c000001,person1@example.com,"[""toofr""]","{""n"": 1}",DE,2026-11-20T00:00:01.000000Z
c000002,person2@example.com,"[""toofr"",""intent""]","{""n"": 1}",C/I,2026-11-20T00:00:02.000000Z
c9,"a ""quoted"", one",,,,
`, "\n"), content(t, path, "data.csv"))

	s.Format = "ndjson"
	require.EqualValues(t, 4, write(t, conn, s).Rows)
	require.ElementsMatch(t, []string{"data.ndjson"}, names(t, path), "the files of the other format are gone")
	require.Equal(t, strings.TrimPrefix(`
{"contact_id":"c000000","email":null,"sources":[],"payload":{"n":1},"country":"US","updated_at":"2026-11-20T00:00:00.000000Z"}
{"contact_id":"c000001","email":"person1@example.com","sources":["toofr"],"payload":{"n":1},"country":"DE","updated_at":"2026-11-20T00:00:01.000000Z"}
{"contact_id":"c000002","email":"person2@example.com","sources":["toofr","intent"],"payload":{"n":1},"country":"C/I","updated_at":"2026-11-20T00:00:02.000000Z"}
{"contact_id":"c9","email":"a \"quoted\", one","sources":null,"payload":null,"country":null,"updated_at":null}
`, "\n"), content(t, path, "data.ndjson"))
}

func TestNamesAndValuesAreQuoted(t *testing.T) {
	t.Parallel()
	conn := warehouse(t, 1)
	execute(t, conn, `CREATE SCHEMA "it's"`)
	execute(t, conn, `CREATE TABLE "it's"."order" AS SELECT 'o''brien/..' AS "from", 1 AS "sel""ect"`)
	path := filepath.Join(t.TempDir(), "it's an export")
	s := export.Spec{Name: "odd", Table: "it's.order", Path: path, PartitionBy: []string{"from"}, SortBy: []string{`sel"ect`}}
	write(t, conn, s)
	require.Equal(t, []string{`{'sel"ect': 1, 'from': 'o\'brien/..'}`},
		rows(t, conn, "SELECT * FROM read_parquet('"+strings.ReplaceAll(path, "'", "''")+"/**/*.parquet', hive_partitioning=true)"))
}

func stat(t testing.TB, path string) fs.FileInfo {
	t.Helper()
	info, err := os.Stat(path)
	require.NoError(t, err)
	return info
}

func content(t testing.TB, path ...string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(path...))
	require.NoError(t, err)
	return string(b)
}
