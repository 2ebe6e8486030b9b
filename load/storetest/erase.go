package storetest

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"contactsync/internal/identity"
	"contactsync/load"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// closed makes a warehouse with do and closes it; the path is an awkward one.
func closed(t testing.TB, e Engine, do func(w load.Warehouse)) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ann's [own] warehouse.duckdb")
	w := e.Open(t, path, time.Now)
	do(w)
	require.NoError(t, w.Close())
	return path
}

// Merged commits and merges people of one vendor.
func Merged(t testing.TB, w load.Writer, source string, change func(*load.Batch), persons ...[4]string) {
	t.Helper()
	r := NewRun(fmt.Sprint("r-", source, len(persons), time.Now().UnixNano()), source, time.Now())
	b := Batch(r, source, "s1", false, persons...)
	if change != nil {
		change(&b)
	}
	require.NoError(t, w.Commit(t.Context(), b))
	_, err := w.Merge(t.Context(), &r, People())
	require.NoError(t, err)
}

// ByKey asks for whoever carries a key.
func ByKey(kind schema.Kind, value string) load.Request {
	return load.Request{Selector: schema.ByEmail, Keys: []schema.Identifier{{Kind: kind, Value: value}}}
}

// ByAddress asks for whoever has an address.
func ByAddress(address string) load.Request {
	return ByKey(schema.EmailSHA256, hashOf(address))
}

// Plainly finds addresses and values that belong to the people found, and the
// given words, as they stand.
func Plainly(words ...string) func(load.Belongings) load.Mentions {
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
func erase(t testing.TB, e Engine, path string, own load.Own, requests ...load.Request) (load.Warehouse, load.Found) {
	t.Helper()
	s := e.Succeed(t, path, time.Now)
	found, err := s.Erase(t.Context(), "erasure", requests, own, People())
	require.NoError(t, err)
	_, err = s.Finish(t.Context())
	require.NoError(t, err)
	require.NoError(t, s.Replace())
	require.NoError(t, s.Discard())
	w := e.Open(t, path, time.Now)
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	return w, found
}

// Nowhere holds every column of every table to be without these texts. (Of the
// bytes of the file that cannot be said: in the gaps of its blocks DuckDB writes
// what lies in memory, duckdb#23382.)
func Nowhere(t testing.TB, e Engine, w load.Warehouse, texts ...string) {
	t.Helper()
	tables := table(t, e, w, "SELECT table_schema || '.' || table_name FROM information_schema.tables WHERE table_catalog = current_database() AND table_type = 'BASE TABLE'")
	require.Greater(t, len(tables), 20)
	for _, name := range tables {
		for _, text := range texts {
			rows := value[int64](t, e, w, fmt.Sprintf("SELECT count(*) FROM %s t WHERE contains(t::VARCHAR, '%s')", name, text))
			require.Zerof(t, rows, "%s holds %s", name, text)
		}
	}
}

func testEveryKeyOfARequestCounts(t *testing.T, e Engine) {
	list := load.Request{Selector: schema.ByList}
	path := closed(t, e, func(w load.Warehouse) {
		var persons [][4]string
		for i := range 6 {
			persons = append(persons, [4]string{fmt.Sprint(i), "Ann", "Lee", fmt.Sprintf("ann%d@acme.example", i)})
		}
		Merged(t, w, schema.Toofr, nil, persons...)
		for _, i := range []int{0, 2, 3} {
			list.Keys = append(list.Keys, ByAddress(persons[i][3]).Keys...)
		}
	})
	w, found := erase(t, e, path, NobodyElse, list)
	require.Len(t, found.Contacts, 3)
	require.Equal(t, []string{"1", "4", "5"}, table(t, e, w, "SELECT source_id FROM etl.records ORDER BY ALL"))
}

func testErasureByContactIDFollowsMerges(t *testing.T, e Engine) {
	path := closed(t, e, func(w load.Warehouse) {
		Merged(t, w, schema.Toofr, nil, [4]string{"1", "Ann", "Lee", AnnMail})
		Merged(t, w, schema.AudienceLab, nil, [4]string{"2", "Ann", "Lee", "ann@home.example"})
		Merged(t, w, schema.AudienceLab, nil, [4]string{"2", "Ann", "Lee", AnnMail}) // turns out to be the same
	})
	w, found := erase(t, e, path, Plainly(), load.Request{Selector: schema.ByContact, Contact: identity.ContactID(schema.AudienceLab, "2")})
	require.Len(t, found.Records, 2)
	require.Zero(t, value[int64](t, e, w, "SELECT count(*) FROM contacts"))
	require.Zero(t, value[int64](t, e, w, "SELECT count(*) FROM etl.merges"))
}

func testSomebodyElseWhoseRecordMentionsThePersonLosesThatRecordOnly(t *testing.T, e Engine) {
	path := closed(t, e, func(w load.Warehouse) {
		Merged(t, w, schema.AudienceLab, func(b *load.Batch) {
			Change(b, 0, func(s *Said) { s.Household, s.JobTitle = AnnMail, "CTO" })
		}, [4]string{"spouse", "Robert", "Ray", BobMail})
		Merged(t, w, schema.Toofr, nil, [4]string{"1", "Ann", "Lee", AnnMail}, [4]string{"2", "Bob", "Ray", BobMail})
		require.Equal(t, "CTO", value[string](t, e, w, "SELECT job_title FROM contacts WHERE last_name = 'Ray'"))
	})
	w, found := erase(t, e, path, Plainly(AnnMail), ByAddress(AnnMail))
	require.Len(t, found.Records, 2)
	require.EqualValues(t, -1, found.Records[0].Request)
	Nowhere(t, e, w, AnnMail, "spouse", identity.ContactID(schema.AudienceLab, "spouse"))
	require.Equal(t, "Bob", value[string](t, e, w, "SELECT first_name FROM contacts"), "made anew of what is left")
	require.EqualValues(t, 1, value[int64](t, e, w, "SELECT record_count FROM contacts WHERE job_title IS NULL"))
	require.Equal(t, identity.ContactID(schema.Toofr, "2"), value[string](t, e, w, "SELECT contact_id FROM contacts"), "as a rebuild would name him")
	require.Zero(t, value[int64](t, e, w, "SELECT count(*) FROM contact_changes"), "and no change tells what it was")
}

func testWhatOthersCarryTooIsNotThePersonsOwn(t *testing.T, e Engine) {
	shared := schema.Identifier{Source: schema.Toofr, Kind: schema.LinkedIn, Value: "placeholder"}
	phone := schema.Identifier{Source: schema.Toofr, Kind: schema.Phone, Value: "+12025550123"}
	role := schema.Identifier{Source: schema.Toofr, Kind: schema.RoleEmail, Value: "role-hash"}
	path := closed(t, e, func(w load.Warehouse) {
		var crowd [][4]string
		for i := range 7 {
			crowd = append(crowd, [4]string{fmt.Sprint(i), "P", fmt.Sprint("Surname", string(rune('a'+i))), fmt.Sprintf("p%d@acme.example", i)})
		}
		Merged(t, w, schema.Toofr, func(b *load.Batch) {
			for i := range crowd {
				Change(b, i, func(s *Said) {
					for _, id := range []schema.Identifier{shared, phone, role} {
						id.SourceID = fmt.Sprint(i)
						s.Identifiers = append(s.Identifiers, id)
					}
				})
			}
		}, crowd...)
	})
	var belongings load.Belongings
	w, found := erase(t, e, path, func(b load.Belongings) load.Mentions { belongings = b; return Plainly()(b) }, ByAddress("p0@acme.example"))
	require.Len(t, found.Records, 1)
	require.Equal(t, []schema.Identifier{
		ByAddress("p0@acme.example").Keys[0], {Kind: schema.VendorID(schema.Toofr), Value: "0"},
	}, belongings.Keys)
	require.EqualValues(t, 6, value[int64](t, e, w, "SELECT count(*) FROM contacts"))

	found, err := w.Eraser().Find(t.Context(), []load.Request{ByKey(schema.LinkedIn, "placeholder")}, Plainly(), Fold)
	require.NoError(t, err)
	require.Len(t, found.Records, 6, "who asks by it reaches the records that carry it")
}

func testSuppressionsAreStoredOnce(t *testing.T, e Engine) {
	w, c := open(t, e)
	for range 2 {
		hash := schema.Suppression{Kind: "email_md5", ValueSHA256: "x", Reason: "opted out", SuppressedAt: c.T}
		require.NoError(t, w.Eraser().Suppress(t.Context(), []schema.Suppression{hash},
			[]schema.Forget{{ForgetID: "f", RequestedAt: c.T, Selector: schema.ByList}}))
		c.Advance()
	}
	hashes, err := w.Lookup().Suppressions(t.Context())
	require.NoError(t, err)
	require.Equal(t, map[string]bool{"x": true}, hashes)
	require.EqualValues(t, 1, value[int64](t, e, w, "SELECT count(*) FROM etl.suppressions"))
	require.EqualValues(t, 2, value[int64](t, e, w, "SELECT count(*) FROM etl.forgets"))
}

// NobodyElse finds nobody in texts.
func NobodyElse(load.Belongings) load.Mentions {
	return func(string, string, bool) bool { return false }
}
