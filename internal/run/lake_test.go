//go:build duckdb_arrow

package run_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"contactsync/internal/config"
	"contactsync/internal/loadtest"
	"contactsync/internal/run"
	"contactsync/internal/runtest"
	"contactsync/internal/sparktest"
	"contactsync/load"
	"contactsync/load/lake/bucket"
	"contactsync/load/lake/oplog"
	"contactsync/schema"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// compared are queries that a warehouse answers alike, whichever engine it has.
var compared = []string{
	"SELECT * FROM contacts ORDER BY ALL",
	"SELECT * EXCLUDE (run_id) FROM source_contacts ORDER BY ALL",
	"SELECT * FROM identifiers ORDER BY ALL",
	"SELECT * EXCLUDE (run_id) FROM intent_matches ORDER BY ALL",
	"SELECT * FROM audience_members ORDER BY ALL",
	"SELECT * EXCLUDE (run_id) FROM events ORDER BY ALL",
	"SELECT * EXCLUDE (run_id) FROM contact_changes ORDER BY ALL",
	"SELECT * FROM audiences ORDER BY ALL",
	"SELECT * FROM reachable_contacts ORDER BY ALL",
	"SELECT * FROM hot_accounts ORDER BY ALL",
	"SELECT * FROM vendor_overlap ORDER BY ALL",
	`SELECT pipeline, started_at, finished_at, status, rows_read, rows_written, rows_new, rows_changed, rows_rejected, requests, credits, error
		FROM etl.runs ORDER BY pipeline, started_at`,
	"SELECT pipeline, partition, position, complete FROM etl.checkpoints ORDER BY ALL",
	"SELECT pipeline, source, reason, payload FROM etl.rejects ORDER BY ALL",
	"SELECT source, stream, field, change FROM etl.drift ORDER BY ALL",
}

// inLake makes the runner of a world's config, with a warehouse in a lake of its own.
func inLake(t *testing.T, w *runtest.World, spark string) *run.Runner {
	t.Helper()
	dir := t.TempDir()
	head := fmt.Sprintf("version: 1\nwarehouse: {engine: spark, connect: %q, catalog: lake, namespace: test_%d, bucket: bucket, memory_limit: 192MB}\n",
		spark, time.Now().UnixNano())
	path := filepath.Join(dir, "pipelines.yaml")
	require.NoError(t, os.WriteFile(path, []byte(head+w.Text), 0o600))
	c, err := config.Load(path)
	require.NoError(t, err)
	r := run.NewRunner(c, slog.New(slog.NewTextHandler(testWriter{t}, &slog.HandlerOptions{Level: slog.LevelWarn})))
	r.Now = func() time.Time { return w.Now }
	return r
}

type testWriter struct{ t *testing.T }

func (w testWriter) Write(line []byte) (int, error) {
	w.t.Log(strings.TrimSpace(string(line)))
	return len(line), nil
}

// answers are what a reader's warehouse says to queries, as lines.
func answers(t *testing.T, r *run.Runner, queries []string) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	require.NoError(t, r.Read(t.Context(), func(reader *run.Reader) error {
		for _, query := range queries {
			if err := run.BringFor(t.Context(), reader, query); err != nil {
				return err
			}
			all[query] = []string{}
			for _, row := range loadtest.Rows(t, reader.Warehouse, query) {
				all[query] = append(all[query], fmt.Sprint(row...))
			}
		}
		return nil
	}))
	return all
}

// profileOf is a profile as JSON.
func profileOf(t *testing.T, r *run.Runner) string {
	t.Helper()
	var text []byte
	require.NoError(t, r.Read(t.Context(), func(reader *run.Reader) error {
		p, err := run.ReadProfile(t.Context(), reader, run.Overrides{})
		if err != nil {
			return err
		}
		text, err = json.MarshalIndent(p, "", " ")
		return err
	}))
	return string(text)
}

// TestSparkKeepsTheSameWarehouse runs two nights of all simulated vendors on each engine.
func TestSparkKeepsTheSameWarehouse(t *testing.T) {
	spark := sparktest.Address(t)
	here, vendors := runtest.NewSimulated(t, 100)
	there, others := runtest.NewSimulated(t, 100)
	lake := inLake(t, there, spark)
	for night := range 2 {
		here.Night()
		there.Now = there.Now.Add(24 * time.Hour)
		began := time.Now()
		did, err := run.Pipelines(t.Context(), lake, nil, run.Options{})
		require.NoError(t, err)
		for _, r := range did.Runs {
			require.Empty(t, r.Error, r.Pipeline)
		}
		t.Logf("night %d took %s with Spark", night+1, time.Since(began).Round(time.Second))
		want, got := answers(t, here.Runner, compared), answers(t, lake, compared)
		for _, query := range compared {
			assert.Equal(t, want[query], got[query], "night %d: %s", night+1, query)
		}
		require.Equal(t, profileOf(t, here.Runner), profileOf(t, lake))
		vendors.Advance(1)
		others.Advance(1)
	}
}

// TestALargeLoadOfALakeIsMergedInParts reads a list whose first pages are merged before the last
// are read, and comes to what a file does that takes all at once.
func TestALargeLoadOfALakeIsMergedInParts(t *testing.T) {
	spark := sparktest.Address(t)
	lab, url := runtest.NewLab(t)
	text := strings.Replace(runtest.LabConfig(url, "site=seg"), "max_attempts: 2", "max_attempts: 2, page_size: 10", 1)
	w := runtest.New(t, text)
	there := inLake(t, w, spark)
	var log bytes.Buffer
	there.Log = slog.New(slog.NewTextHandler(&log, nil))
	queries := []string{
		"SELECT * EXCLUDE (contact_id) FROM contacts ORDER BY ALL", "SELECT * FROM audience_members ORDER BY ALL",
		"SELECT (SELECT count(*) FROM etl.sweeps) + (SELECT count(*) FROM etl.sweep_members)",
		"SELECT status, rows_read, rows_new, rows_changed, requests FROM etl.runs ORDER BY started_at",
	}
	for night, n := range []struct {
		people      int
		title       string
		part, parts int // versions of a part, and how many parts there are before the last, at least
	}{
		{70, "CEO", 30, 2},
		{60, "CFO", 30, 2}, // ten have left
		{60, "CFO", 5, 2},  // nothing has changed
	} {
		log.Reset()
		run.MergeInParts(t, int64(n.part))
		w.Now = w.Now.Add(24 * time.Hour)
		lab.Set("seg", runtest.People(t, n.people, map[string]any{"JOB_TITLE": n.title})...)
		for _, r := range []*run.Runner{there, w.Runner} {
			did, err := run.Pipelines(t.Context(), r, nil, run.Options{})
			require.NoError(t, err)
			require.Empty(t, did.Runs[0].Error)
		}
		require.Equal(t, answers(t, w.Runner, queries), answers(t, there, queries), "night %d", night)
		require.GreaterOrEqual(t, strings.Count(log.String(), `msg="part merged"`), n.parts, log.String())
	}
}

// TestARunThatIsOvertakenFails has another machine take over the writing, as one does that
// takes the lease for run out.
func TestARunThatIsOvertakenFails(t *testing.T) {
	spark := sparktest.Address(t)
	lab, url := runtest.NewLab(t)
	lab.Set("seg", runtest.People(t, 3, nil)...)
	r := inLake(t, runtest.New(t, runtest.LabConfig(url, "site=seg")), spark)
	s, err := r.Begin(t.Context(), false)
	require.NoError(t, err)

	_, err = r.Begin(t.Context(), false)
	locked, ok := errors.AsType[*load.LockedError](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, r.Config.Warehouse.Place(), locked.Path)
	require.Equal(t, os.Getpid(), locked.Holder.PID)

	b, err := bucket.Open(t.Context(), r.Config.Warehouse.Bucket.Full)
	require.NoError(t, err)
	defer b.Close()
	other, err := oplog.Take(t.Context(), b, oplog.Terms{Clock: later{}})
	require.NoError(t, err)
	defer other.Release(context.Background()) //nolint:errcheck // of a test
	p, _ := r.Config.Pipeline("site")
	done := s.Run(t.Context(), p, time.Hour)
	require.Equal(t, schema.Failed, done.Run.Status)
	require.Contains(t, done.Run.Error, "taken over its writing")
	_, err = s.Publish()
	require.ErrorContains(t, err, "taken over its writing")
	require.NoError(t, s.End())
}

// later is a clock that is an hour ahead.
type later struct{}

func (later) Now() time.Time                         { return time.Now().Add(time.Hour) }
func (later) After(d time.Duration) <-chan time.Time { return time.After(d) }
