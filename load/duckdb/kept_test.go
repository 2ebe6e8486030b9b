//go:build duckdb_arrow

package duckdb_test

import (
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
		whole, c := openIn(rt, t)
		defer whole.Close()
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
		sweep, ended := "", true
		for night := range rapid.IntRange(2, 6).Draw(rt, "nights") {
			if rapid.Bool().Draw(rt, "decide") {
				s.overrides = overrides().Draw(rt, "overrides")
			}
			listed := rapid.SliceOfN(souls(), 0, 4).Draw(rt, "listed")
			c.Advance()
			if ended || rapid.Bool().Draw(rt, "another sweep") {
				sweep = fmt.Sprint("s", night)
			}
			ended = rapid.Bool().Draw(rt, "ended")
			staged := rapid.IntRange(0, 3).Draw(rt, "merged by the next") == 0
			var merged [2]load.Merged
			for i, w := range []*duckdb.Warehouse{whole, kept} {
				b := listing(c, night, sweep, ended, listed)
				if staged {
					stageIn(rt, w, b, listed)
					continue
				}
				merged[i] = arriveIn(rt, w, b, s, listed)
			}
			require.Equal(rt, merged[0], merged[1])
			if rapid.Bool().Draw(rt, "another process") {
				require.NoError(rt, kept.Close())
				kept = open()
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

// listing is a listing of an audience that these are in, whole or under way.
func listing(c *storetest.Clock, night int, sweep string, ended bool, listed []soul) load.Batch {
	b := load.Batch{Run: storetest.NewRun(fmt.Sprint("r", night), "p", c.T)}
	for _, source := range schema.Sources[:2] {
		b.Sweeps = append(b.Sweeps, load.Sweep{Source: source, Audience: "a", Sweep: sweep, Complete: ended, Ended: ended})
		b.Audiences = append(b.Audiences, schema.Audience{Source: source, AudienceID: "a", Kind: schema.KindSegment})
	}
	seen := map[string]bool{}
	for _, s := range listed {
		if !seen[s.key()] {
			b.Seen = append(b.Seen, load.Seen{Source: s.source, Audience: "a", Sweep: sweep, SourceID: s.id})
		}
		seen[s.key()] = true
	}
	return b
}
