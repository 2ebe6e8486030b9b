//go:build duckdb_arrow

package duckdb_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"contactsync/internal/laketest"
	"contactsync/internal/loadtest"
	"contactsync/load"
	"contactsync/load/duckdb"
	"contactsync/load/storetest"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestAWarehouseThatIsKeptElsewhereKeepsWhatLoadPromises(t *testing.T) {
	storetest.Run(t, elsewhere{})
}

// elsewhere opens warehouses whose wide tables lie in no file of theirs.
type elsewhere map[string]*laketest.Store

func (e elsewhere) at(t testing.TB, path string) *laketest.Store {
	if e[path] == nil {
		s, err := laketest.New(t.TempDir())
		require.NoError(t, err)
		e[path] = s
	}
	return e[path]
}

func (e elsewhere) Open(t testing.TB, path string, now func() time.Time) load.Warehouse {
	w, err := e.at(t, path).Open(t.Context(), duckdb.Options{Now: now, Threads: 1})
	require.NoError(t, err)
	return w
}

func (e elsewhere) Succeed(t testing.TB, path string, now func() time.Time) load.Successor {
	s, err := e.at(t, path).Succeed(t.Context(), duckdb.Options{Now: now, Threads: 1})
	require.NoError(t, err)
	return s
}

func (elsewhere) Query(t require.TestingT, w load.Warehouse, query string) [][]any {
	require.NoError(t, duckdb.Bring(ctx, w.(*duckdb.Warehouse)))
	return loadtest.Rows(t, w.(*duckdb.Warehouse), query)
}

// TestWhatIsKeptElsewhereComesToTheSame lets a warehouse that has of the wide tables only what
// its merges ask for live the same nights as one that has everything.
func TestWhatIsKeptElsewhereComesToTheSame(t *testing.T) {
	lightly(t)
	rapid.Check(t, func(rt *rapid.T) {
		c, path := storetest.NewClock(), warehousePath(t)
		loadtest.PutEmpty(rt, path, 0)
		whole := openAt(rt, path, c)
		defer func() { require.NoError(rt, whole.Close()) }()
		store, err := laketest.New(t.TempDir())
		require.NoError(rt, err)
		open := func() *duckdb.Warehouse {
			w, err := store.Open(ctx, duckdb.Options{Now: c.Now, Threads: 1})
			require.NoError(rt, err)
			return w
		}
		kept := open()
		defer func() { require.NoError(rt, kept.Close()) }()
		s := settings{
			maxNames: rapid.IntRange(1, 3).Draw(rt, "max_names"), maxRecords: rapid.SampledFrom([]int{0, 2, 4}).Draw(rt, "max_records"),
			guard: rapid.SampledFrom([]load.Guard{load.GuardOff, load.GuardWarn, load.GuardOn}).Draw(rt, "guard"),
			stale: rapid.SampledFrom([]time.Duration{0, time.Hour}).Draw(rt, "stale"),
		}
		audience, sweep, ended := "", "", true
		known := map[string]bool{}
		for night := range rapid.IntRange(2, 6).Draw(rt, "nights") {
			if rapid.Bool().Draw(rt, "decide") {
				s.overrides = overrides().Draw(rt, "overrides")
			}
			listed := rapid.SliceOfN(souls(), 0, 4).Draw(rt, "listed")
			c.Advance()
			if ended || rapid.Bool().Draw(rt, "another sweep") {
				audience, sweep = rapid.SampledFrom([]string{"a", "b"}).Draw(rt, "audience"), fmt.Sprint("s", night)
			}
			ended = rapid.Bool().Draw(rt, "ended")
			end := load.Sweep{Ended: ended, Complete: ended && rapid.Bool().Draw(rt, "complete"), Declared: rapid.SampledFrom([]int64{0, 0, 3, 30}).Draw(rt, "declared")}
			staged := rapid.IntRange(0, 3).Draw(rt, "merged by the next") == 0
			b := saying(listing(c, night, audience, sweep, end, listed), listed)
			if rapid.Bool().Draw(rt, "new ones are stored by the batch") {
				b = storetest.Folding(rt, b, known)
			}
			for _, s := range listed {
				known[s.key()] = true
			}
			var merged [2]load.Merged
			for i, w := range []*duckdb.Warehouse{whole, kept} {
				require.NoError(rt, w.Commit(ctx, b))
				if !staged {
					merged[i] = mergeIn(rt, w, b, s)
				}
			}
			require.Equal(rt, merged[0], merged[1])
			if rapid.Bool().Draw(rt, "another process") {
				require.NoError(rt, errors.Join(whole.Close(), kept.Close()))
				whole, kept = openAt(rt, path, c), open()
			}
			if rapid.Bool().Draw(rt, "look") {
				require.NoError(rt, duckdb.Bring(ctx, kept))
				require.Equal(rt, state(rt, whole), state(rt, kept))
			}
		}
		require.NoError(rt, duckdb.Bring(ctx, kept))
		require.Equal(rt, state(rt, whole), state(rt, kept))
		for _, name := range []string{"etl.records", "etl.versions", "etl.identifiers", "etl.members", "etl.sweep_members", "etl.sweeps", "etl.stale_records"} {
			require.Equal(rt, table(rt, whole, "FROM "+name+" ORDER BY ALL"), table(rt, kept, "FROM "+name+" ORDER BY ALL"), name)
		}
	})
}

// listing is a listing of an audience that these are in, which ends as a vendor says, or is under
// way.
func listing(c *storetest.Clock, night int, audience, sweep string, end load.Sweep, listed []soul) load.Batch {
	b := load.Batch{Run: storetest.NewRun(fmt.Sprint("r", night), "p", c.T)}
	for _, source := range schema.Sources[:2] {
		end.Source, end.Audience, end.Sweep = source, audience, sweep
		b.Sweeps = append(b.Sweeps, end)
		b.Audiences = append(b.Audiences, schema.Audience{Source: source, AudienceID: audience, Kind: schema.KindSegment})
	}
	seen := map[string]bool{}
	for _, s := range listed {
		if !seen[s.key()] {
			b.Seen = append(b.Seen, load.Seen{Source: s.source, Audience: audience, Sweep: sweep, SourceID: s.id})
		}
		seen[s.key()] = true
	}
	return b
}

// An audience may have more members than fit in memory: of those who stay in it nothing is
// fetched but what a part lists, however the list ends.
func TestAListsEndFetchesNobodyWhoStays(t *testing.T) {
	const members, size = 60, 20
	for name, end := range map[string]struct {
		last load.Sweep
		rest int   // of the members, who are listed
		left int64 // members whom it ends for
		open int64
		kept int64 // rows of etl.sweep_members afterwards
	}{
		"whole":       {load.Sweep{Complete: true, Ended: true}, members, 0, members, 0},
		"some left":   {load.Sweep{Complete: true, Ended: true}, members - 7, 7, members - 7, 0},
		"in doubt":    {load.Sweep{Ended: true}, members - 7, 0, members, members - 7},
		"too short":   {load.Sweep{Ended: true, Declared: members, Served: size}, size, 0, members, 0},
		"empty":       {load.Sweep{Complete: true, Ended: true}, 0, 0, members, 0},
		"in one part": {load.Sweep{Complete: true, Ended: true}, size, members - size, size, 0},
	} {
		t.Run(name, func(t *testing.T) {
			c := storetest.NewClock()
			store, err := laketest.New(t.TempDir())
			require.NoError(t, err)
			w, err := store.Open(ctx, duckdb.Options{Now: c.Now, Threads: 1})
			require.NoError(t, err)
			defer w.Close()
			runs := 0
			part := func(sweep load.Sweep, from, to int) load.Merged {
				runs++
				c.Advance()
				sweep.Source, sweep.Audience = schema.AudienceLab, "a"
				b := load.Batch{Run: storetest.NewRun(fmt.Sprint("r", runs), "p", c.T), Sweeps: []load.Sweep{sweep}}
				for i := from; i < to; i++ {
					b.Seen = append(b.Seen, load.Seen{Source: schema.AudienceLab, Audience: "a", Sweep: sweep.Sweep, SourceID: fmt.Sprint(i)})
				}
				require.NoError(t, w.Commit(ctx, b))
				m, err := w.Merge(ctx, &b.Run, storetest.People())
				require.NoError(t, err)
				return m
			}
			list := func(sweep string, n int, last load.Sweep) load.Merged {
				last.Sweep = sweep
				at := 0
				for ; at+size < n; at += size {
					part(load.Sweep{Sweep: sweep}, at, at+size)
				}
				return part(last, at, n)
			}
			list("s1", members, load.Sweep{Complete: true, Ended: true})
			before := store.Fetched("etl.members")
			m := list("s2", end.rest, end.last)
			fetched := store.Fetched("etl.members") - before
			require.Equal(t, int64(end.rest)+end.left, fetched, "once who is listed, and once who left")
			require.Zero(t, store.Fetched("etl.sweep_members"), "nobody was listed twice")
			for _, d := range m.Doubts {
				require.EqualValues(t, members-end.rest, d.Listing.Missing)
			}
			require.NoError(t, duckdb.Bring(ctx, w))
			require.Equal(t, [][]any{{end.open, end.kept}},
				loadtest.Rows(t, w, "SELECT (SELECT count(*) FROM etl.members WHERE valid_to IS NULL), (SELECT count(*) FROM etl.sweep_members)"))
		})
	}
}
