//go:build duckdb_arrow

package match_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"contactsync/internal/loadtest"
	"contactsync/load"
	"contactsync/load/duckdb"
	"contactsync/load/duckdb/match"
	"contactsync/load/storetest"
	"contactsync/schema"
)

var ctx = context.Background()

// person is what a record of a small universe says on one night.
func person() *rapid.Generator[storetest.Said] {
	return rapid.Custom(func(t *rapid.T) storetest.Said {
		of := func(label string, list ...string) string { return rapid.SampledFrom(list).Draw(t, label) }
		return storetest.Said{
			ID:         fmt.Sprint(rapid.IntRange(1, 7).Draw(t, "id")),
			First:      of("first", "Zebulon", "Zebulon", "Zebulom", "Ann", ""),
			Last:       of("last", "Quillfeather", "Quillfeather", "Brown", "Browne"),
			Email:      of("email", "", "", "", "", "a@acme.example", "b@acme.example"),
			PostalCode: of("postal code", "", "12345", "12345", "12346"),
			Phones:     rapid.SliceOfN(rapid.SampledFrom([]string{"+12025550101", "+12025550102"}), 0, 1).Draw(t, "phones"),
		}
	})
}

// listing is what some vendors list on one night: by source, then key.
type listing map[string]map[string]storetest.Said

func listings() *rapid.Generator[listing] {
	return rapid.Custom(func(t *rapid.T) listing {
		list := listing{schema.Toofr: {}, schema.Intent: {}}
		for range rapid.IntRange(0, 6).Draw(t, "records") {
			said := person().Draw(t, "said")
			list[rapid.SampledFrom([]string{schema.Toofr, schema.Intent}).Draw(t, "source")][said.ID] = said
		}
		return list
	})
}

func (l listing) add(other listing) {
	for source, records := range other {
		for id, said := range records {
			l[source][id] = said
		}
	}
}

// settings draws rules of identity.
func settings(t *rapid.T) load.People {
	people := load.People{Priority: schema.Sources, MaxNames: 3, Fold: storetest.Fold}
	mostly := []load.Matching{load.MatchOn, load.MatchOn, load.MatchOn, load.MatchSuggest, load.MatchOff}
	people.Match = rapid.SampledFrom(mostly).Draw(t, "match")
	people.Threshold = rapid.SampledFrom([]float64{.8, .995}).Draw(t, "threshold")
	if rapid.IntRange(0, 3).Draw(t, "decide") == 0 {
		people.Overrides = []load.Override{{
			A: load.Selector{Source: schema.Toofr, SourceID: fmt.Sprint(rapid.IntRange(1, 7).Draw(t, "a"))},
			B: load.Selector{Source: schema.Intent, SourceID: fmt.Sprint(rapid.IntRange(1, 7).Draw(t, "b"))},
		}}
	}
	return people
}

// arrive commits and merges what is listed.
func arrive(t require.TestingT, w *duckdb.Warehouse, c *storetest.Clock, night string, people load.People, listed listing) {
	c.Advance()
	r := storetest.NewRun("r"+night, "p", c.T)
	b := load.Batch{Run: r}
	for source, records := range listed {
		for _, said := range records {
			b.Versions = append(b.Versions, said.Version(source))
		}
	}
	require.NoError(t, w.Commit(ctx, b))
	_, err := w.Merge(ctx, &r, people)
	require.NoError(t, err)
}

// result is what matching decides.
func result(t require.TestingT, w *duckdb.Warehouse) (pairs, people [][]any) {
	pairs = loadtest.Rows(t, w, "SELECT * EXCLUDE (found_at, run_id) FROM etl.candidate_pairs WHERE reason = 'match' ORDER BY ALL")
	people = loadtest.Rows(t, w, `SELECT string_agg(source || ':' || source_id, ' ' ORDER BY source, source_id) AS person
		FROM etl.people GROUP BY contact_id ORDER BY 1`)
	return pairs, people
}

func TestMatchingWhatChangedEqualsMatchingEverything(t *testing.T) {
	lightly(t)
	before := match.SetMostRecords(3)
	t.Cleanup(func() { match.SetMostRecords(before) })
	matched, joined := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		w, c := openIn(rt, t)
		defer w.Close()
		now, people := listing{schema.Toofr: {}, schema.Intent: {}}, settings(rt)
		for night := range rapid.IntRange(1, 4).Draw(rt, "nights") {
			if night > 0 && rapid.IntRange(0, 3).Draw(rt, "other settings") == 0 {
				people = settings(rt)
			}
			listed := listings().Draw(rt, "listed")
			now.add(listed)
			arrive(rt, w, c, fmt.Sprint(night), people, listed)
			pairs, persons := result(rt, w)
			matched += len(pairs)
			for _, p := range pairs {
				if p[8] == true {
					joined++
				}
			}

			_, err := w.Resolve(ctx, "again", people, true)
			require.NoError(rt, err)
			again, personsAgain := result(rt, w)
			require.Equal(rt, again, pairs)
			require.Equal(rt, personsAgain, persons)
		}
		other, c := openIn(rt, t)
		defer other.Close()
		arrive(rt, other, c, "last", people, now)
		pairs, persons := result(rt, w)
		otherPairs, otherPersons := result(rt, other)
		require.Equal(rt, otherPairs, pairs)
		require.Equal(rt, otherPersons, persons)
	})
	t.Logf("%d pairs, %d of them joined", matched, joined)
	if testing.Short() {
		return // the few draws that are left need not hold every kind
	}
	require.Positive(t, matched)
	require.Positive(t, joined)
	require.Greater(t, matched, joined)
}

// lightly makes fewer checks, since each takes warehouses and several merges;
// -rapid.checks asks for more.
func lightly(t *testing.T) {
	checks := flag.Lookup("rapid.checks")
	if checks.Value.String() == checks.DefValue {
		require.NoError(t, checks.Value.Set("12"))
		t.Cleanup(func() { _ = checks.Value.Set(checks.DefValue) }) // a value that was accepted before
	}
}

func openIn(rt *rapid.T, t *testing.T) (*duckdb.Warehouse, *storetest.Clock) {
	dir, err := os.MkdirTemp(t.TempDir(), "")
	require.NoError(rt, err)
	c := storetest.NewClock()
	path := filepath.Join(dir, "warehouse.duckdb")
	loadtest.PutEmpty(rt, path, 0)
	w, err := duckdb.Open(ctx, path, duckdb.Options{Now: c.Now, Threads: 1})
	require.NoError(rt, err)
	return w, c
}
