//go:build duckdb_arrow

package resident

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"

	"contactsync/load/duckdb/layout"
	"contactsync/load/duckdb/rowio"

	_ "github.com/duckdb/duckdb-go/v2"
	"github.com/stretchr/testify/require"
)

// lake answers from tables of the same names in the schema lake, as the lake has them.
type lake struct {
	t     *testing.T
	db    *sql.DB
	dir   string
	asked []Query
}

func (l *lake) put(table, query string) {
	t := TableOf(table)
	_, err := l.db.Exec(fmt.Sprintf("COPY (SELECT %s FROM (%s)) TO '%s'", t.columns(toLake), query, filepath.Join(l.dir, t.registry()+".parquet")))
	require.NoError(l.t, err)
}

func (l *lake) Stored(string) int64 { return 1 }

func TestRowsAreFetchedOnceAndWhatDiffersIsTold(t *testing.T) {
	ctx := t.Context()
	db, err := sql.Open("duckdb", "")
	require.NoError(t, err)
	defer db.Close()
	db.SetMaxOpenConns(1)
	for _, s := range layout.SQL() {
		_, err := db.Exec(s)
		require.NoError(t, err)
	}
	l := &lake{t: t, db: db, dir: t.TempDir()}
	l.put("etl.identifiers", `SELECT 's' AS source, i::VARCHAR AS source_id, 'email_sha256' AS kind, 'v' || i AS value,
		(18446744073709551615 - i)::UBIGINT AS key, NULL::UBIGINT AS address_key, [i::UBIGINT, 18446744073709551614::UBIGINT] AS spellings FROM range(5) r(i)`)
	l.put("etl.people", "SELECT 's' AS source, i::VARCHAR AS source_id, 'c' || i AS contact_id FROM range(5) r(i)")
	tx, err := db.Begin()
	require.NoError(t, err)
	defer tx.Rollback() //nolint:errcheck // a test
	l2 := &txLake{l, tx}
	r := New(l2, t.TempDir(), tx)
	require.NoError(t, r.By(ctx, "etl.people", []string{"source", "source_id"}, "SELECT 's' AS source, '1' AS source_id"))
	require.NoError(t, r.By(ctx, "etl.people", []string{"source", "source_id"}, "SELECT 's' AS source, unnest(['1', '2']) AS source_id"))
	require.Equal(t, []int64{1, 1}, []int64{l.asked[0].Number, l.asked[1].Number}, "what was asked for is not asked for again")
	require.NoError(t, r.By(ctx, "etl.people", []string{"contact_id"}, "SELECT 'c1' AS contact_id"))
	require.NoError(t, r.All(ctx, "etl.identifiers"))
	require.NoError(t, r.All(ctx, "etl.identifiers"))
	require.Len(t, l.asked, 4)

	_, err = tx.Exec("UPDATE etl.people SET contact_id = 'new' WHERE source_id = '2'")
	require.NoError(t, err)
	_, err = tx.Exec("DELETE FROM etl.identifiers WHERE source_id = '0'")
	require.NoError(t, err)
	_, err = tx.Exec("INSERT INTO etl.contacts (contact_id) VALUES ('new')")
	require.NoError(t, err)
	require.NoError(t, r.By(ctx, "etl.people", []string{"contact_id"}, "SELECT 'c2' AS contact_id"), "fetched again, it does not undo what changed")
	changes, err := r.Changes(ctx)
	require.NoError(t, err)
	got := map[string][2]int64{}
	for _, c := range changes {
		got[c.Table.Name] = [2]int64{c.GoneRows, c.ComeRows}
	}
	require.Equal(t, map[string][2]int64{"etl.people": {1, 1}, "etl.identifiers": {1, 0}, "etl.contacts": {0, 1}}, got)
	require.NoError(t, r.Clear(ctx))
	var rows int
	require.NoError(t, tx.QueryRow("SELECT (SELECT count(*) FROM etl.people) + (SELECT count(*) FROM etl.identifiers)").Scan(&rows))
	require.Zero(t, rows)
}

// txLake asks by the transaction: the tests' database has one connection.
type txLake struct {
	*lake
	tx *sql.Tx
}

func (l *txLake) Fetch(ctx context.Context, q Query, read func(string) error) error {
	l.asked = append(l.asked, q)
	file := filepath.Join(l.dir, fmt.Sprintf("answer%d.parquet", len(l.asked)))
	where := ""
	if q.Keys != "" {
		where = fmt.Sprintf(" SEMI JOIN read_parquet(%s) USING (%s)", rowio.QuoteText(q.Keys), rowio.QuoteAll(q.By))
	}
	_, err := l.tx.ExecContext(ctx, fmt.Sprintf("COPY (SELECT * FROM '%s'%s) TO '%s' (FORMAT parquet)", filepath.Join(l.dir, q.Table.registry()+".parquet"), where, file))
	if err != nil {
		return err
	}
	return read("read_parquet(" + rowio.QuoteText(file) + ")")
}
