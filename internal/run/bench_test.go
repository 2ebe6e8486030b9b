package run_test

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"contactsync/bench/fake"
	"contactsync/internal/config"
	"contactsync/internal/run"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// BenchmarkNights is for profiles: the nights that `make bench` measures from outside
// (bench/), against the same vendor, but in this process, without snapshot and exports,
// so that -cpuprofile and -memprofile show where the time goes. N is 100,000, or
// BENCH_RECORDS. s-merge is the part of a night from staged rows to the tables; MB-peak
// is that of this process, the vendor in it included.
func BenchmarkNights(b *testing.B) {
	records := benchRecords(b)
	vendor, err := fake.New(b.TempDir(), records)
	require.NoError(b, err)
	server := httptest.NewServer(vendor)
	defer server.Close()
	w := newBench(b, server.URL)
	b.Run("first", func(b *testing.B) {
		for range b.N {
			b.StopTimer()
			require.NoError(b, os.RemoveAll(w.warehouse()))
			require.NoError(b, os.RemoveAll(w.warehouse()+".begun.json"))
			b.StartTimer()
			run := w.run(b, fake.First, "all")
			require.EqualValues(b, records, run.RowsNew)
		}
	})
	w.keep(b)
	b.Run("unchanged", func(b *testing.B) {
		for range b.N {
			require.Zero(b, w.run(b, fake.First, "all").RowsWritten)
		}
	})
	b.Run("one percent changed", func(b *testing.B) {
		for range b.N {
			w.restore(b)
			require.EqualValues(b, fake.ChangedOf(records), w.run(b, fake.Changed, "all").RowsChanged)
		}
	})
	b.Run("ten thousand changed, and only they are read", func(b *testing.B) {
		for range b.N {
			w.restore(b)
			require.EqualValues(b, fake.FewOf(records), w.run(b, fake.Few, "part").RowsWritten)
		}
	})
	b.Run("resolve from nothing", func(b *testing.B) {
		for range b.N {
			resetPeak(b)
			done, err := run.Resolve(b.Context(), w.runner(b, fake.First), run.ResolveOptions{Rebuild: true})
			require.NoError(b, err)
			require.Zero(b, done.Merged.Moved, "the same people")
			w.report(b)
		}
	})
}

func benchRecords(b *testing.B) int {
	n := 100_000
	if text := os.Getenv("BENCH_RECORDS"); text != "" {
		var err error
		n, err = strconv.Atoi(text)
		require.NoError(b, err)
	}
	return n
}

// bench is a warehouse with a pipeline for all records and one for a part.
type bench struct{ dir, url string }

func newBench(b *testing.B, url string) *bench {
	b.Setenv("KEY", "k")
	return &bench{dir: b.TempDir(), url: url}
}

func (w *bench) warehouse() string { return filepath.Join(w.dir, "warehouse.duckdb") }

// keep keeps the warehouse as it is after the first night, if that was run.
func (w *bench) keep(b *testing.B) {
	b.Helper()
	if _, err := os.Stat(w.warehouse()); errors.Is(err, fs.ErrNotExist) {
		w.run(b, fake.First, "all")
	}
	copyFile(b, w.warehouse(), w.warehouse()+".first")
}

// restore goes back to that, outside the time of the benchmark.
func (w *bench) restore(b *testing.B) {
	b.Helper()
	b.StopTimer()
	defer b.StartTimer()
	copyFile(b, w.warehouse()+".first", w.warehouse())
}

func copyFile(b *testing.B, from, to string) {
	b.Helper()
	content, err := os.ReadFile(from)
	require.NoError(b, err)
	require.NoError(b, os.WriteFile(to, content, 0o600))
}

// runner is for a night of the vendor.
func (w *bench) runner(b *testing.B, night string) *run.Runner {
	b.Helper()
	path := filepath.Join(w.dir, "pipelines.yaml")
	require.NoError(b, os.WriteFile(path, []byte(fmt.Sprintf(`version: 1
identity: {guard: "%s"}
warehouse: {path: warehouse.duckdb}
sources:
  audiencelab: {api_key: "${KEY}", auth: api_key, base_url: "%s/%s", page_size: 10000}
pipelines:
  all: {from: audiencelab.segments, segments: [all]}
  part: {from: audiencelab.segments, segments: [part]}
`, cmp.Or(os.Getenv("BENCH_GUARD"), "on"), w.url, night)), 0o600))
	c, err := config.Load(path)
	require.NoError(b, err)
	return run.NewRunner(c, slog.New(slog.DiscardHandler))
}

// run runs one pipeline on a night and reports what it took.
func (w *bench) run(b *testing.B, night, name string) schema.Run {
	b.Helper()
	resetPeak(b)
	var merging time.Time
	var merged time.Duration
	r := w.runner(b, night)
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
