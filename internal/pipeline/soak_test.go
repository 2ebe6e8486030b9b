package pipeline

import (
	"bufio"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"contactsync/internal/config"
	"contactsync/internal/simulate"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// TestSoak runs the daemon against simulated vendors, a run a second and with
// faults, for as long as SOAK says (`make soak`: ten minutes). Memory must stay
// flat, no goroutine may be left, and no run may be missing in the history.
func TestSoak(t *testing.T) {
	length, err := time.ParseDuration(os.Getenv("SOAK"))
	if err != nil {
		t.Skip("SOAK names no duration; make soak does")
	}
	leaks := goleak.IgnoreCurrent()
	s := simulate.New(simulate.Options{Seed: 11, People: 1000, Faults: 0.05, LogLimit: 1000, ToofrCredits: 1 << 30})
	urls, err := s.Start(t.Context(), map[string]int{schema.Toofr: 0, schema.Intent: 0, schema.StatSocial: 0, schema.AudienceLab: 0})
	require.NoError(t, err)
	c, err := config.Parse("soak.yaml", []byte(soakConfig(urls)), t.TempDir(), os.LookupEnv)
	require.NoError(t, err)

	d, err := NewDaemon(NewRunner(c, slog.New(slog.DiscardHandler)))
	require.NoError(t, err)
	d.backoff = func(int) time.Duration { return time.Second }
	ended := map[string]string{} // status by run
	d.Ended = func(e Ended) { ended[e.Run.RunID] = e.Run.Status }
	ctx, cancel := context.WithCancelCause(t.Context())
	var running sync.WaitGroup
	running.Go(func() { d.Run(ctx) })

	var memory []int64 // resident, in kB
	for end := time.Now().Add(length); time.Now().Before(end); time.Sleep(length / 60) {
		runtime.GC()
		memory = append(memory, resident(t))
		d.Overview()
	}
	cancel(errors.New("the soak is over"))
	running.Wait()
	require.NoError(t, s.Close())

	r := NewRunner(c, slog.New(slog.DiscardHandler))
	require.NoError(t, r.Read(t.Context(), func(reader *Reader) error {
		stored, err := reader.Runs(t.Context(), "", len(ended)*2+100)
		require.NoError(t, err)
		counts := map[string]int{}
		for _, run := range stored {
			require.Equal(t, run.Status, ended[run.RunID], "%s", run.RunID)
			counts[run.Pipeline+" "+run.Status]++
		}
		require.Len(t, stored, len(ended), "every run is in the history")
		t.Logf("%d runs in %s: %v", len(stored), length, counts)
		return err
	}))
	third := len(memory) / 3
	before, after := mean(memory[third:2*third]), mean(memory[2*third:])
	t.Logf("resident memory: %d MB in the second third, %d MB in the last", before>>10, after>>10)
	require.Less(t, after, before+before/5+16<<10, "memory stays flat")
	goleak.VerifyNone(t, leaks)
}

func soakConfig(urls map[string]string) string {
	source := func(name, key string) string {
		return "  " + name + ": {base_url: \"" + urls[name] + "\", " + key + ": \"" + simulate.DefaultKey(name) + "\", poll_interval: 100ms, max_wait: 10s}\n"
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

func mean(list []int64) int64 {
	sum := int64(0)
	for _, n := range list {
		sum += n
	}
	return sum / int64(max(len(list), 1))
}
