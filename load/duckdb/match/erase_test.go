//go:build duckdb_arrow

package match_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/internal/identity"
	"contactsync/internal/loadtest"
	"contactsync/load"
	"contactsync/load/duckdb"
	"contactsync/load/storetest"
	"contactsync/schema"
)

// Two match one record about as well, so neither is joined with it. When one of them is
// erased, the other is, as a rebuild of what stays would have it, and no pair names who went.
func TestWhoIsErasedIsNobodysRival(t *testing.T) {
	c, path := storetest.NewClock(), filepath.Join(t.TempDir(), "warehouse.duckdb")
	people := load.People{Priority: schema.Sources, MaxNames: 3, Fold: storetest.Fold, Match: load.MatchOn, Threshold: .8}
	phones := []string{"+12025550101", "+12025550102"}
	w, err := duckdb.Open(ctx, path, duckdb.Options{Now: c.Now, Threads: 1})
	require.NoError(t, err)
	arrive(t, w, c, "1", people, listing{
		schema.Toofr: {"1": {ID: "1", First: "Ann", Last: "Brown", Phones: phones}},
		schema.Intent: {
			"1": {ID: "1", First: "Anna", Last: "Brown", Phones: phones[:1], PostalCode: "12345"},
			"2": {ID: "2", First: "Anne", Last: "Brown", Phones: phones[1:], PostalCode: "98765"},
		},
	})
	contacts := func() int { return len(loadtest.Rows(t, w, "FROM contacts")) }
	require.Equal(t, 3, contacts())
	require.NoError(t, w.Close())

	s, err := duckdb.Succeed(ctx, path, duckdb.Options{Now: c.Now, Threads: 1})
	require.NoError(t, err)
	nothing := func(load.Belongings) load.Mentions { return func(string, string, bool) bool { return false } }
	_, err = s.Erase(ctx, "erase", []load.Request{{Contact: identity.ContactID(schema.Intent, "2")}}, nothing, people)
	require.NoError(t, err)
	_, err = s.Finish(ctx)
	require.NoError(t, err)
	require.NoError(t, s.Replace())
	require.NoError(t, s.Discard())

	w, err = duckdb.Open(ctx, path, duckdb.Options{Now: c.Now, Threads: 1})
	require.NoError(t, err)
	defer w.Close()
	require.Equal(t, 1, contacts())
	require.Empty(t, loadtest.Rows(t, w, "FROM etl.candidate_pairs WHERE source_id = '2' OR other_source_id = '2'"))
	pairs, persons := result(t, w)
	_, err = w.Resolve(ctx, "again", people, true)
	require.NoError(t, err)
	pairsAgain, personsAgain := result(t, w)
	require.Equal(t, pairsAgain, pairs)
	require.Equal(t, personsAgain, persons)
}
