//go:build duckdb_arrow

package duckdb_test

import (
	"testing"

	"contactsync/internal/identity"
	"contactsync/load"
	"contactsync/load/duckdb"
	"contactsync/load/storetest"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// spouses are two records with a mailbox in common, and one of a hash of it.
var spouses = []soul{
	{source: schema.AudienceLab, id: "1", first: "Paul", surname: 1, clear: []string{"a@acme.example"}, slugs: []string{"x"}},
	{source: schema.AudienceLab, id: "2", first: "Nina", surname: 1, clear: []string{"a@acme.example"}, slugs: []string{"y"}},
	{source: schema.Intent, id: "3", sha: []string{"a@acme.example"}},
}

func TestAGuardThatComesToPeopleTellsBeforeItSplits(t *testing.T) {
	path, c := warehousePath(t), storetest.NewClock()
	session := func(s settings, do func(w *duckdb.Warehouse)) {
		w, err := duckdb.Open(ctx, path, duckdb.Options{Now: c.Now, Threads: 1})
		require.NoError(t, err)
		defer w.Close()
		do(w)
	}
	on := settings{maxNames: 5, guard: load.GuardOn}
	session(settings{maxNames: 5, guard: load.GuardOff}, func(w *duckdb.Warehouse) {
		arrive(t, w, c, "0", settings{maxNames: 5, guard: load.GuardOff}, spouses)
		require.Len(t, partition(t, w), 1)
	})
	session(on, func(w *duckdb.Warehouse) {
		for _, night := range []string{"1", "2"} { // two pipelines of one run, too
			m := arrive(t, w, c, night, on, nil)
			require.Equal(t, load.GuardWarn, m.Guard)
			require.Len(t, partition(t, w), 1)
			if night == "1" {
				require.Equal(t, 1, m.Splits)
			}
		}
		require.Equal(t, []string{"audiencelab:1 audiencelab:2 true"}, candidatePairs(t, w), "they are one person all the same")
	})
	session(on, func(w *duckdb.Warehouse) {
		m := arrive(t, w, c, "3", on, nil)
		require.Equal(t, load.GuardOn, m.Guard)
		require.Equal(t, []string{"audiencelab:1", "audiencelab:2", "intent:3"}, partition(t, w))
		require.Equal(t, []string{"split", "split"}, table(t, w, "SELECT change FROM etl.merges"))
		require.Equal(t, []string{"audiencelab:1 audiencelab:2 false"}, candidatePairs(t, w))
		require.Equal(t, []string{"doubtful"}, table(t, w, "SELECT DISTINCT reason FROM etl.identity_warnings WHERE bits < 0"))
	})
}

func candidatePairs(t require.TestingT, w *duckdb.Warehouse) []string {
	return table(t, w, `SELECT concat_ws(' ', least(one, other), greatest(one, other), joined) FROM (
		SELECT source || ':' || source_id AS one, other_source || ':' || other_source_id AS other, joined
		FROM etl.candidate_pairs WHERE source <> 'intent' AND other_source <> 'intent')`)
}

func TestTheGuardIsAppliedAtOnceToNewWarehousesAndWhereItIsAskedFor(t *testing.T) {
	on, off := settings{maxNames: 5, guard: load.GuardOn}, settings{maxNames: 5, guard: load.GuardOff}
	t.Run("new", func(t *testing.T) {
		w, c := openIn(t, t)
		defer w.Close()
		require.Equal(t, load.GuardOn, arrive(t, w, c, "1", on, spouses).Guard)
		require.Len(t, partition(t, w), 3)
	})
	t.Run("asked for", func(t *testing.T) {
		w, c := openIn(t, t)
		defer w.Close()
		arrive(t, w, c, "1", off, spouses)
		people := on.people()
		people.ApplyGuard = true
		c.Advance()
		m, err := w.Resolve(ctx, "r2", people, false)
		require.NoError(t, err)
		require.Equal(t, load.GuardOn, m.Guard)
		require.Len(t, partition(t, w), 3)
	})
}

func TestAnErasureDoesNotCountAsHavingToldOfTheGuard(t *testing.T) {
	path, c := warehousePath(t), storetest.NewClock()
	off, on := settings{maxNames: 5, guard: load.GuardOff}, settings{maxNames: 5, guard: load.GuardOn}
	zoe := soul{source: schema.Toofr, id: "9", first: "Zoe", surname: 3, clear: []string{"b@acme.example"}}
	w, err := duckdb.Open(ctx, path, duckdb.Options{Now: c.Now, Threads: 1})
	require.NoError(t, err)
	arrive(t, w, c, "0", off, append([]soul{zoe}, spouses...))
	require.NoError(t, w.Close())
	eraseContact(t, path, identity.ContactID(zoe.source, zoe.id), on.people())

	for _, guard := range []load.Guard{load.GuardWarn, load.GuardOn} { // the first session tells, the second splits
		w, err = duckdb.Open(ctx, path, duckdb.Options{Now: c.Now, Threads: 1})
		require.NoError(t, err)
		m := arrive(t, w, c, string(guard), on, nil)
		require.Equal(t, guard, m.Guard)
		if guard == load.GuardWarn {
			require.Equal(t, 1, m.Splits)
			require.Len(t, partition(t, w), 1)
		}
		require.NoError(t, w.Close())
	}
}

// eraseContact takes a person out of the warehouse at path, which is closed.
func eraseContact(t testing.TB, path, id string, people load.People) {
	t.Helper()
	s, err := duckdb.Succeed(ctx, path, duckdb.Options{Threads: 1})
	require.NoError(t, err)
	nothing := func(load.Belongings) load.Mentions { return func(string, string, bool) bool { return false } }
	_, err = s.Erase(ctx, "erase", []load.Request{{Contact: id}}, nothing, people)
	require.NoError(t, err)
	_, err = s.Finish(ctx)
	require.NoError(t, err)
	require.NoError(t, s.Replace())
	require.NoError(t, s.Discard())
}
