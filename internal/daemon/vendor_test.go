package daemon

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"contactsync/internal/config"
	"contactsync/internal/run"
	"contactsync/internal/simulate"
	"contactsync/load"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// TestTheDaemonAgainstVendors runs a daemon against the simulator: it waits for
// another process's lock, its StatSocial run waits an hour unless the vendor calls
// back, and what it stored can be read again by the next daemon.
func TestTheDaemonAgainstVendors(t *testing.T) {
	s := simulate.New(simulate.Options{Seed: 5, People: 200})
	urls, err := s.Start(t.Context(), map[string]int{schema.StatSocial: 0, schema.AudienceLab: 0})
	require.NoError(t, err)
	defer s.Close()
	text := "version: 1\nwarehouse: {path: w.duckdb, snapshot: a.duckdb}\nsources:\n" +
		"  statsocial: {base_url: \"" + urls[schema.StatSocial] + "\", token: " + simulate.DefaultKey(schema.StatSocial) + ", poll_interval: 1h, poll_timeout: 2h}\n" +
		"  audiencelab: {base_url: \"" + urls[schema.AudienceLab] + "\", api_key: " + simulate.DefaultKey(schema.AudienceLab) + ", poll_interval: 100ms}\n" +
		"pipelines:\n  fans: {from: statsocial.outputs, audience_id: 67454}\n  labs: {from: audiencelab.audiences}\n"
	c, err := config.Parse("pipelines.yaml", []byte(text), t.TempDir(), os.LookupEnv)
	require.NoError(t, err)
	d, err := New(run.NewRunner(c, slog.New(slog.DiscardHandler)))
	require.NoError(t, err)
	ended := make(chan Ended, 4)
	d.Ended = func(e Ended) { ended <- e }
	published := make(chan error, 4)
	d.Published = func(err error) { published <- err }
	ctx, cancel := context.WithCancelCause(t.Context())
	var running sync.WaitGroup
	running.Go(func() { d.Run(ctx) })
	defer running.Wait()
	defer cancel(errors.New("stopped"))

	other, err := load.Acquire(t.Context(), c.Warehouse.Path.Full, false)
	require.NoError(t, err)
	require.NoError(t, d.Act(RunNow, "fans"))
	require.NoError(t, d.Act(RunNow, "labs"))
	shows(t, d, func(o Overview) bool { return o.Pipelines[0].Waiting == "another process, which writes the warehouse" })
	require.NoError(t, other.Release())

	require.Equal(t, schema.Succeeded, (<-ended).Run.Status, "labs is not held up")
	shows(t, d, func(o Overview) bool {
		return o.Pipelines[0].Progress != nil && o.Pipelines[0].Progress.State == run.Waiting
	})
	d.Callback(schema.StatSocial)
	fans := (<-ended).Run
	require.Equal(t, "fans", fans.Pipeline)
	require.Equal(t, schema.Succeeded, fans.Status)
	require.Positive(t, fans.RowsRead)
	require.NoError(t, <-published)
	require.FileExists(t, c.Warehouse.Snapshot.Full)
	shows(t, d, func(o Overview) bool { return o.Pipelines[0].Phase == Resting && len(o.Overlaps) > 0 })
	require.Positive(t, d.Overview().Answers[schema.StatSocial][200])

	next, err := New(run.NewRunner(c, slog.New(slog.DiscardHandler)))
	require.NoError(t, err)
	require.Equal(t, d.CallbackSecret(), next.CallbackSecret())
	next.refresh(t.Context())
	require.Equal(t, fans.RunID, next.Overview().Pipelines[0].History[0].RunID)
	require.NotEmpty(t, next.Overview().Overlaps)
}

// TestRequestsCountOnOverReloads replaces the client of a source while its run
// waits: what the run asks after that counts, too, and no count ever falls.
func TestRequestsCountOnOverReloads(t *testing.T) {
	s := simulate.New(simulate.Options{Seed: 5, People: 200})
	urls, err := s.Start(t.Context(), map[string]int{schema.StatSocial: 0})
	require.NoError(t, err)
	defer s.Close()
	dir := t.TempDir()
	withTimeout := func(timeout string) *config.Config {
		text := "version: 1\nsources:\n  statsocial: {base_url: \"" + urls[schema.StatSocial] + "\", token: " + simulate.DefaultKey(schema.StatSocial) +
			", poll_interval: 1h, poll_timeout: 2h, timeout: " + timeout + "}\npipelines:\n  fans: {from: statsocial.outputs, audience_id: 67454}\n"
		c, err := config.Parse("pipelines.yaml", []byte(text), dir, os.LookupEnv)
		require.NoError(t, err)
		return c
	}
	d, err := New(run.NewRunner(withTimeout("30s"), slog.New(slog.DiscardHandler)))
	require.NoError(t, err)
	ended := make(chan Ended, 1)
	d.Ended = func(e Ended) { ended <- e }
	ctx, cancel := context.WithCancelCause(t.Context())
	var running sync.WaitGroup
	running.Go(func() { d.Run(ctx) })
	defer running.Wait()
	defer cancel(errors.New("stopped"))
	good := func() int64 { return d.Overview().Answers[schema.StatSocial][200] }

	require.NoError(t, d.Act(RunNow, "fans"))
	shows(t, d, func(o Overview) bool {
		return o.Pipelines[0].Progress != nil && o.Pipelines[0].Progress.State == run.Waiting
	})
	before := good()
	require.Positive(t, before)
	require.NoError(t, d.Reload(withTimeout("29s")))
	require.NoError(t, d.Reload(withTimeout("28s")))
	require.Equal(t, before, good())
	d.Callback(schema.StatSocial)
	require.Equal(t, schema.Succeeded, (<-ended).Run.Status)
	after := good()
	require.Greater(t, after, before)
	require.Eventually(t, func() bool {
		d.mu.Lock()
		defer d.mu.Unlock()
		return len(d.replaced) == 0
	}, 30*time.Second, 5*time.Millisecond, "nobody holds on to clients that are gone")
	require.NoError(t, d.Reload(withTimeout("27s")))
	require.Equal(t, after, good())
}

// shows waits until the overview is as it should be.
func shows(t *testing.T, d *Daemon, want func(Overview) bool) {
	t.Helper()
	require.Eventually(t, func() bool { return want(d.Overview()) }, 30*time.Second, 5*time.Millisecond)
}
