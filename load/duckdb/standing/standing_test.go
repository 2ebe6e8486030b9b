//go:build duckdb_arrow

package standing_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"contactsync/internal/loadtest"
	"contactsync/internal/stage"
	"contactsync/load"
	"contactsync/load/duckdb"
	"contactsync/load/duckdb/standing"
	"contactsync/load/storetest"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func open(t *testing.T) *duckdb.Warehouse {
	path := filepath.Join(t.TempDir(), "w.duckdb")
	loadtest.PutEmpty(t, path, 0)
	w, err := duckdb.Open(t.Context(), path, duckdb.Options{Threads: 1})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	return w
}

// versionOf is one of few versions of few records, so that they come again.
func versionOf(rt *rapid.T, round int, label string) load.Version {
	said := storetest.Said{
		ID: fmt.Sprint("k", round, "-", rapid.IntRange(0, 5).Draw(rt, label+" id")), First: "Ann", Last: fmt.Sprint("Lee", rapid.IntRange(0, 2).Draw(rt, label+" name")),
	}
	v := said.Version(schema.Toofr)
	v.Audience = rapid.SampledFrom([]string{"a", "b"}).Draw(rt, label+" audience")
	if day := rapid.IntRange(0, 2).Draw(rt, label+" day"); day > 0 {
		v.AsOf = time.Date(2026, 11, day, 0, 0, 0, 0, time.UTC)
	}
	v.Outdated = rapid.Bool().Draw(rt, label+" outdated")
	return v
}

// What a session has noted, what one that begins now reads, and what the warehouse says when
// it is asked are the same, whatever was added, committed, rolled back and merged.
func TestHashesTellWhatTheWarehouseTells(t *testing.T) {
	w := open(t)
	round := 0
	rapid.Check(t, func(rt *rapid.T) {
		if round++; round > 25 { // each is some merges
			return
		}
		for i := range rapid.IntRange(1, 4).Draw(rt, "steps") {
			step(rt, w, round, storetest.NewRun(fmt.Sprint(round, "-", i), rapid.SampledFrom([]string{"p", "q"}).Draw(rt, "pipeline"), time.Now()))
			requireOneAnswer(rt, w, round)
		}
	})
}

// step adds some batches, and commits them, with or without a merge, or does not.
func step(rt *rapid.T, w *duckdb.Warehouse, round int, run schema.Run) {
	ctx := context.Background()
	tx, err := w.Begin(ctx)
	require.NoError(rt, err)
	defer tx.Rollback() //nolint:errcheck // after Commit it does nothing
	for range rapid.IntRange(1, 2).Draw(rt, "batches") {
		b := load.Batch{Run: run}
		for place := range rapid.IntRange(0, 4).Draw(rt, "versions") {
			v := versionOf(rt, round, "added")
			v.Place = int64(place)
			b.Versions = append(b.Versions, v)
		}
		for range rapid.IntRange(0, 2).Draw(rt, "events") {
			b.Events = append(b.Events, schema.Event{Source: schema.Toofr, EventID: eventOf(rt, round), SourceID: "k0", Payload: `{}`})
		}
		require.NoError(rt, tx.Add(ctx, b))
	}
	end := rapid.SampledFrom([]string{"rollback", "commit", "merge"}).Draw(rt, "end")
	if end == "rollback" {
		require.NoError(rt, tx.Rollback())
		return
	}
	require.NoError(rt, tx.Commit())
	if end == "merge" {
		_, err := w.Merge(ctx, &run, load.People{Fold: stage.Fold})
		require.NoError(rt, err)
	}
}

func eventOf(rt *rapid.T, round int) string {
	return fmt.Sprint("e", round, "-", rapid.IntRange(0, 9).Draw(rt, "event"))
}

func requireOneAnswer(rt *rapid.T, w *duckdb.Warehouse, round int) {
	ctx := context.Background()
	var served []schema.Version
	for range rapid.IntRange(1, 8).Draw(rt, "asked") {
		v := versionOf(rt, round, "asked").Version
		v.Payload = ""
		served = append(served, v)
	}
	events := []string{eventOf(rt, round), eventOf(rt, round)}
	begun := standing.New(w, w.Path()+".tmp")
	want, err := begun.Ask(ctx, schema.Toofr, served)
	require.NoError(rt, err)
	wantEvents, err := begun.AskEvents(ctx, events)
	require.NoError(rt, err)
	for name, of := range map[string]interface {
		Compare(context.Context, string, []schema.Version) ([]load.Standing, error)
		KnownEvents(context.Context, []string) (map[string]bool, error)
	}{"noted": w.Lookup(), "read": begun} {
		got, err := of.Compare(ctx, schema.Toofr, served)
		require.NoError(rt, err)
		require.Equal(rt, want, got, name)
		gotEvents, err := of.KnownEvents(ctx, events)
		require.NoError(rt, err)
		require.Equal(rt, wantEvents, gotEvents, name)
	}
	require.NoError(rt, begun.Forget())
}

// counted counts how often the warehouse is asked.
type counted struct {
	*duckdb.Warehouse
	times int
}

func (c *counted) Conn(ctx context.Context) (*sql.Conn, error) {
	c.times++
	return c.Warehouse.Conn(ctx)
}

func TestOnceAllIsReadTheWarehouseIsAskedNothing(t *testing.T) {
	w := open(t)
	stored := load.Batch{Run: storetest.NewRun("r", "p", time.Now())}
	for i := range 1_000 {
		stored.Versions = append(stored.Versions, storetest.Said{ID: fmt.Sprint("k", i)}.Version(schema.Toofr))
		stored.Events = append(stored.Events, schema.Event{Source: schema.Toofr, EventID: fmt.Sprint("e", i), SourceID: "k0", Payload: `{}`})
	}
	require.NoError(t, w.Commit(t.Context(), stored))
	c := &counted{Warehouse: w}
	m := standing.New(c, t.TempDir())
	compare := func(versions ...load.Version) []load.Standing {
		var served []schema.Version
		for _, v := range versions {
			served = append(served, v.Version)
		}
		standings, err := m.Compare(t.Context(), schema.Toofr, served)
		require.NoError(t, err)
		return standings
	}
	same := load.Standing{Known: true, Same: true}
	require.Equal(t, []load.Standing{same}, compare(stored.Versions[0]))
	require.Equal(t, 2, c.times, "how much is stored, and what of this one")
	require.Len(t, compare(stored.Versions[:20]...), 20)
	require.Equal(t, 3, c.times, "all that is stored is read")
	for range 10 {
		require.Equal(t, []load.Standing{same, {}}, compare(stored.Versions[7], storetest.Said{ID: "nobody"}.Version(schema.Toofr)))
	}
	require.Equal(t, 3, c.times)

	b := load.Batch{Versions: []load.Version{storetest.Said{ID: "k7", Last: "Lee"}.Version(schema.Toofr)}}
	require.NoError(t, m.Note(b))
	require.Equal(t, []load.Standing{{Known: true}, same}, compare(stored.Versions[7], b.Versions[0]), "what is noted counts")
	require.NoError(t, m.Forget())
	require.Equal(t, []load.Standing{same, {Known: true}}, compare(stored.Versions[7], b.Versions[0]))

	c.times = 0
	known, err := m.KnownEvents(t.Context(), []string{"e1", "e5000"})
	require.NoError(t, err)
	require.Equal(t, map[string]bool{"e1": true}, known)
	ids := make([]string, 100)
	for i := range ids {
		ids[i] = fmt.Sprint("e", i)
	}
	for range 10 {
		known, err = m.KnownEvents(t.Context(), ids)
		require.NoError(t, err)
		require.Len(t, known, 100)
	}
	require.Equal(t, 3, c.times)
	require.NoError(t, m.Note(load.Batch{GoneEvents: []load.EventKey{{EventID: "e1"}}}))
	_, err = m.KnownEvents(t.Context(), ids)
	require.NoError(t, err)
	require.Equal(t, 4, c.times, "what a merge is to remove is not held in memory")
	require.NoError(t, m.Forget())
}
