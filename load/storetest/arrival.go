package storetest

import (
	"path/filepath"
	"testing"

	"contactsync/internal/identity"
	"contactsync/load"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// Folding makes a batch store its records itself, but for those of which something is known
// already, by source:source_id.
func Folding(t require.TestingT, b load.Batch, known map[string]bool) load.Batch {
	versions := b.Versions
	b.Versions = nil
	for _, v := range versions {
		if known[v.Source+":"+v.SourceID] {
			b.Versions = append(b.Versions, v)
			continue
		}
		folded, err := Fold([]load.Stored{{Staged: []load.Version{v}}})
		require.NoError(t, err)
		b.New = append(b.New, folded...)
	}
	return b
}

func testANewRecordIsInNoViewUntilItsMerge(t *testing.T, e Engine) {
	w, c := open(t, e)
	r := NewRun("r1", "p1", c.T)
	require.NoError(t, w.Commit(t.Context(), Folding(t, Batch(r, schema.Toofr, "s1", true, [4]string{"1", "Ann", "Lee", "ann@acme.example"}), nil)))
	for _, view := range []string{"contacts", "source_contacts", "identifiers"} {
		require.Zero(t, value[int64](t, e, w, "SELECT count(*) FROM "+view), view)
	}
	served := Said{ID: "1", First: "Ann", Last: "Lee", Email: "ann@acme.example"}.Version(schema.Toofr).Version
	standings, err := w.Lookup().Compare(t.Context(), schema.Toofr, []schema.Version{served})
	require.NoError(t, err)
	require.Equal(t, []load.Standing{{Known: true, Same: true}}, standings)
	waits, err := w.Progress().Staged(t.Context(), "p1")
	require.NoError(t, err)
	require.True(t, waits)

	c.Advance()
	m, err := w.Merge(t.Context(), &r, People())
	require.NoError(t, err)
	require.Equal(t, []int64{1, 0, 1}, []int64{m.New, m.Changed, m.Contacts})
	require.Equal(t, []string{"Ann ann@acme.example"}, table(t, e, w, "SELECT first_name || ' ' || email FROM contacts"))
	require.Equal(t, []string{"2026-11-01 02:00:00+00 2026-11-01 02:00:00+00 r1"},
		table(t, e, w, "SELECT concat_ws(' ', first_seen_at, updated_at, run_id) FROM source_contacts"), "it has the date of its run")
	m, err = w.Merge(t.Context(), &r, People())
	require.NoError(t, err)
	require.Zero(t, m.New)
}

// testANewRecordOfAKilledRunIsNotOlderThanWhatMergesFirst kills the run that brought a
// record. Another pipeline merges a record of the same person before its next run does.
func testANewRecordOfAKilledRunIsNotOlderThanWhatMergesFirst(t *testing.T, e Engine) {
	c, path := NewClock(), filepath.Join(t.TempDir(), "warehouse")
	w := e.Open(t, path, c.Now)
	killed := NewRun("r1", "p1", c.T)
	require.NoError(t, w.Commit(t.Context(), Folding(t, Batch(killed, schema.Toofr, "s1", true, [4]string{"1", "Ann", "Lee", "ann@acme.example"}), nil)))
	require.NoError(t, w.Close())

	c.Advance()
	w = e.Open(t, path, c.Now)
	defer w.Close()
	other := NewRun("r2", "p2", c.T)
	require.NoError(t, w.Commit(t.Context(), Folding(t, Batch(other, schema.AudienceLab, "s1", true, [4]string{"u", "Anna", "Lee", "ann@acme.example"}), nil)))
	m, err := w.Merge(t.Context(), &other, People())
	require.NoError(t, err)
	require.EqualValues(t, 1, m.New)
	require.Equal(t, []string{"audiencelab u"}, table(t, e, w, "SELECT source || ' ' || source_id FROM source_contacts"))

	c.Advance()
	again := NewRun("r3", "p1", c.T)
	m, err = w.Merge(t.Context(), &again, People())
	require.NoError(t, err)
	require.EqualValues(t, 1, m.New)
	require.Equal(t, []string{identity.ContactID(schema.AudienceLab, "u") + " 2"}, table(t, e, w, "SELECT contact_id || ' ' || record_count FROM contacts"))
	require.Equal(t, []string{"r3"}, table(t, e, w, "SELECT run_id FROM source_contacts WHERE source = 'toofr'"))
}

// testANewRecordIsAsIfStagedForAnotherPipelinesMerge has two pipelines at work in one
// session, of which the second begins when the first has stored records.
func testANewRecordIsAsIfStagedForAnotherPipelinesMerge(t *testing.T, e Engine) {
	w, c := open(t, e)
	first, second := NewRun("r1", "p1", c.T), NewRun("r2", "p2", c.T)
	require.NoError(t, w.Commit(t.Context(), Folding(t, Batch(first, schema.Toofr, "s1", true, [4]string{"1", "Ann", "Lee", "ann@acme.example"}), nil)))
	require.NoError(t, w.Commit(t.Context(), Batch(second, schema.AudienceLab, "s1", true, [4]string{"u", "Anna", "Lee", "ann@acme.example"})))
	_, err := w.Merge(t.Context(), &second, People())
	require.NoError(t, err)
	require.Equal(t, []string{"audiencelab"}, table(t, e, w, "SELECT source FROM source_contacts"))
	c.Advance()
	_, err = w.Merge(t.Context(), &first, People())
	require.NoError(t, err)
	require.Equal(t, []string{identity.ContactID(schema.AudienceLab, "u") + " 2"}, table(t, e, w, "SELECT contact_id || ' ' || record_count FROM contacts"))
}

func testANewRecordThatComesAgainCountsOnce(t *testing.T, e Engine) {
	w, c := open(t, e)
	r := NewRun("r1", "p1", c.T)
	require.NoError(t, w.Commit(t.Context(), Folding(t, Batch(r, schema.Toofr, "s1", false,
		[4]string{"1", "Ann", "Lee", "ann@acme.example"}, [4]string{"2", "Bob", "Ray", "bob@acme.example"}), nil)))
	require.NoError(t, w.Commit(t.Context(), Batch(r, schema.Toofr, "s1", true,
		[4]string{"1", "Eve", "Lee", "eve@acme.example"}, [4]string{"3", "Cid", "Roe", "bob@acme.example"})))
	m, err := w.Merge(t.Context(), &r, People())
	require.NoError(t, err)
	require.Equal(t, []int64{3, 0}, []int64{m.New, m.Changed})
	require.Equal(t, []string{"Bob 2", "Eve 1"}, table(t, e, w, "SELECT first_name || ' ' || record_count FROM contacts ORDER BY 1"))
	require.Zero(t, value[int64](t, e, w, "SELECT count(*) FROM contact_changes"))
	require.Zero(t, value[int64](t, e, w, "SELECT count(*) FROM identifiers WHERE value = '"+hashOf("ann@acme.example")+"'"))

	// Of one that comes again by the same name and address, nothing that tells who it is changed.
	r = NewRun("r2", "p1", c.T)
	dan := Batch(r, schema.Toofr, "s2", false, [4]string{"4", "Dan", "Poe", "dan@acme.example"})
	require.NoError(t, w.Commit(t.Context(), Folding(t, dan, nil)))
	dan = Batch(r, schema.Toofr, "s2", false, [4]string{"4", "Dan", "Poe", "dan@acme.example"})
	Change(&dan, 0, func(s *Said) { s.JobTitle = "Cook" })
	require.NoError(t, w.Commit(t.Context(), dan))
	m, err = w.Merge(t.Context(), &r, People())
	require.NoError(t, err)
	require.Equal(t, []int64{1, 0}, []int64{m.New, m.Changed})
	require.Equal(t, []string{"Cook"}, table(t, e, w, "SELECT job_title FROM contacts WHERE first_name = 'Dan'"))
}

func testWhoCameNewAndWaitsForAMergeIsErased(t *testing.T, e Engine) {
	path := closed(t, e, func(w load.Warehouse) {
		Merged(t, w, schema.AudienceLab, nil, [4]string{"u", "Anna", "Lee", "ann@acme.example"})
		r := NewRun("r9", "p9", NewClock().T)
		require.NoError(t, w.Commit(t.Context(), Folding(t, Batch(r, schema.Toofr, "s1", true,
			[4]string{"1", "Ann", "Lee", "ann@acme.example"}, [4]string{"2", "Bob", "Ray", "bob@acme.example"}), nil)))
	})
	w, _ := erase(t, e, path, NobodyElse, ByAddress("ann@acme.example"))
	Nowhere(t, e, w, "ann@acme.example", hashOf("ann@acme.example"))
	r := NewRun("r10", "p9", NewClock().T)
	_, err := w.Merge(t.Context(), &r, People())
	require.NoError(t, err)
	require.Equal(t, []string{"Bob"}, table(t, e, w, "SELECT first_name FROM contacts"))
}

// testWhoCameNewIsFoundWithThePersonThatAMergeWouldMake looks while the new record waits,
// as who only reads does.
func testWhoCameNewIsFoundWithThePersonThatAMergeWouldMake(t *testing.T, e Engine) {
	w, c := open(t, e)
	Merged(t, w, schema.AudienceLab, nil, [4]string{"u", "Anna", "Lee", "ann@acme.example"})
	r := NewRun("r9", "p9", c.T)
	require.NoError(t, w.Commit(t.Context(), Folding(t, Batch(r, schema.Toofr, "s1", true,
		[4]string{"1", "Ann", "Lee", "ann@acme.example"}, [4]string{"2", "Bob", "Ray", "bob@acme.example"}), nil)))
	found, err := w.Eraser().Find(t.Context(), []load.Request{{Contact: identity.ContactID(schema.AudienceLab, "u")}}, NobodyElse, Fold)
	require.NoError(t, err)
	var ids []string
	for _, record := range found.Records {
		ids = append(ids, record.SourceID)
	}
	require.ElementsMatch(t, []string{"u", "1"}, ids)
}

func testBatchesOfATransactionAreStoredTogetherOrNotAtAll(t *testing.T, e Engine) {
	w, c := open(t, e)
	add := func(id string, end func(load.Transaction) error) {
		tx, err := w.Begin(t.Context())
		require.NoError(t, err)
		for _, part := range []string{"a", "b"} {
			r := NewRun("r"+id, "p1", c.T)
			require.NoError(t, tx.Add(t.Context(), Folding(t, Batch(r, schema.Toofr, "s1", false, [4]string{id + part, "Ann", "Lee", id + part + "@acme.example"}), nil)))
		}
		require.NoError(t, end(tx))
	}
	add("1", load.Transaction.Rollback)
	require.Zero(t, value[int64](t, e, w, "SELECT count(*) FROM etl.runs"))
	add("2", load.Transaction.Commit)
	r := NewRun("r3", "p1", c.T)
	_, err := w.Merge(t.Context(), &r, People())
	require.NoError(t, err)
	require.Equal(t, []string{"2a", "2b"}, table(t, e, w, "SELECT source_id FROM source_contacts ORDER BY 1"))
}
