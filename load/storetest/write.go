package storetest

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"contactsync/internal/identity"
	"contactsync/load"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

func testRecordsOfOnePersonAcrossVendorsBecomeOneContact(t *testing.T, e Engine) {
	w, c := open(t, e)
	r1 := NewRun("r1", "p1", c.T)
	require.NoError(t, w.Commit(t.Context(), Batch(r1, schema.Toofr, "s1", true,
		[4]string{"1", "Ann", "Lee", "ann@acme.example"}, [4]string{"2", "Bob", "Ray", "bob@acme.example"})))
	m, err := w.Merge(t.Context(), &r1, People())
	require.NoError(t, err)
	require.EqualValues(t, 2, m.New)
	c.Advance()
	r2 := NewRun("r2", "p2", c.T)
	require.NoError(t, w.Commit(t.Context(), Batch(r2, schema.AudienceLab, "s1", true, [4]string{"u1", "Anna", "Lee", "ann@acme.example"})))
	_, err = w.Merge(t.Context(), &r2, People())
	require.NoError(t, err)

	require.EqualValues(t, 2, value[int64](t, e, w, "SELECT count(*) FROM contacts"))
	require.Equal(t, "Anna", value[string](t, e, w, "SELECT first_name FROM contacts WHERE record_count = 2"))
	require.Equal(t, identity.ContactID(schema.Toofr, "1"), value[string](t, e, w, "SELECT contact_id FROM source_contacts WHERE source = 'audiencelab'"),
		"the oldest record names the person")
	require.EqualValues(t, 2, value[int64](t, e, w, "SELECT count(*) FROM contact_changes WHERE contact_id = '"+identity.ContactID(schema.Toofr, "1")+"'"),
		"first_name and full_name changed")
	require.EqualValues(t, 0, value[int64](t, e, w, "SELECT count(*) FROM etl.staged_versions"))
}

func testSameRowsAgainChangeNothing(t *testing.T, e Engine) {
	w, c := open(t, e)
	for night := range 2 {
		r := NewRun(fmt.Sprint("r", night), "p1", c.T)
		require.NoError(t, w.Commit(t.Context(), Batch(r, schema.Toofr, fmt.Sprint("s", night), true,
			[4]string{"1", "Ann", "Lee", "ann@acme.example"})))
		m, err := w.Merge(t.Context(), &r, People())
		require.NoError(t, err)
		require.EqualValues(t, 1-night, m.New)
		require.Zero(t, m.Changed)
		c.Advance()
	}
	require.EqualValues(t, 1, value[int64](t, e, w, "SELECT count(*) FROM audience_members"))
	require.Equal(t, "2026-11-01 02:00:00+00", value[string](t, e, w, "SELECT updated_at::VARCHAR FROM source_contacts"))
	require.Equal(t, "2026-11-01 03:00:00+00", value[string](t, e, w, "SELECT last_seen_at::VARCHAR FROM contacts"), "a current member was seen by the last sweep")
}

func testStagedRowsSurviveUntilAMerge(t *testing.T, e Engine) {
	path := filepath.Join(t.TempDir(), "warehouse.duckdb")
	w := e.Open(t, path, time.Now)
	r := NewRun("r1", "p1", time.Now())
	b := Batch(r, schema.Toofr, "s1", false, [4]string{"1", "Ann", "Lee", "ann@acme.example"})
	b.Positions = []schema.Position{{Pipeline: "p1", Partition: "x", Checkpoint: `{"page":2}`, RunID: "r1", UpdatedAt: time.Now()}}
	b.Events = []schema.Event{{Source: schema.Toofr, EventID: "e1", SourceID: "1", Payload: `{}`}}
	require.NoError(t, w.Commit(t.Context(), b))
	require.NoError(t, w.Close())

	w = e.Open(t, path, time.Now)
	defer w.Close()
	closed, err := w.Recover(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 1, closed)
	same := b.Versions[0].Version
	other, nobody := same, same
	other.Audience, nobody.SourceID = "another", "2"
	standings, err := w.Lookup().Compare(t.Context(), schema.Toofr, []schema.Version{same, other, nobody})
	require.NoError(t, err)
	require.Equal(t, []load.Standing{{Known: true, Same: true}, {Known: true}, {}}, standings)
	positions, err := w.Progress().Positions(t.Context(), "p1")
	require.NoError(t, err)
	require.JSONEq(t, `{"page":2}`, string(positions["x"].Checkpoint))
	knowsItsEvent := func() {
		known, err := w.Lookup().KnownEvents(t.Context(), []string{"e1", "e2"})
		require.NoError(t, err)
		require.Equal(t, map[string]bool{"e1": true}, known)
	}
	knowsItsEvent()
	r2 := NewRun("r2", "p1", time.Now())
	m, err := w.Merge(t.Context(), &r2, People())
	require.NoError(t, err)
	require.EqualValues(t, 2, m.New, "the record and the event")
	knowsItsEvent()
	stored, err := w.History().Stored(t.Context(), schema.Toofr, []string{"1", "nobody"})
	require.NoError(t, err)
	require.Len(t, stored, 1)
	require.Equal(t, "Ann", stored["1"].FirstName)
	require.Len(t, stored["1"].Versions, 1)
	require.Equal(t, stored["1"].RecordHash, same.PayloadHash)
}

func testARecordThatIsRejectedEveryNightStandsInTheRejectsOnce(t *testing.T, e Engine) {
	w, c := open(t, e)
	for night := range 3 {
		r := NewRun(fmt.Sprint("r", night), "p1", c.T)
		b := Batch(r, schema.AudienceLab, fmt.Sprint("s", night), true)
		b.Rejects = []schema.Reject{{
			RejectID: r.RunID + "-1", RunID: r.RunID, Pipeline: "p1", Source: schema.AudienceLab, AudienceID: "a", Sweep: fmt.Sprint("s", night),
			Reason: "no id", Payload: `{"x":1}`, RejectedAt: c.T,
		}}
		require.NoError(t, w.Commit(t.Context(), b))
		_, err := w.Merge(t.Context(), &r, People())
		require.NoError(t, err)
		c.Advance()
	}
	require.EqualValues(t, 1, value[int64](t, e, w, "SELECT count(*) FROM etl.rejects"))
	require.Equal(t, "r0 s2", value[string](t, e, w, "SELECT run_id || ' ' || sweep FROM etl.rejects"))
}

func testWhatAnotherPipelineStagedEarlierDoesNotUndoWhatIsMerged(t *testing.T, e Engine) {
	w, c := open(t, e)
	killed, later := NewRun("r1", "killed", c.T), NewRun("r2", "later", c.T)
	require.NoError(t, w.Commit(t.Context(), Batch(killed, schema.AudienceLab, "s1", false,
		[4]string{"u1", "Old", "Lee", "old@acme.example"}, [4]string{"u2", "Bob", "Ray", "bob@acme.example"})))
	require.NoError(t, w.Commit(t.Context(), Batch(later, schema.AudienceLab, "s2", true, [4]string{"u1", "New", "Lee", "new@acme.example"})))
	for _, r := range []schema.Run{later, killed} {
		_, err := w.Merge(t.Context(), &r, People())
		require.NoError(t, err)
		c.Advance()
	}
	require.Equal(t, "New", value[string](t, e, w, "SELECT first_name FROM source_contacts WHERE source_id = 'u1'"))
	require.EqualValues(t, 1, value[int64](t, e, w, "SELECT count(*) FROM etl.identifiers WHERE source_id = 'u1'"))
	require.Equal(t, "Bob", value[string](t, e, w, "SELECT first_name FROM source_contacts WHERE source_id = 'u2'"), "what only the killed run had read is kept")
	stored, err := w.History().Stored(t.Context(), schema.AudienceLab, []string{"u1"})
	require.NoError(t, err)
	require.Equal(t, stored["u1"].RecordHash, stored["u1"].Versions[0].PayloadHash)
}

func testPositionsAreStoredWithTheirRowsOrNotAtAll(t *testing.T, e Engine) {
	w, c := open(t, e)
	b := Batch(NewRun("r1", "p1", c.T), schema.Toofr, "s1", true, [4]string{"1", "Ann", "Lee", AnnMail})
	b.Positions = []schema.Position{{Pipeline: "p1", Partition: "x", Checkpoint: `{"page":2}`, RunID: "r1", UpdatedAt: c.T}}
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, w.Commit(canceled, b), context.Canceled)
	stands := func() (positions map[string]schema.Position, staged bool) {
		t.Helper()
		positions, err := w.Progress().Positions(t.Context(), "p1")
		require.NoError(t, err)
		staged, err = w.Progress().Staged(t.Context(), "p1")
		require.NoError(t, err)
		return positions, staged
	}
	positions, staged := stands()
	require.Empty(t, positions)
	require.False(t, staged)

	require.NoError(t, w.Commit(t.Context(), b))
	positions, staged = stands()
	require.Contains(t, positions, "x")
	require.True(t, staged)
	require.NoError(t, w.Progress().ForgetPositions(t.Context(), "p1", []string{"x"}))
	positions, staged = stands()
	require.Empty(t, positions)
	require.True(t, staged, "the rows stay")
}

func testAPersonWhoseRecordsShareNothingAnyMoreIsSplit(t *testing.T, e Engine) {
	w, c := open(t, e)
	Merged(t, w, schema.Toofr, nil, [4]string{"1", "Ann", "Lee", AnnMail})
	c.Advance()
	Merged(t, w, schema.AudienceLab, nil, [4]string{"2", "Ann", "Lee", AnnMail})
	require.EqualValues(t, 1, value[int64](t, e, w, "SELECT count(*) FROM contacts"))
	c.Advance()
	Merged(t, w, schema.AudienceLab, nil, [4]string{"2", "Bob", "Ray", BobMail})
	require.Equal(t, []string{identity.ContactID(schema.Toofr, "1") + " " + identity.ContactID(schema.AudienceLab, "2") + " split"},
		table(t, e, w, "SELECT contact_id || ' ' || into_contact_id || ' ' || change FROM etl.merges"))
	require.Equal(t, []string{AnnMail, BobMail}, table(t, e, w, "SELECT email FROM contacts ORDER BY email"))
}
