//go:build duckdb_arrow

package duckdb

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"contactsync/load"
	"contactsync/load/duckdb/layout"
	"contactsync/load/duckdb/rowio"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// manyRecords makes records that have a value in every column.
func manyRecords(n int) []load.Record {
	at := time.Date(2026, 11, 19, 22, 5, 2, 0, time.UTC)
	records := make([]load.Record, n)
	for i := range records {
		for _, c := range layout.RecordColumns {
			switch v := c.Field(&records[i]).(type) {
			case *string:
				*v = fmt.Sprintf("%s %d", c.Name, i)
			case *[]string:
				*v = []string{fmt.Sprintf("%s %d", c.Name, i), c.Name}
			case *time.Time:
				*v = at.Add(time.Duration(i) * time.Second)
			case **bool:
				*v = new(i%2 == 0)
			case *int64:
				*v = int64(i + 1)
			}
		}
		records[i].Payload = fmt.Sprintf(`{"n": %d}`, i)
	}
	return records
}

func TestNoStoredTableHasAColumnTwice(t *testing.T) {
	for _, table := range layout.Tables() {
		seen := map[string]bool{}
		for _, c := range table.Columns {
			require.False(t, seen[c.Name], "%s.%s", table.Name, c.Name)
			seen[c.Name] = true
		}
	}
}

// every is a row of every type that a column may have.
type every struct {
	Text   schema.Kind `col:"text"`
	List   []string    `col:"list"`
	At     time.Time   `col:"moment"`
	Day    schema.Date `col:"day"`
	Flag   *bool       `col:"flag"`
	Sure   bool        `col:"sure"`
	Count  int64       `col:"count"`
	Score  float64     `col:"score"`
	Number int64       `col:"number"`
}

var everyColumns = schema.ColumnsOf[every]()

func TestRowsOfEveryTypeGoIntoDuckDBAndComeBack(t *testing.T) {
	w, err := Open(t.Context(), filepath.Join(t.TempDir(), "w.duckdb"), Options{})
	require.NoError(t, err)
	defer w.Close()
	_, err = w.conn.ExecContext(t.Context(), layout.CreateTable(schema.Table[every]{Name: "every_type", Columns: everyColumns}.Info()))
	require.NoError(t, err)
	day := time.Date(2026, 11, 19, 0, 0, 0, 0, time.UTC)
	rows := make([]every, 5000) // more than DuckDB hands out at once
	for i := range rows {
		rows[i].Number = int64(i)
		if i%3 == 0 {
			continue // nothing is known of it
		}
		rows[i] = every{"text", []string{"a", "", "c"}, day.Add(123456 * time.Microsecond), schema.Date{Time: day}, new(i%2 == 0), true, -7, 0.5, int64(i)}
	}
	f := rowio.NewFrame("every_type", everyColumns, rows)
	require.NoError(t, w.transaction(t.Context(), []rowio.Frame{f}, func(context.Context, *sql.Tx) error { return nil }))
	var nulls int
	require.NoError(t, w.conn.QueryRowContext(t.Context(), `SELECT count(*) FROM every_type
		WHERE text IS NULL AND list IS NULL AND moment IS NULL AND day IS NULL AND flag IS NULL AND NOT sure AND count = 0 AND score = 0`).Scan(&nulls))
	require.Equal(t, 1667, nulls)
	var back []every
	require.NoError(t, rowio.Read(t.Context(), w.conn, everyColumns, rowio.Collect(&back), "SELECT "+rowio.SelectList("e", everyColumns)+" FROM every_type e ORDER BY number"))
	require.Equal(t, rows, back)
	require.NoError(t, rowio.Read(t.Context(), w.conn, everyColumns, rowio.Collect(&back), "SELECT "+rowio.SelectList("e", everyColumns)+" FROM every_type e WHERE false"))
	require.Len(t, back, len(rows))
}

func BenchmarkFrame(b *testing.B) {
	records := manyRecords(5000)
	b.ReportAllocs()
	for b.Loop() {
		rowio.NewFrame("etl.records", layout.RecordColumns, records).Release()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(records)), "ns/row")
}

func BenchmarkReadRows(b *testing.B) {
	w, err := Open(b.Context(), filepath.Join(b.TempDir(), "w.duckdb"), Options{})
	require.NoError(b, err)
	defer w.Close()
	records := manyRecords(20_000)
	f := rowio.NewFrame("etl.records", layout.RecordColumns, records)
	require.NoError(b, w.transaction(b.Context(), []rowio.Frame{f}, func(context.Context, *sql.Tx) error { return nil }))
	query := "SELECT " + rowio.SelectList("r", layout.RecordColumns) + " FROM etl.records r"
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		require.NoError(b, rowio.Read(b.Context(), w.conn, layout.RecordColumns, func(*load.Record) error { n++; return nil }, query))
		require.Len(b, records, n)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(records)), "ns/row")
}
