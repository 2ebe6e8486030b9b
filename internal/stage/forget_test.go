//go:build duckdb_arrow

package stage_test

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"contactsync/extract"
	"contactsync/internal/config"
	"contactsync/internal/laketest"
	"contactsync/internal/loadtest"
	"contactsync/internal/simulate"
	"contactsync/internal/stage"
	"contactsync/load"
	"contactsync/load/duckdb"
	"contactsync/schema"
	"contactsync/transform"

	"github.com/stretchr/testify/require"
)

// forgetful is a warehouse whose look-ups forget what was stored, as a cache of them may.
type forgetful struct {
	stage.Warehouse
	forgets func(id string) bool
}

func (w forgetful) Lookup() load.Lookup { return forgetfulLookup{w.Warehouse.Lookup(), w.forgets} }

type forgetfulLookup struct {
	load.Lookup
	forgets func(id string) bool
}

func (l forgetfulLookup) Compare(ctx context.Context, source string, served []schema.Version) ([]load.Standing, error) {
	standings, err := l.Lookup.Compare(ctx, source, served)
	for i := range standings {
		standings[i].Known = true // it cannot tell
		if l.forgets(served[i].SourceID) {
			standings[i] = load.Standing{Known: true}
		}
	}
	return standings, err
}

func (l forgetfulLookup) KnownEvents(ctx context.Context, ids []string) (map[string]bool, error) {
	known, err := l.Lookup.KnownEvents(ctx, ids)
	for _, id := range ids {
		if l.forgets(id) {
			delete(known, id)
		}
	}
	return known, err
}

// What look-ups forget is staged again, and the merge finds that nothing differs: no table
// tells whether anything was forgotten, not even those of runs and of drift.
func TestNoTableTellsWhatLookUpsForget(t *testing.T) {
	undisturbed := nights(t, inFile, func(int, string) bool { return false })
	for name, forgets := range map[string]func(night int, id string) bool{
		"all":  func(int, string) bool { return true },
		"some": func(night int, id string) bool { return draw(night, id)%2 == 0 },
	} {
		t.Run(name, func(t *testing.T) {
			forgotten := 0
			disturbed := nights(t, inFile, func(night int, id string) bool {
				if forgets(night, id) {
					forgotten++
					return true
				}
				return false
			})
			require.Greater(t, forgotten, 100)
			for table, rows := range undisturbed {
				require.Equal(t, rows, disturbed[table], table)
			}
		})
	}
}

// A warehouse of which the wide tables lie elsewhere fetches what its merges need, and comes to
// the same rows of every table, whatever all streams serve.
func TestNoTableTellsWhereItsRowsLie(t *testing.T) {
	nothing := func(int, string) bool { return false }
	want, got := nights(t, inFile, nothing), nights(t, elsewhere, nothing)
	for table, rows := range want {
		require.Equal(t, rows, got[table], table)
	}
}

// inFile opens a warehouse that is a file, and elsewhere one of which the wide tables lie
// elsewhere.
func inFile(t *testing.T, now func() time.Time) *duckdb.Warehouse {
	path := filepath.Join(t.TempDir(), "w.duckdb")
	loadtest.PutEmpty(t, path, transform.Version)
	w, err := duckdb.Open(t.Context(), path, duckdb.Options{Now: now, Rules: transform.Version})
	require.NoError(t, err)
	return w
}

func elsewhere(t *testing.T, now func() time.Time) *duckdb.Warehouse {
	s, err := laketest.New(t.TempDir())
	require.NoError(t, err)
	w, err := s.Open(t.Context(), duckdb.Options{Now: now, Rules: transform.Version})
	require.NoError(t, err)
	return w
}

func draw(night int, id string) uint32 {
	h := fnv.New32a()
	fmt.Fprint(h, night, id)
	return h.Sum32()
}

// nights reads everything that the simulated vendors serve, for some nights, and returns the
// rows of every table.
func nights(t *testing.T, open func(*testing.T, func() time.Time) *duckdb.Warehouse, forgets func(night int, id string) bool) map[string][][]any {
	t.Helper()
	today := time.Date(2026, 11, 2, 2, 0, 0, 0, time.UTC)
	sim := simulate.New(simulate.Options{Seed: 3, People: 120, Warmup: -1, Today: today})
	urls, err := sim.Start(t.Context(), map[string]int{schema.Toofr: 0, schema.Intent: 0, schema.StatSocial: 0, schema.AudienceLab: 0})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, sim.Close()) })
	dir := t.TempDir()
	file := filepath.Join(dir, "pipelines.yaml")
	require.NoError(t, os.WriteFile(file, []byte("version: 1\nwarehouse: {path: w.duckdb}\n"+sim.ConfigSnippet(urls)), 0o600))
	c, err := config.Load(file)
	require.NoError(t, err)

	now := today
	w := open(t, func() time.Time { return now })
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	for night := range 3 {
		for i := range c.Pipelines {
			read(t, w, forgetful{w, func(id string) bool { return forgets(night, id) }}, c, &c.Pipelines[i], now, fmt.Sprint(night, "-", i))
		}
		sim.Advance(1)
		now = now.AddDate(0, 0, 1)
	}
	require.NoError(t, duckdb.Bring(t.Context(), w))
	all := map[string][][]any{}
	for _, row := range loadtest.Rows(t, w, "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE NOT temporary") {
		table := row[0].(string)
		all[table] = loadtest.Rows(t, w, fmt.Sprintf("SELECT t::VARCHAR FROM %s t ORDER BY 1", table))
	}
	return all
}

// read reads and merges a pipeline as a run does.
func read(t *testing.T, w *duckdb.Warehouse, staged stage.Warehouse, c *config.Config, p *config.Pipeline, now time.Time, id string) {
	t.Helper()
	settings, err := c.Settings(p.Source)
	require.NoError(t, err)
	clock := func() time.Time { return now }
	run := schema.Run{RunID: "r" + id, Pipeline: p.Name, StartedAt: now, Status: schema.Running}
	env := extract.Env{Client: extract.NewClient(settings), Meter: new(extract.Meter), Log: slog.New(slog.DiscardHandler), Now: clock}.WithDefaults()
	s, err := stage.New(t.Context(), staged, p, &run, env.Meter, clock)
	require.NoError(t, err)
	env.Book = func(credits int64) error { return s.Book(t.Context(), credits) }
	positions, err := w.Progress().Positions(t.Context(), p.Name)
	require.NoError(t, err)
	state := extract.State{}
	for partition, position := range positions {
		state[partition] = position.Checkpoint
	}
	source, _, err := p.Definition.Open(t.Context(), extract.Run{Pipeline: p.Name, Section: c.Sources[p.Source], Now: now}, env)
	require.NoError(t, err)
	for page, err := range source.Pages(t.Context(), state) {
		if _, wait := errors.AsType[*extract.NotReadyError](err); wait {
			break
		}
		require.NoError(t, err)
		require.NoError(t, s.Add(t.Context(), page))
	}
	require.NoError(t, s.Finish(t.Context()))
	_, err = w.Merge(t.Context(), &run, load.People{Priority: schema.Sources, MaxNames: 5, MaxRecords: 100, Guard: load.GuardOn, Fold: stage.Fold})
	require.NoError(t, err)
}
