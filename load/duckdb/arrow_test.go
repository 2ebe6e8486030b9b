//go:build duckdb_arrow

package duckdb

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"contactsync/load"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// manyRecords makes records that have a value in every column.
func manyRecords(n int) []load.Record {
	at := time.Date(2026, 11, 19, 22, 5, 2, 0, time.UTC)
	records := make([]load.Record, n)
	for i := range records {
		for _, c := range recordColumns {
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

func BenchmarkFrame(b *testing.B) {
	records := manyRecords(5000)
	b.ReportAllocs()
	for b.Loop() {
		for _, f := range stageFrame(nil, "records", "toofr", 1, recordColumns, records) {
			f.batch.Release()
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(records)), "ns/row")
}

func BenchmarkReadRows(b *testing.B) {
	w, err := Open(b.Context(), filepath.Join(b.TempDir(), "w.duckdb"), Options{})
	require.NoError(b, err)
	defer w.Close()
	records := manyRecords(20_000)
	require.NoError(b, w.Commit(b.Context(), load.Batch{Run: schema.Run{RunID: "a", Pipeline: "toofr"}, Records: records}))
	query := "SELECT " + selectList("r", recordColumns) + " FROM etl.staged_records r"
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		require.NoError(b, readRows(b.Context(), w.conn, recordColumns, func(*load.Record) error { n++; return nil }, query))
		require.Len(b, records, n)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(records)), "ns/row")
}
