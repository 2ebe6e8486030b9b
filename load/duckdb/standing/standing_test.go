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

// world draws what one round does; rounds have records of their own in one warehouse.
type world struct {
	*rapid.T
	w     *duckdb.Warehouse
	round int
}

// What versions are made of: few of each, so that they come again.
const records, names, days, events = 4, 3, 3, 6

var sources, audiences = []string{schema.Toofr, schema.AudienceLab}, []string{"a", "b"}

func (d world) version(source, audience string, record, name, day int) load.Version {
	v := storetest.Said{ID: fmt.Sprint(d.round, "-", record), First: "Ann", Last: fmt.Sprint("Lee", name)}.Version(source)
	if v.Audience = audience; day > 0 {
		v.AsOf = time.Date(2026, 11, day, 0, 0, 0, 0, time.UTC)
	}
	return v
}

func (d world) draw() load.Version {
	n := func(of int, label string) int { return rapid.IntRange(0, of-1).Draw(d.T, label) }
	v := d.version(sources[n(2, "source")], audiences[n(2, "audience")], n(records, "record"), n(names, "name"), n(days, "day"))
	v.Outdated, v.Whole = n(2, "outdated") == 0, n(4, "whole") == 0
	return v
}

func (d world) event(n int) string { return fmt.Sprint(d.round, "-", n) }

// all are the versions and events that may be stored, by source.
func (d world) all() (served map[string][]schema.Version, ids []string) {
	served = map[string][]schema.Version{}
	for i := range records * names * days * len(audiences) * len(sources) {
		source, audience, i := sources[i%2], audiences[i/2%2], i/4
		v := d.version(source, audience, i%records, i/records%names, i/records/names).Version
		v.Payload = ""
		served[source] = append(served[source], v)
	}
	for n := range events {
		ids = append(ids, d.event(n))
	}
	return served, ids
}

// batch draws one. Records of which nothing is stored may be stored by it.
func (d world) batch(run schema.Run, stored map[string]bool) load.Batch {
	b := load.Batch{Run: run}
	for place := range rapid.IntRange(0, 4).Draw(d.T, "versions") {
		v := d.draw()
		v.Place = int64(place)
		key := v.Source + v.SourceID
		if !stored[key] && rapid.Bool().Draw(d.T, "new") {
			folded, err := stage.Fold([]load.Stored{{Record: recordOf(v), Staged: []load.Version{v}}})
			require.NoError(d, err)
			b.New = append(b.New, folded...)
		} else {
			b.Versions = append(b.Versions, v)
		}
		stored[key] = true
	}
	for range rapid.IntRange(0, 2).Draw(d.T, "events") {
		b.Events = append(b.Events, schema.Event{Source: schema.AudienceLab, EventID: d.event(rapid.IntRange(0, events-1).Draw(d.T, "event")), SourceID: "k0", Payload: `{}`})
	}
	return b
}

func recordOf(v load.Version) (r load.Record) {
	r.Source, r.SourceID = v.Source, v.SourceID
	return r
}

// step adds some batches, and commits them, with or without a merge, or does not.
func (d world) step(run schema.Run, stored map[string]bool) {
	ctx := context.Background()
	tx, err := d.w.Begin(ctx)
	require.NoError(d, err)
	defer tx.Rollback() //nolint:errcheck // after Commit it does nothing
	added := map[string]bool{}
	for key := range stored {
		added[key] = true
	}
	for range rapid.IntRange(1, 2).Draw(d.T, "batches") {
		require.NoError(d, tx.Add(ctx, d.batch(run, added)))
	}
	d.requireOneAnswer("while a transaction is open")
	end := rapid.SampledFrom([]string{"rollback", "commit", "merge"}).Draw(d.T, "end")
	if end == "rollback" {
		require.NoError(d, tx.Rollback())
		return
	}
	require.NoError(d, tx.Commit())
	for key := range added {
		stored[key] = true
	}
	if end == "merge" {
		_, err := d.w.Merge(ctx, &run, load.People{Fold: stage.Fold})
		require.NoError(d, err)
	}
}

// requireOneAnswer compares what the session has noted, what one that begins now reads, and
// what the warehouse says when it is asked.
func (d world) requireOneAnswer(when string) {
	ctx := context.Background()
	served, events := d.all()
	begun := standing.NewSmall(d.w, d.w.Path()+".tmp")
	wantEvents, err := begun.AskEvents(ctx, events)
	require.NoError(d, err)
	for name, of := range map[string]interface {
		Compare(context.Context, string, []schema.Version) ([]load.Standing, error)
		KnownEvents(context.Context, []string) (map[string]bool, error)
	}{"noted": d.w.Lookup(), "read": begun} {
		for source, list := range served {
			want, err := begun.Ask(ctx, source, list)
			require.NoError(d, err)
			got, err := of.Compare(ctx, source, list)
			require.NoError(d, err)
			require.Equal(d, want, got, "%s, %s", name, when)
		}
		got, err := of.KnownEvents(ctx, events)
		require.NoError(d, err)
		require.Equal(d, wantEvents, got, "%s, %s", name, when)
	}
	require.NoError(d, begun.Forget())
}

// Whatever is added, committed, rolled back and merged, hashes tell what the warehouse tells.
func TestHashesTellWhatTheWarehouseTells(t *testing.T) {
	w := open(t)
	round, failed := 0, false
	rapid.Check(t, func(rt *rapid.T) {
		if round++; round > 15 && !failed { // each is some merges
			return
		}
		defer func() { failed = failed || rt.Failed() }()
		d, stored := world{rt, w, round}, map[string]bool{}
		for i := range rapid.IntRange(1, 4).Draw(rt, "steps") {
			run := storetest.NewRun(fmt.Sprint(round, "-", i), rapid.SampledFrom([]string{"p", "q"}).Draw(rt, "pipeline"), time.Now())
			d.step(run, stored)
			d.requireOneAnswer("after it has ended")
		}
	})
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

const stored = 1_000

// full is a warehouse of some versions and events, and what it stores.
func full(t *testing.T) (*counted, load.Batch) {
	w := open(t)
	b := load.Batch{Run: storetest.NewRun("r", "p", time.Now())}
	for i := range stored {
		b.Versions = append(b.Versions, storetest.Said{ID: fmt.Sprint("k", i)}.Version(schema.Toofr))
		b.Events = append(b.Events, schema.Event{Source: schema.Toofr, EventID: fmt.Sprint("e", i), SourceID: "k0", Payload: `{}`})
	}
	require.NoError(t, w.Commit(t.Context(), b))
	return &counted{Warehouse: w}, b
}

func compare(t *testing.T, m *standing.Memory, versions ...load.Version) []load.Standing {
	var served []schema.Version
	for _, v := range versions {
		served = append(served, v.Version)
	}
	standings, err := m.Compare(t.Context(), schema.Toofr, served)
	require.NoError(t, err)
	return standings
}

var same, changed = load.Standing{Known: true, Same: true}, load.Standing{Known: true}

func TestOnceAllIsReadTheWarehouseIsAskedNothing(t *testing.T) {
	w, b := full(t)
	m := standing.New(w, nil, t.TempDir())
	require.Equal(t, []load.Standing{same}, compare(t, m, b.Versions[0]))
	require.Equal(t, 2, w.times, "how much is stored, and what of this one")
	require.Len(t, compare(t, m, b.Versions[:60]...), 60)
	require.Equal(t, 3, w.times, "all that is stored is read")
	for range 10 {
		require.Equal(t, []load.Standing{same, {}}, compare(t, m, b.Versions[7], storetest.Said{ID: "nobody"}.Version(schema.Toofr)))
	}
	require.Equal(t, 3, w.times)

	next := load.Batch{Versions: []load.Version{storetest.Said{ID: "k7", Last: "Lee"}.Version(schema.Toofr)}}
	m.Note(next)
	require.Equal(t, []load.Standing{same, changed}, compare(t, m, b.Versions[7], next.Versions[0]))
	m.RolledBack()
	m.Committed()
	require.Equal(t, []load.Standing{same, changed}, compare(t, m, b.Versions[7], next.Versions[0]))
	m.Note(next)
	m.Committed()
	require.Equal(t, []load.Standing{changed, same}, compare(t, m, b.Versions[7], next.Versions[0]))
	require.NoError(t, m.Forget())
	require.Equal(t, []load.Standing{same, changed}, compare(t, m, b.Versions[7], next.Versions[0]))
}

// eventsOf are the ids of so many events.
func eventsOf(b load.Batch, n int) (ids []string) {
	for _, e := range b.Events[:n] {
		ids = append(ids, e.EventID)
	}
	return ids
}

func TestEventsThatAReplayFindsGoneAreAskedFor(t *testing.T) {
	w, b := full(t)
	known := func(m *standing.Memory, n int) {
		got, err := m.KnownEvents(t.Context(), append(eventsOf(b, n), "nobody's"))
		require.NoError(t, err)
		require.Len(t, got, n)
	}
	m := standing.New(w, nil, t.TempDir())
	known(m, 1)
	for range 10 {
		known(m, 100)
	}
	require.Equal(t, 3, w.times, "how many there are, one of them, and all")
	gone := load.Batch{Run: b.Run, GoneEvents: []load.EventKey{{EventID: "e1"}}}
	m.Note(gone)
	known(m, 100)
	require.Equal(t, 4, w.times)
	require.NoError(t, m.Forget())

	require.NoError(t, w.Commit(t.Context(), gone)) // and the replay is killed
	m, w.times = standing.New(w, nil, t.TempDir()), 0
	for range 10 {
		known(m, 100)
	}
	require.Equal(t, 12, w.times, "how many there are, that some are gone, and each time these")
}

func TestWhereNoFileCanBeWrittenTheWarehouseIsAsked(t *testing.T) {
	w, b := full(t)
	m := standing.NewSmall(w, filepath.Join(t.TempDir(), "none"))
	for range 3 {
		require.Equal(t, []load.Standing{same, {}}, compare(t, m, b.Versions[7], storetest.Said{ID: "nobody"}.Version(schema.Toofr)))
		require.Len(t, compare(t, m, b.Versions...), stored)
		known, err := m.KnownEvents(t.Context(), append(eventsOf(b, stored), "nobody's"))
		require.NoError(t, err)
		require.Len(t, known, stored)
		m.Note(b)
		m.Committed()
	}
	require.NoError(t, m.Forget())
}
