//go:build duckdb_arrow

package duckdb_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"contactsync/internal/identity"
	"contactsync/load"
	"contactsync/load/duckdb"
	"contactsync/load/storetest"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// closed makes a warehouse with do and closes it; the path is an awkward one.
func closed(t testing.TB, do func(w *duckdb.Warehouse)) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ann's [own] warehouse.duckdb")
	w, err := duckdb.Open(t.Context(), path, duckdb.Options{})
	require.NoError(t, err)
	do(w)
	require.NoError(t, w.Close())
	return path
}

// erase erases, and opens the new warehouse.
func erase(t testing.TB, path string, own func(load.Belongings) load.Mentions, requests ...load.Request) (*duckdb.Warehouse, load.Found) {
	t.Helper()
	s, err := duckdb.Succeed(t.Context(), path, duckdb.Options{})
	require.NoError(t, err)
	found, err := s.Erase(t.Context(), "erasure", requests, own, storetest.People())
	require.NoError(t, err)
	_, err = s.Finish(t.Context())
	require.NoError(t, err)
	require.NoError(t, s.Replace())
	require.NoError(t, s.Discard())
	w, err := duckdb.Open(t.Context(), path, duckdb.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	return w, found
}

// nowhere holds every column of every table to be without these texts.
func nowhere(t testing.TB, w *duckdb.Warehouse, texts ...string) {
	t.Helper()
	storetest.Nowhere(t, engine{}, w, texts...)
}

func TestErasedPersonLeavesEveryTableAndTheFile(t *testing.T) {
	path := closed(t, func(w *duckdb.Warehouse) {
		storetest.Merged(t, w, schema.Toofr, nil, [4]string{"toofr-ann", "Ann", "Lee", storetest.AnnMail}, [4]string{"toofr-bob", "Bob", "Ray", storetest.BobMail})
		storetest.Merged(t, w, schema.AudienceLab, func(b *load.Batch) {
			b.Events = []schema.Event{{Source: schema.AudienceLab, EventID: "e1", SourceID: "uuid-ann", Payload: `{"x":1}`}, {Source: schema.AudienceLab, EventID: "e2", SourceID: "uuid-bob", Payload: `{}`}}
			b.Rejects = []schema.Reject{
				{RejectID: "j1", Source: schema.AudienceLab, Payload: "not JSON " + storetest.AnnMail},
				{RejectID: "j2", Source: schema.AudienceLab, Payload: "not JSON"},
			}
		}, [4]string{"uuid-ann", "Anna", "Lee", storetest.AnnMail})
		storetest.Merged(t, w, schema.Intent, func(b *load.Batch) {
			day, err := schema.ParseDate("2026-11-01")
			require.NoError(t, err)
			b.Matches = []load.Match{
				{Match: schema.Match{Pipeline: schema.Intent, DataDate: day, TopicID: "1", HEM: "h1", SourceID: "hem-ann", Email: storetest.AnnMail, Payload: `{}`}, Sweep: "s"},
				{Match: schema.Match{Pipeline: schema.Intent, DataDate: day, TopicID: "1", HEM: "h2", SourceID: "hem-bob", Payload: `{}`}, Sweep: "s"},
			}
		}, [4]string{"hem-ann", "Ann", "Lee", storetest.AnnMail})
		// And what a killed run left staged.
		r := storetest.NewRun("staged", "other", time.Now())
		require.NoError(t, w.Commit(t.Context(), storetest.Batch(r, schema.StatSocial, "s1", false, [4]string{"ss-ann", "Ann", "Lee", storetest.AnnMail}, [4]string{"ss-bob", "Bob", "Ray", storetest.BobMail})))
		require.EqualValues(t, 2, value[int64](t, w, "SELECT count(*) FROM contacts"))
	})
	before, err := os.Stat(path)
	require.NoError(t, err)
	w, found := erase(t, path, storetest.Plainly(storetest.AnnMail), storetest.ByAddress(storetest.AnnMail))
	after, err := os.Stat(path)
	require.NoError(t, err)
	require.False(t, os.SameFile(before, after), "a new file")
	require.Equal(t, os.FileMode(0o600), after.Mode().Perm())

	require.Len(t, found.Records, 4)
	require.Equal(t, []string{identity.ContactID(schema.Toofr, "toofr-ann")}, found.Contacts)
	nowhere(t, w, storetest.AnnMail, "toofr-ann", "uuid-ann", "hem-ann", "ss-ann", identity.ContactID(schema.Toofr, "toofr-ann"), storetest.ByAddress(storetest.AnnMail).Keys[0].Value)
	require.Equal(t, storetest.BobMail, value[string](t, w, "SELECT email FROM contacts"), "others stay as they were")
	require.Equal(t, "j2", value[string](t, w, "SELECT reject_id FROM etl.rejects"))
	require.Equal(t, "e2", value[string](t, w, "SELECT event_id FROM events"))
	require.Equal(t, "hem-bob", value[string](t, w, "SELECT source_id FROM intent_matches"))
	require.Equal(t, "ss-bob", value[string](t, w, "SELECT source_id FROM etl.staged_versions"), "what is staged waits on")
	left, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*"))
	require.NoError(t, err)
	ofTheOpen := func(name string) bool {
		return strings.HasSuffix(name, ".wal") || strings.HasSuffix(name, "warehouse.duckdb.tmp")
	}
	require.Len(t, slices.DeleteFunc(left, ofTheOpen), 1, "no temporary file: %v", left)
}

func TestAMessageThatNamesTheErasedIsTakenOutOfTheBooks(t *testing.T) {
	path := closed(t, func(w *duckdb.Warehouse) {
		storetest.Merged(t, w, schema.Toofr, nil, [4]string{"1042", "Ann", "Lee", storetest.AnnMail}, [4]string{"10", "Bob", "Ray", storetest.BobMail})
		for i, r := range []schema.Run{
			{Error: "toofr:1042: cannot be stored"},
			{Error: "Malformed JSON: " + storetest.AnnMail, Warnings: []string{"5 records were rejected"}},
			{Warnings: []string{"audiencelab: drift", "toofr:1042 again"}},
			{Error: "toofr:10: cannot be stored", Warnings: []string{"1042 records were rejected"}},
		} {
			r.RunID, r.Pipeline, r.Status, r.Credits = fmt.Sprint("failed", i), "p", schema.Failed, 7
			require.NoError(t, w.Commit(t.Context(), load.Batch{Run: r, Drifts: []schema.Drift{{Field: storetest.AnnMail}, {Field: "field"}}}))
		}
	})
	w, _ := erase(t, path, storetest.Plainly(storetest.AnnMail), storetest.ByAddress(storetest.AnnMail))
	nowhere(t, w, storetest.AnnMail, "toofr:1042")
	const gone, allGone = "removed: it named somebody who was erased", "['removed: they named somebody who was erased']"
	require.Equal(t, []string{gone + "|-", gone + "|" + allGone, "-|" + allGone, "toofr:10: cannot be stored|[1042 records were rejected]"},
		table(t, w, "SELECT concat_ws('|', coalesce(error, '-'), coalesce(warnings::VARCHAR, '-')) FROM etl.runs WHERE credits = 7 ORDER BY run_id"))
	require.EqualValues(t, 4, value[int64](t, w, "SELECT count(*) FROM etl.drift WHERE field = 'field'"))
}

func TestFindChangesNothing(t *testing.T) {
	path := closed(t, func(w *duckdb.Warehouse) {
		storetest.Merged(t, w, schema.Toofr, nil, [4]string{"1", "Ann", "Lee", storetest.AnnMail})
	})
	before, err := os.ReadFile(path)
	require.NoError(t, err)
	w, err := duckdb.Open(t.Context(), path, duckdb.Options{ReadOnly: true})
	require.NoError(t, err)
	found, err := w.Eraser().Find(t.Context(), []load.Request{storetest.ByAddress(storetest.AnnMail), storetest.ByAddress(storetest.BobMail)}, storetest.Plainly(), storetest.Fold)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	require.Equal(t, []load.FoundRecord{{Request: 0, ContactID: identity.ContactID(schema.Toofr, "1"), Source: schema.Toofr, SourceID: "1"}}, found.Records)
	require.EqualValues(t, 1, found.Rows["etl.records"])
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, before, after)
}

func TestUnfinishedSuccessorLeavesTheOldFileWhole(t *testing.T) {
	path := closed(t, func(w *duckdb.Warehouse) {
		storetest.Merged(t, w, schema.Toofr, nil, [4]string{"1", "Ann", "Lee", storetest.AnnMail})
	})
	before, err := os.ReadFile(path)
	require.NoError(t, err)
	dir := filepath.Dir(path)
	require.NoError(t, os.WriteFile(path+".new-1", []byte("of a killed process"), 0o600))
	require.NoError(t, os.MkdirAll(path+".new-1.tmp", 0o700))
	neighbour := filepath.Join(dir, "ann's o warehouse.duckdb.new-1") // what the brackets would match
	require.NoError(t, os.WriteFile(neighbour, nil, 0o600))

	s, err := duckdb.Succeed(t.Context(), path, duckdb.Options{})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = s.Erase(ctx, "erasure", []load.Request{storetest.ByAddress(storetest.AnnMail)}, storetest.Plainly(), storetest.People())
	require.Error(t, err)
	require.NoError(t, s.Discard())
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, before, after)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, left, 2, "the warehouse and the neighbour's file")
	require.FileExists(t, neighbour)

	w, err := duckdb.Open(t.Context(), path, duckdb.Options{})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path+".new-1", []byte("of a killed process"), 0o600))
	_, err = w.Recover(t.Context())
	require.NoError(t, err)
	require.NoError(t, w.Close())
	require.NoFileExists(t, path+".new-1", "a run removes it, too")

	require.NoError(t, os.WriteFile(path+".wal", []byte("log"), 0o600))
	_, err = duckdb.Succeed(t.Context(), path, duckdb.Options{})
	require.ErrorContains(t, err, "it was not closed cleanly")
}
