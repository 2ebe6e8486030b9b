//go:build duckdb_arrow

package duckdb_test

import (
	"compress/gzip"
	"context"
	"crypto/md5"
	"crypto/sha256"
	"database/sql"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"contactsync/load/duckdb"
	"contactsync/load/duckdb/layout"
	"contactsync/load/storetest"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "make the embedded empty warehouse anew, and one of this layout in testdata, where there is none")

// layoutFile is a small warehouse as the program of that layout wrote it.
func layoutFile(layout int) string {
	return filepath.Join("..", "..", "testdata", "warehouse", fmt.Sprintf("layout-%d.duckdb.gz", layout))
}

// TestAWarehouseOfEveryLayoutOpensAndIsBroughtToThisOne also fails when the layout
// changed and layout.Version did not: warehouses of that version exist out there.
func TestAWarehouseOfEveryLayoutOpensAndIsBroughtToThisOne(t *testing.T) {
	fresh, c := open(t)
	if *update {
		write(t, c)
	}
	want := layoutOf(t, fresh)
	require.NotEmpty(t, want)
	for version := 1; version <= layout.Version; version++ {
		t.Run(fmt.Sprint("layout ", version), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "warehouse.duckdb")
			unpack(t, layoutFile(version), path)
			w, err := duckdb.Open(t.Context(), path, duckdb.Options{Rules: 1})
			require.NoError(t, err)
			defer w.Close()
			require.Equal(t, want, layoutOf(t, w))
			outdated, err := w.History().Outdated(t.Context())
			require.NoError(t, err)
			require.EqualValues(t, 1, outdated, "older rules made its rows")
			require.EqualValues(t, 1, value[int64](t, w, "SELECT count(*) FROM contacts WHERE email = 'ann@acme.example'"), "its rows are there")
			r := storetest.NewRun("later", "p1", c.T)
			require.NoError(t, w.Commit(t.Context(), storetest.Batch(r, "toofr", "s9", true, [4]string{"2", "Bob", "Ray", "bob@acme.example"}, [4]string{"3", "Ann", "Lee", "ann@acme.example"})))
			_, err = w.Merge(t.Context(), &r, storetest.People())
			require.NoError(t, err)
			require.Equal(t, []string{"ann@acme.example 2", "bob@acme.example 1"},
				table(t, w, "SELECT email || ' ' || record_count FROM contacts ORDER BY email"), "it can be written, and its records are recognised")
		})
	}
}

// TestWhatAnOlderProgramStagedIsMerged has a run of layout 3 be killed: it had staged a
// new record, whose payload only the record had, and a version of two.
func TestWhatAnOlderProgramStagedIsMerged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "warehouse.duckdb")
	unpack(t, layoutFile(3), path)
	db, err := sql.Open("duckdb", path)
	require.NoError(t, err)
	for _, statement := range []string{
		`INSERT INTO etl.staged_records BY NAME SELECT 'p1' AS pipeline, 7 AS seq, 'toofr' AS source, '2' AS source_id, '{"id":"2","first":"Bob","email":"bob@acme.example"}' AS payload, 'h' AS record_hash`,
		`INSERT INTO etl.staged_versions BY NAME SELECT 'p1' AS pipeline, 7 AS seq, 'toofr' AS source, '2' AS source_id, 'a' AS audience, 'h' AS payload_hash`,
		`INSERT INTO etl.staged_identifiers BY NAME SELECT 'p1' AS pipeline, 7 AS seq, 'toofr' AS source, '2' AS source_id, 'phone' AS kind, '+1' AS value`,
		`INSERT INTO etl.staged_versions BY NAME SELECT 'p1' AS pipeline, 8 AS seq, 'toofr' AS source, '1' AS source_id, 'a' AS audience, 'h' AS payload_hash, '{"id":"1","first":"Eve"}' AS payload`,
	} {
		_, err := db.ExecContext(t.Context(), statement)
		require.NoError(t, err)
	}
	require.NoError(t, db.Close())
	w, err := duckdb.Open(t.Context(), path, duckdb.Options{})
	require.NoError(t, err)
	defer w.Close()
	require.Equal(t, []string{"1 true", "2 true"}, table(t, w, "SELECT source_id || ' ' || whole FROM etl.staged_versions ORDER BY 1"), "as whole as they were")
	r := storetest.NewRun("later", "p1", time.Now())
	m, err := w.Merge(t.Context(), &r, storetest.People())
	require.NoError(t, err)
	require.Equal(t, []int64{1, 1}, []int64{m.New, m.Changed})
	require.Equal(t, []string{"1 Eve", "2 Bob"}, table(t, w, "SELECT source_id || ' ' || first_name FROM source_contacts ORDER BY 1"))
	require.Zero(t, value[int64](t, w, "SELECT count(*) FROM etl.staged_versions"))
}

// TestWhatALayoutKnewOfAnAddressIsKept brings rows of layout 4 up to date, of which
// email_verified was all that was known.
func TestWhatALayoutKnewOfAnAddressIsKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "warehouse.duckdb")
	unpack(t, layoutFile(4), path)
	db, err := sql.Open("duckdb", path)
	require.NoError(t, err)
	for _, name := range []string{"etl.records", "etl.contacts"} {
		for i, verified := range []string{"true", "false"} {
			_, err := db.ExecContext(t.Context(), fmt.Sprintf(`INSERT INTO %s BY NAME SELECT * REPLACE ('%d@acme.example' AS email, %s AS email_verified) FROM %[1]s WHERE email = 'ann@acme.example'`, name, i, verified))
			require.NoError(t, err)
		}
	}
	_, err = db.ExecContext(t.Context(), `INSERT INTO etl.fields BY NAME SELECT 'toofr' AS source, 'toofr.prospects' AS stream, 'title_confidence' AS field`)
	require.NoError(t, err)
	require.NoError(t, db.Close())
	w, err := duckdb.Open(t.Context(), path, duckdb.Options{})
	require.NoError(t, err)
	defer w.Close()
	for _, view := range []string{"source_contacts", "contacts"} {
		require.Equal(t, []string{"0@acme.example valid", "1@acme.example invalid", "ann@acme.example -"},
			table(t, w, "SELECT email || ' ' || coalesce(email_status, '-') FROM "+view+" ORDER BY email"), view)
		require.EqualValues(t, 3, value[int64](t, w, "SELECT count(*) FROM "+view+" WHERE email_last_seen_at IS NULL AND phone_kind IS NULL AND phone_source IS NULL AND company_key IS NULL"), "which a replay finds out")
	}
	require.False(t, value[bool](t, w, "SELECT payload_only FROM etl.fields"), "so that drift names it once")
}

// TestKeysOfAnOlderLayoutAreTheSameAsNow brings to this layout a warehouse that has a row
// for each hash of a spelling, and keys of 128 bits.
func TestKeysOfAnOlderLayoutAreTheSameAsNow(t *testing.T) {
	path := filepath.Join(t.TempDir(), "warehouse.duckdb")
	unpack(t, layoutFile(8), path)
	db, err := sql.Open("duckdb", path)
	require.NoError(t, err)
	const mailbox = "md5_number('email_sha256:' || sha256('ann@acme.example'))"
	for _, row := range []string{
		"SELECT 'linkedin' AS kind, 'ann-lee' AS value, md5_number('linkedin:ann-lee') AS key, NULL::UHUGEINT AS address_key",
		"SELECT 'email_md5', md5('ann@acme.example'), md5_number('email_md5:' || md5('ann@acme.example')), " + mailbox,
		"SELECT 'spelling', NULL, md5_number('email_md5:' || md5('Ann@acme.example')), " + mailbox,
	} {
		_, err := db.ExecContext(t.Context(), "INSERT INTO etl.identifiers BY NAME SELECT 'toofr' AS source, '7' AS source_id, * FROM ("+row+") t(kind, value, key, address_key)")
		require.NoError(t, err)
	}
	require.NoError(t, db.Close())
	w, err := duckdb.Open(t.Context(), path, duckdb.Options{})
	require.NoError(t, err)
	defer w.Close()
	md5Of := func(address string) string { return fmt.Sprintf("%x", md5.Sum([]byte(address))) }
	mailboxKey := layout.Key(schema.EmailSHA256, fmt.Sprintf("%x", sha256.Sum256([]byte("ann@acme.example"))))
	require.Equal(t, []string{
		fmt.Sprint("email_md5 ", layout.Key(schema.EmailMD5, md5Of("ann@acme.example")), " ", mailboxKey),
		fmt.Sprint("linkedin ", layout.Key(schema.LinkedIn, "ann-lee"), " -"),
		fmt.Sprint("spelling ", layout.Key(schema.EmailMD5, md5Of("Ann@acme.example")), " ", mailboxKey),
	}, table(t, w, "SELECT concat_ws(' ', kind, key, coalesce(address_key::VARCHAR, '-')) FROM "+layout.KeysSQL("etl.identifiers")+" WHERE source_id = '7' ORDER BY kind"))
	require.EqualValues(t, 2, value[int64](t, w, "SELECT count(*) FROM etl.identifiers WHERE source_id = '7' AND value IS NOT NULL"))
}

// TestIdentifiersOfOneKeyByAccidentLinkNobody gives two identifiers one key.
func TestIdentifiersOfOneKeyByAccidentLinkNobody(t *testing.T) {
	path, c := warehousePath(t), storetest.NewClock()
	w, err := duckdb.Open(t.Context(), path, duckdb.Options{Now: c.Now})
	require.NoError(t, err)
	r := storetest.NewRun("r1", "p1", c.T)
	require.NoError(t, w.Commit(t.Context(), storetest.Batch(r, "toofr", "s1", true,
		[4]string{"1", "Ann", "Lee", "ann@acme.example"}, [4]string{"2", "Bob", "Ray", "bob@acme.example"})))
	_, err = w.Merge(t.Context(), &r, storetest.People())
	require.NoError(t, err)
	require.NoError(t, w.Close())
	db, err := sql.Open("duckdb", path)
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), "UPDATE etl.identifiers SET key = 7 WHERE kind = 'email_sha256'")
	require.NoError(t, err)
	require.NoError(t, db.Close())
	w, err = duckdb.Open(t.Context(), path, duckdb.Options{Now: c.Now})
	require.NoError(t, err)
	defer w.Close()
	_, err = w.Resolve(t.Context(), "r2", storetest.People(), true)
	require.NoError(t, err)
	require.EqualValues(t, 2, value[int64](t, w, "SELECT count(*) FROM contacts"))
	_, err = w.Resolve(t.Context(), "r3", storetest.People(), false)
	require.NoError(t, err)
	require.EqualValues(t, 2, value[int64](t, w, "SELECT count(*) FROM contacts"))
}

// write keeps a warehouse of the current layout, with one person in it.
func write(t *testing.T, c *storetest.Clock) {
	t.Helper()
	if _, err := os.Stat(layoutFile(layout.Version)); err == nil {
		return
	}
	path := filepath.Join(t.TempDir(), "warehouse.duckdb")
	w, err := duckdb.Open(t.Context(), path, duckdb.Options{Now: c.Now})
	require.NoError(t, err)
	r := storetest.NewRun("r1", "p1", c.T)
	require.NoError(t, w.Commit(t.Context(), storetest.Batch(r, "toofr", "s1", true, [4]string{"1", "Ann", "Lee", "ann@acme.example"})))
	_, err = w.Merge(t.Context(), &r, storetest.People())
	require.NoError(t, err)
	require.NoError(t, w.Close())
	require.NoError(t, os.MkdirAll(filepath.Dir(layoutFile(1)), 0o755))
	pack(t, path, layoutFile(layout.Version))
}

func pack(t *testing.T, from, to string) {
	t.Helper()
	content, err := os.ReadFile(from)
	require.NoError(t, err)
	out, err := os.Create(to)
	require.NoError(t, err)
	z, err := gzip.NewWriterLevel(out, gzip.BestCompression)
	require.NoError(t, err)
	_, err = z.Write(content)
	require.NoError(t, err)
	require.NoError(t, z.Close())
	require.NoError(t, out.Close())
}

func unpack(t *testing.T, from, to string) {
	t.Helper()
	in, err := os.Open(from)
	require.NoError(t, err, "a new layout needs a file of its own: go test ./load -run Layout -update")
	defer in.Close()
	z, err := gzip.NewReader(in)
	require.NoError(t, err)
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY, 0o600)
	require.NoError(t, err)
	_, err = io.Copy(out, z)
	require.NoError(t, err)
	require.NoError(t, out.Close())
}

// layoutOf lists every column of every table and view.
func layoutOf(t *testing.T, w *duckdb.Warehouse) (list []string) {
	t.Helper()
	conn, err := w.Conn(t.Context())
	require.NoError(t, err)
	defer conn.Close()
	rows, err := conn.QueryContext(context.Background(), `SELECT schema_name || '.' || table_name || '.' || column_name || ' ' || data_type
		FROM duckdb_columns() WHERE NOT internal AND database_name = current_database() ORDER BY ALL`)
	require.NoError(t, err)
	defer rows.Close()
	for rows.Next() {
		var column string
		require.NoError(t, rows.Scan(&column))
		list = append(list, column)
	}
	require.NoError(t, rows.Err())
	return list
}

// TestTheDictionaryIsWhatTheWarehouseHas keeps `sync docs`, and what exports may
// name, equal to the tables and views.
func TestTheDictionaryIsWhatTheWarehouseHas(t *testing.T) {
	w, _ := open(t)
	for _, d := range schema.Dictionary() {
		var want []string
		for _, c := range d.Columns {
			want = append(want, c.Name+" "+strings.Replace(string(c.Type), "TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE", 1))
			require.NotEmpty(t, c.Doc, "%s.%s", d.Name, c.Name)
		}
		require.ElementsMatch(t, want, table(t, w, "SELECT column_name || ' ' || column_type FROM (DESCRIBE "+d.Name+")"), d.Name)
	}
}

// Payloads are most of a warehouse. Segments of few values DuckDB does not compress, so
// there are many.
func TestPayloadsAreStoredCompressed(t *testing.T) {
	path, c := warehousePath(t), storetest.NewClock()
	w, err := duckdb.Open(t.Context(), path, duckdb.Options{Now: c.Now})
	require.NoError(t, err)
	rows := make([][4]string, 5000)
	for i := range rows {
		rows[i] = [4]string{fmt.Sprint(i), "Ann", "Lee", fmt.Sprintf("ann.%d@acme.example", i)}
	}
	r := storetest.NewRun("r1", "p1", c.T)
	require.NoError(t, w.Commit(t.Context(), storetest.Batch(r, "toofr", "s9", true, rows...)))
	_, err = w.Merge(t.Context(), &r, storetest.People())
	require.NoError(t, err)
	require.NoError(t, w.Close())
	w, err = duckdb.Open(t.Context(), path, duckdb.Options{ReadOnly: true})
	require.NoError(t, err)
	defer w.Close()
	require.Equal(t, []string{"ZSTD"}, table(t, w,
		"SELECT DISTINCT compression FROM pragma_storage_info('etl.records') WHERE column_name = 'payload' AND segment_type <> 'VALIDITY'"))
}
