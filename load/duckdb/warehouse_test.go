//go:build duckdb_arrow

package duckdb_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"contactsync/internal/identity"
	"contactsync/load"
	"contactsync/load/duckdb"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// clock is a clock that a test moves.
type clock struct{ t time.Time }

func (c *clock) now() time.Time { return c.t }
func (c *clock) advance()       { c.t = c.t.Add(time.Hour) }

// open opens a new warehouse at a fixed time.
func open(t testing.TB) (*duckdb.Warehouse, *clock) {
	t.Helper()
	c := &clock{time.Date(2026, 11, 1, 2, 0, 0, 0, time.UTC)}
	w, err := duckdb.Open(t.Context(), filepath.Join(t.TempDir(), "warehouse.duckdb"), duckdb.Options{Now: c.now})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	return w, c
}

// people are the rules of identity in most tests.
func people() load.People { return load.People{Priority: schema.Sources, MaxNames: 5} }

// record makes a stored record of a person who has an address.
func record(source, id, first, last, email string) (load.Record, schema.Version, schema.Identifier) {
	sum := sha256.Sum256([]byte(email))
	r := load.Record{Surname: int64(identity.SurnameHash(last, ""))}
	r.Source, r.SourceID = source, id
	r.FirstName, r.LastName, r.FullName = first, last, first+" "+last
	r.Email, r.BusinessEmail, r.EmailSHA256 = email, email, hex.EncodeToString(sum[:])
	r.Payload = fmt.Sprintf(`{"id":%q,"first":%q,"email":%q}`, id, first, email)
	hash := sha256.Sum256([]byte(r.Payload))
	r.RecordHash = hex.EncodeToString(hash[:])
	return r, schema.Version{Source: source, SourceID: id, Audience: "a", PayloadHash: r.RecordHash},
		schema.Identifier{Source: source, SourceID: id, Kind: schema.EmailSHA256, Value: r.EmailSHA256}
}

// batch makes a batch of people listed by one sweep of audience "a".
func batch(run schema.Run, source, sweep string, complete bool, persons ...[4]string) load.Batch {
	b := load.Batch{Run: run, Sweeps: []load.Sweep{{Source: source, Audience: "a", Sweep: sweep, Complete: complete}}}
	for _, p := range persons {
		r, v, i := record(source, p[0], p[1], p[2], p[3])
		b.Records, b.Versions, b.Identifiers = append(b.Records, r), append(b.Versions, v), append(b.Identifiers, i)
		b.Seen = append(b.Seen, load.Seen{Source: source, Audience: "a", Sweep: sweep, SourceID: p[0]})
	}
	b.Audiences = []schema.Audience{{Source: source, AudienceID: "a", Kind: schema.KindSegment}}
	return b
}

func run(id, pipeline string, at time.Time) schema.Run {
	return schema.Run{RunID: id, Pipeline: pipeline, StartedAt: at, Status: schema.Running}
}

// value reads one value.
func value[T any](t testing.TB, w *duckdb.Warehouse, query string) (v T) {
	t.Helper()
	conn, err := w.Conn(t.Context())
	require.NoError(t, err)
	defer conn.Close()
	require.NoError(t, conn.QueryRowContext(context.Background(), query).Scan(&v))
	return v
}

func TestRecordsOfOnePersonAcrossVendorsBecomeOneContact(t *testing.T) {
	w, c := open(t)
	r1 := run("r1", "p1", c.t)
	require.NoError(t, w.Commit(t.Context(), batch(r1, schema.Toofr, "s1", true, [4]string{"1", "Ann", "Lee", "ann@acme.example"}, [4]string{"2", "Bob", "Ray", "bob@acme.example"})))
	m, err := w.Merge(t.Context(), &r1, people())
	require.NoError(t, err)
	require.EqualValues(t, 2, m.New)
	c.advance()
	r2 := run("r2", "p2", c.t)
	require.NoError(t, w.Commit(t.Context(), batch(r2, schema.AudienceLab, "s1", true, [4]string{"u1", "Anna", "Lee", "ann@acme.example"})))
	_, err = w.Merge(t.Context(), &r2, people())
	require.NoError(t, err)

	require.EqualValues(t, 2, value[int64](t, w, "SELECT count(*) FROM contacts"))
	require.Equal(t, "Anna", value[string](t, w, "SELECT first_name FROM contacts WHERE record_count = 2"))
	require.Equal(t, identity.ContactID(schema.Toofr, "1"), value[string](t, w, "SELECT contact_id FROM source_contacts WHERE source = 'audiencelab'"),
		"the oldest record names the person")
	require.EqualValues(t, 2, value[int64](t, w, "SELECT count(*) FROM contact_changes WHERE contact_id = '"+identity.ContactID(schema.Toofr, "1")+"'"),
		"first_name and full_name changed")
	require.EqualValues(t, 0, value[int64](t, w, "SELECT count(*) FROM etl.staged_records"))
}

func TestSameRowsAgainChangeNothing(t *testing.T) {
	w, c := open(t)
	for night := range 2 {
		r := run(fmt.Sprint("r", night), "p1", c.t)
		require.NoError(t, w.Commit(t.Context(), batch(r, schema.Toofr, fmt.Sprint("s", night), true, [4]string{"1", "Ann", "Lee", "ann@acme.example"})))
		m, err := w.Merge(t.Context(), &r, people())
		require.NoError(t, err)
		require.EqualValues(t, 1-night, m.New)
		require.Zero(t, m.Changed)
		c.advance()
	}
	require.EqualValues(t, 1, value[int64](t, w, "SELECT count(*) FROM audience_members"))
	require.Equal(t, "2026-11-01 02:00:00+00", value[string](t, w, "SELECT updated_at::VARCHAR FROM source_contacts"))
	require.Equal(t, "2026-11-01 03:00:00+00", value[string](t, w, "SELECT last_seen_at::VARCHAR FROM contacts"), "a current member was seen by the last sweep")
}

func TestMembershipIsClosedOnlyByACompleteSweepAndReopened(t *testing.T) {
	w, c := open(t)
	ann, bob := [4]string{"1", "Ann", "Lee", "ann@acme.example"}, [4]string{"2", "Bob", "Ray", "bob@acme.example"}
	for i, night := range []struct {
		sweep    string
		complete bool
		listed   [][4]string
		open     int64
	}{
		{"s1", true, [][4]string{ann, bob}, 2},
		{"s2", false, [][4]string{ann}, 2},     // breaks off: closes nobody
		{"s2", true, [][4]string{}, 1},         // goes on and ends: what it listed before counts
		{"s3", true, [][4]string{ann, bob}, 2}, // back again
	} {
		r := run(fmt.Sprint("r", i), "p1", c.t)
		require.NoError(t, w.Commit(t.Context(), batch(r, schema.AudienceLab, night.sweep, night.complete, night.listed...)))
		_, err := w.Merge(t.Context(), &r, people())
		require.NoError(t, err)
		require.Equal(t, night.open, value[int64](t, w, "SELECT count(*) FROM audience_members WHERE valid_to IS NULL"), "night %d", i)
		c.advance()
	}
	require.EqualValues(t, 2, value[int64](t, w, "SELECT count(*) FROM audience_members WHERE source_id = '2'"), "two periods")
	require.Zero(t, value[int64](t, w, "SELECT count(*) FROM etl.sweep_members"))
}

func TestStagedRowsSurviveUntilAMerge(t *testing.T) {
	path := filepath.Join(t.TempDir(), "warehouse.duckdb")
	w, err := duckdb.Open(t.Context(), path, duckdb.Options{})
	require.NoError(t, err)
	r := run("r1", "p1", time.Now())
	b := batch(r, schema.Toofr, "s1", false, [4]string{"1", "Ann", "Lee", "ann@acme.example"})
	b.Positions = []schema.Position{{Pipeline: "p1", Partition: "x", Checkpoint: `{"page":2}`, RunID: "r1", UpdatedAt: time.Now()}}
	require.NoError(t, w.Commit(t.Context(), b))
	require.NoError(t, w.Close())

	w, err = duckdb.Open(t.Context(), path, duckdb.Options{})
	require.NoError(t, err)
	defer w.Close()
	closed, err := w.Recover(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 1, closed)
	stored, err := w.Stored(t.Context(), schema.Toofr, []string{"1", "nobody"})
	require.NoError(t, err)
	require.Len(t, stored, 1)
	require.Equal(t, "Ann", stored["1"].FirstName)
	require.Len(t, stored["1"].Versions, 1)
	last, err := w.Served(t.Context(), schema.Toofr, "a", []string{"1"})
	require.NoError(t, err)
	require.Equal(t, stored["1"].RecordHash, last["1"].PayloadHash)
	positions, err := w.Positions(t.Context(), "p1")
	require.NoError(t, err)
	require.JSONEq(t, `{"page":2}`, string(positions["x"].Checkpoint))
	r2 := run("r2", "p1", time.Now())
	m, err := w.Merge(t.Context(), &r2, people())
	require.NoError(t, err)
	require.EqualValues(t, 1, m.New)
}

func TestARecordThatIsRejectedEveryNightStandsInTheRejectsOnce(t *testing.T) {
	w, c := open(t)
	for night := range 3 {
		r := run(fmt.Sprint("r", night), "p1", c.t)
		b := batch(r, schema.AudienceLab, fmt.Sprint("s", night), true)
		b.Rejects = []schema.Reject{{
			RejectID: r.RunID + "-1", RunID: r.RunID, Pipeline: "p1", Source: schema.AudienceLab, AudienceID: "a", Sweep: fmt.Sprint("s", night),
			Reason: "no id", Payload: `{"x":1}`, RejectedAt: c.t,
		}}
		require.NoError(t, w.Commit(t.Context(), b))
		_, err := w.Merge(t.Context(), &r, people())
		require.NoError(t, err)
		c.advance()
	}
	require.EqualValues(t, 1, value[int64](t, w, "SELECT count(*) FROM etl.rejects"))
	require.Equal(t, "r0 s2", value[string](t, w, "SELECT run_id || ' ' || sweep FROM etl.rejects"))
}

func TestWhatAnotherPipelineStagedEarlierDoesNotUndoWhatIsMerged(t *testing.T) {
	w, c := open(t)
	killed, later := run("r1", "killed", c.t), run("r2", "later", c.t)
	require.NoError(t, w.Commit(t.Context(), batch(killed, schema.AudienceLab, "s1", false, [4]string{"u1", "Old", "Lee", "old@acme.example"}, [4]string{"u2", "Bob", "Ray", "bob@acme.example"})))
	require.NoError(t, w.Commit(t.Context(), batch(later, schema.AudienceLab, "s2", true, [4]string{"u1", "New", "Lee", "new@acme.example"})))
	for _, r := range []schema.Run{later, killed} {
		_, err := w.Merge(t.Context(), &r, people())
		require.NoError(t, err)
		c.advance()
	}
	require.Equal(t, "New", value[string](t, w, "SELECT first_name FROM source_contacts WHERE source_id = 'u1'"))
	require.EqualValues(t, 1, value[int64](t, w, "SELECT count(*) FROM etl.identifiers WHERE source_id = 'u1'"))
	require.Equal(t, "Bob", value[string](t, w, "SELECT first_name FROM source_contacts WHERE source_id = 'u2'"), "what only the killed run had read is kept")
	stored, err := w.Stored(t.Context(), schema.AudienceLab, []string{"u1"})
	require.NoError(t, err)
	require.Equal(t, stored["u1"].RecordHash, stored["u1"].Versions[0].PayloadHash)
}

func TestAWarehouseMayLieInAFolderOfAnyNameThatTheDriverTakes(t *testing.T) {
	for _, name := range []string{"a b", "a+b", "a&b=c", "a%41b", "a'b", "ä"} {
		path := filepath.Join(t.TempDir(), name, "warehouse.duckdb")
		w, err := duckdb.Open(t.Context(), path, duckdb.Options{})
		require.NoError(t, err, name)
		spilled, err := os.Stat(value[string](t, w, "SELECT current_setting('temp_directory')"))
		require.NoError(t, err, name)
		require.Equal(t, os.FileMode(0o700), spilled.Mode().Perm())
		require.NoError(t, w.Close())
		files, err := os.ReadDir(filepath.Dir(path))
		require.NoError(t, err)
		require.Len(t, files, 1, "the warehouse alone stays: %v", files)
	}
	for _, name := range []string{"a?b", "a#b", "100%"} {
		_, err := duckdb.Open(t.Context(), filepath.Join(t.TempDir(), name, "warehouse.duckdb"), duckdb.Options{})
		require.ErrorContains(t, err, "rename the file or its folder", name)
	}
}

func TestAReaderForgetsAWriterThatWasKilled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "warehouse.duckdb")
	require.NoError(t, os.WriteFile(path+".lock", []byte(`{"pid":4242,"host":"gone","since":"2026-11-01T02:00:00Z"}`), 0o600))
	reader, err := load.AcquireShared(path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, reader.Release()) })
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = load.Acquire(canceled, path, false)
	require.ErrorIs(t, err, context.Canceled, "a run waits for the reader, and names no dead process")
}

func TestAListingOfAudiencesIsNoSightOfTheirMembers(t *testing.T) {
	w, c := open(t)
	swept := run("r1", "members", c.t)
	require.NoError(t, w.Commit(t.Context(), batch(swept, schema.AudienceLab, "s1", true, [4]string{"u1", "Ann", "Lee", "ann@acme.example"})))
	_, err := w.Merge(t.Context(), &swept, people())
	require.NoError(t, err)
	const seen = "SELECT last_seen_at FROM source_contacts"
	before := value[time.Time](t, w, seen)

	c.advance()
	listed := run("r2", "labs", c.t)
	require.NoError(t, w.Commit(t.Context(), load.Batch{Run: listed, Audiences: []schema.Audience{{Source: schema.AudienceLab, AudienceID: "a", Name: "Visitors", LastSeenAt: c.t}}}))
	_, err = w.Merge(t.Context(), &listed, people())
	require.NoError(t, err)
	require.Equal(t, before, value[time.Time](t, w, seen))
	require.Equal(t, c.t, value[time.Time](t, w, "SELECT last_seen_at FROM audiences").UTC())

	c.advance()
	again := run("r3", "members", c.t)
	require.NoError(t, w.Commit(t.Context(), batch(again, schema.AudienceLab, "s2", true, [4]string{"u1", "Ann", "Lee", "ann@acme.example"})))
	_, err = w.Merge(t.Context(), &again, people())
	require.NoError(t, err)
	require.Equal(t, c.t, value[time.Time](t, w, seen).UTC())
}
