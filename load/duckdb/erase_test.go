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
	"contactsync/internal/loadtest"
	"contactsync/load"
	"contactsync/load/duckdb"
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

// merged commits and merges people of one vendor.
func merged(t testing.TB, w *duckdb.Warehouse, source string, change func(*load.Batch), persons ...[4]string) {
	t.Helper()
	r := run(fmt.Sprint("r-", source, len(persons), time.Now().UnixNano()), source, time.Now())
	b := batch(r, source, "s1", false, persons...)
	if change != nil {
		change(&b)
	}
	require.NoError(t, w.Commit(t.Context(), b))
	_, err := w.Merge(t.Context(), &r, people())
	require.NoError(t, err)
}

// byKey asks for whoever carries a key.
func byKey(kind schema.Kind, value string) load.Request {
	return load.Request{Selector: schema.ByEmail, Keys: []schema.Identifier{{Kind: kind, Value: value}}}
}

// byAddress asks for whoever has an address.
func byAddress(address string) load.Request {
	_, _, id := record("", "", "", "", address)
	return byKey(schema.EmailSHA256, id.Value)
}

// plainly finds addresses and values that belong to the people found, and the
// given words, as they stand.
func plainly(words ...string) func(load.Belongings) load.Mentions {
	return func(b load.Belongings) load.Mentions {
		needles := append(slices.Clone(words), b.Addresses...)
		for _, k := range b.Keys {
			if !strings.HasPrefix(string(k.Kind), "source:") {
				needles = append(needles, k.Value)
			}
		}
		return func(_, text string, _ bool) bool {
			return slices.ContainsFunc(needles, func(n string) bool { return strings.Contains(text, n) })
		}
	}
}

// erase erases, and opens the new warehouse.
func erase(t testing.TB, path string, own func(load.Belongings) load.Mentions, requests ...load.Request) (*duckdb.Warehouse, load.Found) {
	t.Helper()
	s, err := duckdb.Succeed(t.Context(), path, duckdb.Options{})
	require.NoError(t, err)
	found, err := s.Erase(t.Context(), "erasure", requests, own, people())
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

// nowhere holds every column of every table to be without these texts. (Of the
// bytes of the file that cannot be said: in the gaps of its blocks DuckDB writes
// what lies in memory, duckdb#23382.)
func nowhere(t testing.TB, w *duckdb.Warehouse, texts ...string) {
	t.Helper()
	tables := loadtest.Rows(t, w, "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE NOT temporary")
	require.Greater(t, len(tables), 20)
	for _, table := range tables {
		for _, text := range texts {
			rows := value[int64](t, w, fmt.Sprintf("SELECT count(*) FROM %s t WHERE contains(t::VARCHAR, '%s')", table[0], text))
			require.Zerof(t, rows, "%s holds %s", table[0], text)
		}
	}
}

const (
	annMail = "ann.lee@acme.example"
	bobMail = "bob.ray@acme.example"
)

func TestErasedPersonLeavesEveryTableAndTheFile(t *testing.T) {
	path := closed(t, func(w *duckdb.Warehouse) {
		merged(t, w, schema.Toofr, nil, [4]string{"toofr-ann", "Ann", "Lee", annMail}, [4]string{"toofr-bob", "Bob", "Ray", bobMail})
		merged(t, w, schema.AudienceLab, func(b *load.Batch) {
			b.Events = []schema.Event{{Source: schema.AudienceLab, EventID: "e1", SourceID: "uuid-ann", Payload: `{"x":1}`}, {Source: schema.AudienceLab, EventID: "e2", SourceID: "uuid-bob", Payload: `{}`}}
			b.Rejects = []schema.Reject{
				{RejectID: "j1", Source: schema.AudienceLab, Payload: "not JSON " + annMail},
				{RejectID: "j2", Source: schema.AudienceLab, Payload: "not JSON"},
			}
		}, [4]string{"uuid-ann", "Anna", "Lee", annMail})
		merged(t, w, schema.Intent, func(b *load.Batch) {
			day, err := schema.ParseDate("2026-11-01")
			require.NoError(t, err)
			b.Matches = []load.Match{
				{Match: schema.Match{Pipeline: schema.Intent, DataDate: day, TopicID: "1", HEM: "h1", SourceID: "hem-ann", Email: annMail, Payload: `{}`}, Sweep: "s"},
				{Match: schema.Match{Pipeline: schema.Intent, DataDate: day, TopicID: "1", HEM: "h2", SourceID: "hem-bob", Payload: `{}`}, Sweep: "s"},
			}
		}, [4]string{"hem-ann", "Ann", "Lee", annMail})
		// And what a killed run left staged.
		r := run("staged", "other", time.Now())
		require.NoError(t, w.Commit(t.Context(), batch(r, schema.StatSocial, "s1", false, [4]string{"ss-ann", "Ann", "Lee", annMail}, [4]string{"ss-bob", "Bob", "Ray", bobMail})))
		require.EqualValues(t, 2, value[int64](t, w, "SELECT count(*) FROM contacts"))
	})
	before, err := os.Stat(path)
	require.NoError(t, err)
	w, found := erase(t, path, plainly(annMail), byAddress(annMail))
	after, err := os.Stat(path)
	require.NoError(t, err)
	require.False(t, os.SameFile(before, after), "a new file")
	require.Equal(t, os.FileMode(0o600), after.Mode().Perm())

	require.Len(t, found.Records, 4)
	require.Equal(t, []string{identity.ContactID(schema.Toofr, "toofr-ann")}, found.Contacts)
	nowhere(t, w, annMail, "toofr-ann", "uuid-ann", "hem-ann", "ss-ann", identity.ContactID(schema.Toofr, "toofr-ann"), byAddress(annMail).Keys[0].Value)
	require.Equal(t, bobMail, value[string](t, w, "SELECT email FROM contacts"), "others stay as they were")
	require.Equal(t, "j2", value[string](t, w, "SELECT reject_id FROM etl.rejects"))
	require.Equal(t, "e2", value[string](t, w, "SELECT event_id FROM events"))
	require.Equal(t, "hem-bob", value[string](t, w, "SELECT source_id FROM intent_matches"))
	require.Equal(t, "ss-bob", value[string](t, w, "SELECT source_id FROM etl.staged_records"), "what is staged waits on")
	left, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*"))
	require.NoError(t, err)
	ofTheOpen := func(name string) bool {
		return strings.HasSuffix(name, ".wal") || strings.HasSuffix(name, "warehouse.duckdb.tmp")
	}
	require.Len(t, slices.DeleteFunc(left, ofTheOpen), 1, "no temporary file: %v", left)
}

func TestAMessageThatNamesTheErasedIsTakenOutOfTheBooks(t *testing.T) {
	path := closed(t, func(w *duckdb.Warehouse) {
		merged(t, w, schema.Toofr, nil, [4]string{"1042", "Ann", "Lee", annMail}, [4]string{"10", "Bob", "Ray", bobMail})
		for i, r := range []schema.Run{
			{Error: "toofr:1042: cannot be stored"},
			{Error: "Malformed JSON: " + annMail, Warnings: []string{"5 records were rejected"}},
			{Warnings: []string{"audiencelab: drift", "toofr:1042 again"}},
			{Error: "toofr:10: cannot be stored", Warnings: []string{"1042 records were rejected"}},
		} {
			r.RunID, r.Pipeline, r.Status, r.Credits = fmt.Sprint("failed", i), "p", schema.Failed, 7
			require.NoError(t, w.Commit(t.Context(), load.Batch{Run: r, Drifts: []schema.Drift{{Field: annMail}, {Field: "field"}}}))
		}
	})
	w, _ := erase(t, path, plainly(annMail), byAddress(annMail))
	nowhere(t, w, annMail, "toofr:1042")
	const gone, allGone = "removed: it named somebody who was erased", "['removed: they named somebody who was erased']"
	require.Equal(t, []string{gone + "|-", gone + "|" + allGone, "-|" + allGone, "toofr:10: cannot be stored|[1042 records were rejected]"},
		table(t, w, "SELECT concat_ws('|', coalesce(error, '-'), coalesce(warnings::VARCHAR, '-')) FROM etl.runs WHERE credits = 7 ORDER BY run_id"))
	require.EqualValues(t, 4, value[int64](t, w, "SELECT count(*) FROM etl.drift WHERE field = 'field'"))
}

func TestEveryKeyOfARequestCounts(t *testing.T) {
	list := load.Request{Selector: schema.ByList}
	path := closed(t, func(w *duckdb.Warehouse) {
		var persons [][4]string
		for i := range 6 {
			persons = append(persons, [4]string{fmt.Sprint(i), "Ann", "Lee", fmt.Sprintf("ann%d@acme.example", i)})
		}
		merged(t, w, schema.Toofr, nil, persons...)
		for _, i := range []int{0, 2, 3} {
			list.Keys = append(list.Keys, byAddress(persons[i][3]).Keys...)
		}
	})
	w, found := erase(t, path, nobodyElse, list)
	require.Len(t, found.Contacts, 3)
	require.Equal(t, []string{"1", "4", "5"}, table(t, w, "SELECT source_id FROM etl.records ORDER BY ALL"))
}

func TestErasureByContactIDFollowsMerges(t *testing.T) {
	path := closed(t, func(w *duckdb.Warehouse) {
		merged(t, w, schema.Toofr, nil, [4]string{"1", "Ann", "Lee", annMail})
		merged(t, w, schema.AudienceLab, nil, [4]string{"2", "Ann", "Lee", "ann@home.example"})
		merged(t, w, schema.AudienceLab, nil, [4]string{"2", "Ann", "Lee", annMail}) // turns out to be the same
	})
	w, found := erase(t, path, plainly(), load.Request{Selector: schema.ByContact, Contact: identity.ContactID(schema.AudienceLab, "2")})
	require.Len(t, found.Records, 2)
	require.Zero(t, value[int64](t, w, "SELECT count(*) FROM contacts"))
	require.Zero(t, value[int64](t, w, "SELECT count(*) FROM etl.merges"))
}

func TestSomebodyElseWhoseRecordMentionsThePersonLosesThatRecordOnly(t *testing.T) {
	path := closed(t, func(w *duckdb.Warehouse) {
		merged(t, w, schema.AudienceLab, func(b *load.Batch) {
			b.Records[0].Payload = `{"id":"spouse","household":"` + annMail + `"}`
			b.Records[0].JobTitle = "CTO"
		}, [4]string{"spouse", "Robert", "Ray", bobMail})
		merged(t, w, schema.Toofr, nil, [4]string{"1", "Ann", "Lee", annMail}, [4]string{"2", "Bob", "Ray", bobMail})
		require.Equal(t, "CTO", value[string](t, w, "SELECT job_title FROM contacts WHERE last_name = 'Ray'"))
	})
	w, found := erase(t, path, plainly(annMail), byAddress(annMail))
	require.Len(t, found.Records, 2)
	require.EqualValues(t, -1, found.Records[0].Request)
	nowhere(t, w, annMail, "spouse", identity.ContactID(schema.AudienceLab, "spouse"))
	require.Equal(t, "Bob", value[string](t, w, "SELECT first_name FROM contacts"), "made anew of what is left")
	require.EqualValues(t, 1, value[int64](t, w, "SELECT record_count FROM contacts WHERE job_title IS NULL"))
	require.Equal(t, identity.ContactID(schema.Toofr, "2"), value[string](t, w, "SELECT contact_id FROM contacts"), "as a rebuild would name him")
	require.Zero(t, value[int64](t, w, "SELECT count(*) FROM contact_changes"), "and no change tells what it was")
}

func TestWhatOthersCarryTooIsNotThePersonsOwn(t *testing.T) {
	shared := schema.Identifier{Source: schema.Toofr, Kind: schema.LinkedIn, Value: "placeholder"}
	phone := schema.Identifier{Source: schema.Toofr, Kind: schema.Phone, Value: "+12025550123"}
	role := schema.Identifier{Source: schema.Toofr, Kind: schema.RoleEmail, Value: "role-hash"}
	path := closed(t, func(w *duckdb.Warehouse) {
		var crowd [][4]string
		for i := range 7 {
			crowd = append(crowd, [4]string{fmt.Sprint(i), "P", fmt.Sprint("Surname", string(rune('a'+i))), fmt.Sprintf("p%d@acme.example", i)})
		}
		merged(t, w, schema.Toofr, func(b *load.Batch) {
			for i := range crowd {
				for _, id := range []schema.Identifier{shared, phone, role} {
					id.SourceID = fmt.Sprint(i)
					b.Identifiers = append(b.Identifiers, id)
				}
			}
		}, crowd...)
	})
	var belongings load.Belongings
	w, found := erase(t, path, func(b load.Belongings) load.Mentions { belongings = b; return plainly()(b) }, byAddress("p0@acme.example"))
	require.Len(t, found.Records, 1)
	require.Equal(t, []schema.Identifier{
		byAddress("p0@acme.example").Keys[0], {Kind: schema.VendorID(schema.Toofr), Value: "0"},
	}, belongings.Keys)
	require.EqualValues(t, 6, value[int64](t, w, "SELECT count(*) FROM contacts"))

	found, err := w.Find(t.Context(), []load.Request{byKey(schema.LinkedIn, "placeholder")}, plainly())
	require.NoError(t, err)
	require.Len(t, found.Records, 6, "who asks by it reaches the records that carry it")
}

func TestFindChangesNothing(t *testing.T) {
	path := closed(t, func(w *duckdb.Warehouse) { merged(t, w, schema.Toofr, nil, [4]string{"1", "Ann", "Lee", annMail}) })
	before, err := os.ReadFile(path)
	require.NoError(t, err)
	w, err := duckdb.Open(t.Context(), path, duckdb.Options{ReadOnly: true})
	require.NoError(t, err)
	found, err := w.Find(t.Context(), []load.Request{byAddress(annMail), byAddress(bobMail)}, plainly())
	require.NoError(t, err)
	require.NoError(t, w.Close())
	require.Equal(t, []load.FoundRecord{{Request: 0, ContactID: identity.ContactID(schema.Toofr, "1"), Source: schema.Toofr, SourceID: "1"}}, found.Records)
	require.EqualValues(t, 1, found.Rows["etl.records"])
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, before, after)
}

func TestUnfinishedSuccessorLeavesTheOldFileWhole(t *testing.T) {
	path := closed(t, func(w *duckdb.Warehouse) { merged(t, w, schema.Toofr, nil, [4]string{"1", "Ann", "Lee", annMail}) })
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
	_, err = s.Erase(ctx, "erasure", []load.Request{byAddress(annMail)}, plainly(), people())
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

func TestSuppressionsAreStoredOnce(t *testing.T) {
	w, c := open(t)
	for range 2 {
		require.NoError(t, w.Suppress(t.Context(), []schema.Suppression{{Kind: "email_md5", ValueSHA256: "x", Reason: "opted out", SuppressedAt: c.t}},
			[]schema.Forget{{ForgetID: "f", RequestedAt: c.t, Selector: schema.ByList}}))
		c.advance()
	}
	hashes, err := w.Suppressions(t.Context())
	require.NoError(t, err)
	require.Equal(t, map[string]bool{"x": true}, hashes)
	require.EqualValues(t, 1, value[int64](t, w, "SELECT count(*) FROM etl.suppressions"))
	require.EqualValues(t, 2, value[int64](t, w, "SELECT count(*) FROM etl.forgets"))
}
