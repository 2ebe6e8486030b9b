package daemon

import (
	"bufio"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"contactsync/internal/config"
	"contactsync/internal/run"
	"contactsync/internal/simulate"
	"contactsync/internal/simulate/api"
	"contactsync/load/duckdb/report"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// TestSoak runs the daemon against simulated vendors, a run a second and with
// faults and outages, for as long as SOAK says (`make soak`: ten minutes). Memory
// must stay flat, no goroutine may be left, and no run, failed or not, may be
// missing in the history.
func TestSoak(t *testing.T) {
	length, err := time.ParseDuration(os.Getenv("SOAK"))
	if err != nil {
		t.Skip("SOAK names no duration; make soak does")
	}
	leaks := goleak.IgnoreCurrent()
	s := simulate.New(simulate.Options{Seed: 11, People: 1000, LogLimit: 1000, Credits: map[string]int{schema.Toofr: 1 << 30}})
	urls, err := s.Start(t.Context(), map[string]int{schema.Toofr: 0, schema.Intent: 0, schema.StatSocial: 0, schema.AudienceLab: 0})
	require.NoError(t, err)
	c, err := config.Parse("soak.yaml", []byte(soakConfig(urls)), t.TempDir(), os.LookupEnv)
	require.NoError(t, err)

	d, err := New(run.NewRunner(c, slog.New(slog.DiscardHandler)))
	require.NoError(t, err)
	d.backoff = func(int) time.Duration { return time.Second }
	ended := map[string]string{} // status by run
	d.Ended = func(e Ended) { ended[e.Run.RunID] = e.Run.Status }
	var used footprint
	d.Published = func(error) { used.note(t) } // always at the same point: the warehouse has just been closed
	ctx, cancel := context.WithCancelCause(t.Context())
	var running sync.WaitGroup
	running.Go(func() { d.Run(ctx) })

	const stretches = 48
	for n := range stretches {
		weather(s, n)
		time.Sleep(length / stretches)
		d.Overview()
	}
	cancel(errors.New("the soak is over"))
	running.Wait()
	require.NoError(t, s.Close())

	requireHistory(t, c, ended)
	used.requireFlat(t)
	goleak.VerifyNone(t, leaks)
}

// weather is what befalls the vendors in the nth stretch of time: by turns a few
// transient faults everywhere, which retries get over, and an outage of one vendor,
// which they do not. Twelve outages are each kind at each vendor; the first is of
// StatSocial, whose build is read only once.
func weather(s *simulate.Simulator, n int) {
	if n%2 == 1 {
		s.SetFaults(0.05)
		return
	}
	kinds := []simulate.Fault{api.Unavailable, api.ExpiredKey, api.NotReady}
	vendors := []string{schema.StatSocial, schema.Toofr, schema.Intent, schema.AudienceLab}
	s.SetFaults(1, kinds[n/2%len(kinds)].At(vendors[n/2%len(vendors)]))
}

// requireHistory holds the warehouse's history to what was told of each run.
func requireHistory(t *testing.T, c *config.Config, ended map[string]string) {
	t.Helper()
	r := run.NewRunner(c, slog.New(slog.DiscardHandler))
	require.NoError(t, r.Read(t.Context(), func(reader *run.Reader) error {
		stored, err := report.Runs(t.Context(), reader, "", len(ended)*2+100)
		require.NoError(t, err)
		counts := map[string]int{}
		for _, run := range stored {
			require.Equal(t, run.Status, ended[run.RunID], "%s", run.RunID)
			require.Equal(t, run.Status == schema.Succeeded, run.Error == "", "%s: %s", run.RunID, run.Error)
			counts[run.Pipeline+" "+run.Status]++
		}
		require.Len(t, stored, len(ended), "every run is in the history")
		t.Logf("%d runs: %v", len(stored), counts)
		for _, p := range c.Pipelines {
			require.Positive(t, counts[p.Name+" "+schema.Failed], "%s has failed, too", p.Name)
			require.Positive(t, counts[p.Name+" "+schema.Succeeded], p.Name)
		}
		return err
	}))
}

// footprint is the memory in use, one measurement after another, in kB.
type footprint struct{ resident, heap []int64 }

func (f *footprint) note(t *testing.T) {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	f.resident, f.heap = append(f.resident, resident(t)), append(f.heap, int64(m.HeapAlloc>>10))
}

// requireFlat compares the medians of the second and the last third. Go's heap may
// rise a little with its garbage; resident memory also by what malloc keeps
// in fragments. A leak of 20 kB a run, as there was in DuckDB's Arrow views, would
// be 14 MB in ten minutes.
func (f *footprint) requireFlat(t *testing.T) {
	t.Helper()
	require.Greater(t, len(f.resident), 6, "too short to tell")
	for _, m := range []struct {
		name string
		kB   []int64
		rise int64
	}{{"resident memory", f.resident, 8 << 10}, {"Go's heap", f.heap, 1 << 10}} {
		third := len(m.kB) / 3
		before, after := median(m.kB[third:2*third]), median(m.kB[2*third:])
		t.Logf("%s: %.1f MB in the second third, %.1f MB in the last", m.name, float64(before)/1024, float64(after)/1024)
		require.LessOrEqual(t, after-before, m.rise, "%s stays flat", m.name)
	}
}

func median(list []int64) int64 { return slices.Sorted(slices.Values(list))[len(list)/2] }

func soakConfig(urls map[string]string) string {
	source := func(name, key string) string {
		return "  " + name + ": {base_url: \"" + urls[name] + "\", " + key + ": \"" + simulate.DefaultKey(name) + "\", poll_interval: 100ms, poll_timeout: 2s, max_wait: 10s, max_attempts: 3}\n"
	}
	return "version: 1\nwarehouse: {path: soak.duckdb, snapshot: snapshot.duckdb, memory_limit: 256MB}\nserve: {retries: 1}\nsources:\n" +
		source("toofr", "api_key") + source("intent", "api_key") + source("statsocial", "token") + source("audiencelab", "api_key") + `pipelines:
  leaders: {from: toofr.prospects, websites: [northwind-labs.example], titles: [c_level], refresh: 1s, schedule: "@every 1s"}
  matches: {from: intent.matches, audience_id: 3c90c3cc-0d44-4b50-8888-8dd25736052a, schedule: "@every 1s"}
  fans: {from: statsocial.outputs, audience_id: 67454, schedule: "@every 1s"}
  visitors: {from: audiencelab.segments, segments: [seg_abc123], schedule: "@every 1s"}
exports:
  contacts: {table: contacts, path: exports/contacts}
`
}

// resident is the process's resident memory in kB.
func resident(t *testing.T) int64 {
	f, err := os.Open(filepath.Join("/proc", "self", "status"))
	if err != nil {
		t.Skip("there is no /proc to read memory from")
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if rest, ok := strings.CutPrefix(lines.Text(), "VmRSS:"); ok {
			n, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			require.NoError(t, err)
			return n
		}
	}
	return 0
}
