//go:build duckdb_arrow

package stage

import (
	"bytes"
	"fmt"
	"runtime"
	"testing"
	"unsafe"
	"weak"

	"contactsync/extract"
	"contactsync/internal/suppression"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// TestNothingKeepsAPageLongerThanItsBatch: records are parts of their page, so one
// name or domain that somebody remembers would keep a whole page in memory.
func TestNothingKeepsAPageLongerThanItsBatch(t *testing.T) {
	s := newTestStager(t, schema.AudienceLab, nil)
	s.guard = newGuard(map[string]bool{suppression.Hash(schema.EmailSHA256, "nobody"): true}, s.rules) // normalises every record
	page := takePage(t, s)
	runtime.GC()
	require.Nil(t, page.Value())
}

// takePage takes a page through the Stager and tells whether it is still in memory.
func takePage(t *testing.T, s *Stager) weak.Pointer[byte] {
	var rows [][]byte
	for i := range 200 {
		rows = append(rows, wideRecord(i, i).Raw)
	}
	body := bytes.Join(rows, nil)
	p, at := extract.Page{Partition: "seg", Audience: "seg", Sweep: "1"}, 0
	for i, row := range rows {
		p.Records = append(p.Records, schema.Record{Source: schema.AudienceLab, ID: fmt.Sprint(i), Raw: body[at : at+len(row) : at+len(row)]})
		at += len(row)
	}
	stagePage(t, s, p)
	return weak.Make(&body[0])
}

func TestARecordIsNotCopiedOnItsWayIntoABatch(t *testing.T) {
	s := newTestStager(t, schema.AudienceLab, nil)
	record := wideRecord(0, 0)
	s.pages = []extract.Page{{Partition: "seg", Audience: "seg", Sweep: "1", Records: []schema.Record{record}}}
	b, err := s.gather(t.Context())
	require.NoError(t, err)
	require.Len(t, b.batch.Versions, 1)
	require.Same(t, &record.Raw[0], unsafe.StringData(b.batch.Versions[0].Payload))
}
