//go:build unix

package stage

import (
	"encoding/json"
	"net/http/httptest"
	"runtime"
	"syscall"
	"testing"
	"time"

	"contactsync/bench/fake"
	"contactsync/load"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// BenchmarkFold makes contacts of AudienceLab records of 74 fields, as a first load does:
// parse, normalise and hash. It reports what one record costs in time of the processor,
// which does not depend on who else works on the machine.
func BenchmarkFold(b *testing.B) {
	for _, c := range []struct {
		name      string
		audiences int
	}{{"first", 1}, {"two audiences", 2}} {
		b.Run(c.name, func(b *testing.B) {
			list := foldable(b, 2_000, c.audiences)
			records := float64(len(list))
			start, before := busy(b), allocations()
			for b.Loop() {
				for i := range list {
					_, err := foldOne(&list[i])
					require.NoError(b, err)
				}
			}
			b.ReportMetric(float64((busy(b)-start).Nanoseconds())/float64(b.N)/records, "cpu-ns/record")
			b.ReportMetric(float64(allocations()-before)/float64(b.N)/records, "allocs/record")
		})
	}
}

// busy is the time of the processor that this process has used.
func busy(tb testing.TB) time.Duration {
	tb.Helper()
	var used syscall.Rusage
	require.NoError(tb, syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

func allocations() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Mallocs
}

// foldable is records as a merge finds them: staged by so many audiences, of which each
// says the same but for the fields that it leaves out.
func foldable(tb testing.TB, records, audiences int) []load.Stored {
	tb.Helper()
	list := make([]load.Stored, 0, records)
	for _, payload := range fakePayloads(tb, records) {
		var s load.Stored
		s.Source, s.SourceID = schema.AudienceLab, string(payload[9:45])
		for n := range audiences {
			var v load.Version
			v.Source, v.SourceID, v.Audience = s.Source, s.SourceID, string(rune('a'+n))
			v.AsOf, v.Payload = time.Date(2026, 11, 1+n, 0, 0, 0, 0, time.UTC), string(payload)
			if n > 0 {
				v.Payload = without(tb, payload, "JOB_TITLE", "PERSONAL_EMAILS")
			}
			s.Staged = append(s.Staged, v)
		}
		list = append(list, s)
	}
	return list
}

// fakePayloads are the records of the vendor that `make bench` measures with.
func fakePayloads(tb testing.TB, records int) []json.RawMessage {
	tb.Helper()
	vendor, err := fake.New(tb.TempDir(), records)
	require.NoError(tb, err)
	answer := httptest.NewRecorder()
	vendor.ServeHTTP(answer, httptest.NewRequest("GET", "/first/segments/all?page=1&page_size=1000000", nil))
	var page struct{ Data []json.RawMessage }
	require.NoError(tb, json.Unmarshal(answer.Body.Bytes(), &page))
	require.Len(tb, page.Data, records)
	return page.Data
}

// without is a payload without some of its fields.
func without(tb testing.TB, payload []byte, fields ...string) string {
	tb.Helper()
	var members map[string]json.RawMessage
	require.NoError(tb, json.Unmarshal(payload, &members))
	for _, field := range fields {
		delete(members, field)
	}
	text, err := json.Marshal(members)
	require.NoError(tb, err)
	return string(text)
}
