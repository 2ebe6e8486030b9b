package run_test

import (
	"cmp"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"contactsync/internal/config"
	"contactsync/internal/run"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// BenchmarkNights measures what nights cost that read a vendor of N records: the
// whole program, from the first byte of HTTP to the closed warehouse, but for
// snapshot and exports. N is 100,000, or BENCH_RECORDS. A record that changes has a
// new title and a new address, so identity is worked out, too; s-merge is that part
// of the night, from staged rows to the tables. Each reports the peak of resident
// memory, of which the vendor in the same process takes a part.
func BenchmarkNights(b *testing.B) {
	v := &vendor{records: benchRecords(b)}
	server := httptest.NewServer(v)
	defer server.Close()
	w := newBench(b, server.URL)
	b.Run("first", func(b *testing.B) {
		for range b.N {
			b.StopTimer()
			require.NoError(b, os.RemoveAll(filepath.Join(w.dir, "warehouse.duckdb")))
			b.StartTimer()
			run := w.night(b, "all")
			require.EqualValues(b, v.records, run.RowsNew)
		}
	})
	b.Run("unchanged", func(b *testing.B) {
		for range b.N {
			require.Zero(b, w.night(b, "all").RowsWritten)
		}
	})
	b.Run("one percent changed", func(b *testing.B) {
		for range b.N {
			v.change(v.records / 100)
			require.EqualValues(b, v.records/100, w.night(b, "all").RowsChanged)
		}
	})
	b.Run("ten thousand changed, and only they are read", func(b *testing.B) {
		for range b.N {
			v.change(partRecords)
			require.EqualValues(b, partRecords, w.night(b, "part").RowsWritten)
		}
	})
	b.Run("resolve from nothing", func(b *testing.B) {
		for range b.N {
			resetPeak(b)
			done, err := run.Resolve(b.Context(), w.runner(), run.ResolveOptions{Rebuild: true})
			require.NoError(b, err)
			require.Zero(b, done.Merged.Moved, "the same people")
			w.report(b)
		}
	})
}

const partRecords = 10_000

func benchRecords(b *testing.B) int {
	n := 100_000
	if text := os.Getenv("BENCH_RECORDS"); text != "" {
		var err error
		n, err = strconv.Atoi(text)
		require.NoError(b, err)
	}
	return max(n, partRecords)
}

// bench is a warehouse with a pipeline for all records and one for a part.
type bench struct {
	dir    string
	config *config.Config
}

func newBench(b *testing.B, url string) *bench {
	w := &bench{dir: b.TempDir()}
	path := filepath.Join(w.dir, "pipelines.yaml")
	b.Setenv("KEY", "k")
	require.NoError(b, os.WriteFile(path, []byte(fmt.Sprintf(`version: 1
identity: {guard: "%s"}
warehouse: {path: warehouse.duckdb}
sources:
  audiencelab: {api_key: "${KEY}", auth: api_key, base_url: "%s", page_size: 10000}
pipelines:
  all: {from: audiencelab.segments, segments: [all]}
  part: {from: audiencelab.segments, segments: [part]}
`, cmp.Or(os.Getenv("BENCH_GUARD"), "on"), url)), 0o600))
	var err error
	w.config, err = config.Load(path)
	require.NoError(b, err)
	return w
}

func (w *bench) runner() *run.Runner {
	return run.NewRunner(w.config, slog.New(slog.DiscardHandler))
}

// night runs one pipeline and reports what it took.
func (w *bench) night(b *testing.B, name string) schema.Run {
	b.Helper()
	resetPeak(b)
	var merging time.Time
	var merged time.Duration
	r := w.runner()
	r.Progress = func(p run.Progress) {
		switch {
		case p.State == run.Merging:
			merging = time.Now()
		case p.State == run.Done:
			merged = time.Since(merging)
		}
	}
	report, err := run.Pipelines(b.Context(), r, []string{name}, run.Options{})
	require.NoError(b, err)
	run := report.Runs[0]
	require.Equal(b, schema.Succeeded, run.Status, run.Error)
	b.ReportMetric(merged.Seconds(), "s-merge")
	w.report(b)
	return run
}

// report tells what the process took, besides time.
func (w *bench) report(b *testing.B) {
	b.Helper()
	b.ReportMetric(peak(b), "MB-peak")
}

// vendor serves segments "all" and "part", the first records of all.
type vendor struct {
	records int
	changed atomic.Int64 // so many records, the first ones, are of this version
	version atomic.Int64
}

func (v *vendor) change(records int) {
	v.changed.Store(int64(records))
	v.version.Add(1)
}

func (v *vendor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	page, _ := strconv.Atoi(r.URL.Query().Get("page"))
	size, _ := strconv.Atoi(r.URL.Query().Get("page_size"))
	total := v.records
	if strings.HasSuffix(r.URL.Path, "/part") {
		total = partRecords
	}
	from, to := (page-1)*size, min(page*size, total)
	body := fmt.Appendf(nil, `{"total_records":%d,"total_pages":%d,"page":%d,"page_size":%d,"has_more":%t,"data":[`, total, (total+size-1)/size, page, size, to < total)
	for i := from; i < to; i++ {
		if i > from {
			body = append(body, ',')
		}
		version := int64(0)
		if i < int(v.changed.Load()) {
			version = v.version.Load()
		}
		body = appendPerson(body, i, version)
	}
	_, _ = w.Write(append(body, "]}"...)) // a client that has gone fails by itself
}

// appendPerson appends a made-up person. One in ten shares an address with the
// one before: the same person under another key.
func appendPerson(b []byte, i int, version int64) []byte {
	who := i - (i%10)/9
	return fmt.Appendf(b, `{"UUID":"%08x-0000-4000-8000-%012x","FIRST_NAME":"Person%d","LAST_NAME":"Surname%d","BUSINESS_EMAIL":"person.%d@company-%d.example","PERSONAL_EMAILS":"person.%d@mail.example, p%d.%d@home.example","BUSINESS_VERIFIED_EMAILS":"person.%d@company-%d.example","MOBILE_PHONE":"+1202555%04d","MOBILE_PHONE_DNC":"N","LINKEDIN_URL":"linkedin.com/in/person-%d","JOB_TITLE":"Director %d of Research","SENIORITY_LEVEL":"director","DEPARTMENT":"Engineering","COMPANY_NAME":"Company %d","COMPANY_DOMAIN":"company-%d.example","COMPANY_INDUSTRY":"Technology","COMPANY_EMPLOYEE_COUNT":"51 to 100","COMPANY_REVENUE":"$10,000,000 to $24,999,999","COMPANY_ADDRESS":"%d Main Street, Suite 12","COMPANY_CITY":"Springfield","COMPANY_STATE":"Illinois","COMPANY_ZIP":"62701","PERSONAL_ADDRESS":"%d Oak Lane","PERSONAL_CITY":"Springfield","PERSONAL_STATE":"IL","PERSONAL_ZIP":"62704","GENDER":"F","AGE_RANGE":"35-44","INCOME_RANGE":"$75,000 to $99,999","NET_WORTH":"$100,000 to $249,999","HEADLINE":"Director at Company %d","EDUCATION_HISTORY":"University of Somewhere, 2003","PERSON_LAST_UPDATED":"2026-11-%02d"}`,
		i, i, who, who, who, who/20, who, who, version, who, who/20, who%10000, who, version, who/20, who/20, i%900, i%900, who/20, 1+version%28)
}

// resetPeak makes Linux forget the peak of resident memory; elsewhere there is none to read.
func resetPeak(b *testing.B) {
	b.Helper()
	debug.FreeOSMemory() // what an earlier night has left behind
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0)
}

// peak is the process's peak of resident memory in MB, 0 where it is not known.
func peak(b *testing.B) float64 {
	b.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	var kilobytes float64
	_, _ = fmt.Sscan(after, &kilobytes) // no such line: 0
	return kilobytes / 1024
}
