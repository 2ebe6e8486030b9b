//go:build duckdb_arrow

package review_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"

	"contactsync/internal/review"
	"contactsync/load/duckdb"
	"contactsync/load/storetest"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// world is a warehouse of doubtful pairs: of each letter a record of Toofr and one of
// AudienceLab, of different people.
func world(t *testing.T, pairs ...schema.CandidatePair) *duckdb.Warehouse {
	t.Helper()
	c := storetest.NewClock()
	w, err := duckdb.Open(t.Context(), filepath.Join(t.TempDir(), "warehouse.duckdb"), duckdb.Options{Now: c.Now})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	toofr := storetest.Batch(storetest.NewRun("r1", "p1", c.T), schema.Toofr, "s1", true,
		[4]string{"a", "Paul", "Reed", "paul@reed.example"}, [4]string{"b", "Bob", "Ray", "bob@acme.example"},
		[4]string{"c", "Cleo", "Ito", "cleo@acme.example"}, [4]string{"d", "Dana", "Ost", "dana@acme.example"})
	lab := storetest.Batch(storetest.NewRun("r2", "p2", c.T), schema.AudienceLab, "s1", true,
		[4]string{"a", "Nina", "Reed", "nina@reed.example"}, [4]string{"b", "Bill", "Ray", "bill@acme.example"},
		[4]string{"c", "Carl", "Ito", "carl@acme.example"}, [4]string{"d", "Dora", "Ost", "dora@acme.example"})
	storetest.Change(&lab, 1, func(s *storetest.Said) { s.EmailStatus = schema.EmailValidESP })
	asks := storetest.Batch(storetest.NewRun("r3", "p3", c.T), schema.Intent, "s1", true, [4]string{"hem", "Cleo", "Ito", "cleo@acme.example"})
	require.NoError(t, w.Commit(t.Context(), toofr))
	require.NoError(t, w.Commit(t.Context(), lab))
	require.NoError(t, w.Commit(t.Context(), asks))
	for _, r := range []schema.Run{toofr.Run, lab.Run, asks.Run} {
		_, err := w.Merge(t.Context(), &r, storetest.People())
		require.NoError(t, err)
	}
	exec(t, w, `INSERT INTO etl.matches BY NAME
		SELECT 'p3' AS pipeline, DATE '2026-11-01' AS data_date, '7' AS topic_id, 'hem' AS hem, 80 AS score, 'hem' AS source_id`)
	for _, p := range pairs {
		exec(t, w, `INSERT INTO etl.candidate_pairs BY NAME
			SELECT $1 AS source, $2 AS source_id, $3 AS other_source, $4 AS other_source_id, $5 AS reason, $6 AS kind, $7 AS value,
				$8 AS bits, false AS joined`,
			p.Source, p.SourceID, p.OtherSource, p.OtherSourceID, p.Reason, p.Kind, p.Value, p.Bits)
	}
	return w
}

func exec(t *testing.T, w *duckdb.Warehouse, query string, args ...any) {
	t.Helper()
	conn, err := w.Conn(t.Context())
	require.NoError(t, err)
	defer conn.Close()
	_, err = conn.ExecContext(t.Context(), query, args...)
	require.NoError(t, err)
}

func pair(id string, bits float64) schema.CandidatePair {
	return schema.CandidatePair{
		Source: schema.AudienceLab, SourceID: id, OtherSource: schema.Toofr, OtherSourceID: id, Reason: "guard",
		Kind: string(schema.EmailSHA256), Value: "of a mailbox", Bits: bits,
	}
}

// desk writes a file of answers, if there are any.
func desk(t *testing.T, answers string) review.Desk {
	t.Helper()
	path := filepath.Join(t.TempDir(), "identity.yaml")
	if answers != "" {
		require.NoError(t, os.WriteFile(path, []byte(answers), 0o600))
	}
	return review.Desk{Overrides: schema.Path{Written: "identity.yaml", Full: path}, MaxNames: 5}
}

func open(t *testing.T, d review.Desk, w *duckdb.Warehouse) (ids string) {
	t.Helper()
	q, err := d.Queue(t.Context(), w, 0)
	require.NoError(t, err)
	n, err := d.Open(t.Context(), w)
	require.NoError(t, err)
	require.Equal(t, n, q.Open)
	require.Len(t, q.Pairs, n)
	for _, p := range q.Pairs {
		ids += p.SourceID
	}
	return ids
}

func TestTheMostValuablePairsAreAskedFirst(t *testing.T) {
	w := world(t, pair("a", -3), pair("b", -9), pair("c", -11), pair("d", 1))
	require.Equal(t, "cbda", open(t, desk(t, ""), w), "with intent, then reachable, then by how little the evidence says")

	q, err := desk(t, "").Queue(t.Context(), w, 2)
	require.NoError(t, err)
	require.Equal(t, 4, q.Open)
	require.Len(t, q.Pairs, 2)
	require.True(t, q.Pairs[0].Intent)
	require.False(t, q.Pairs[0].Reachable)
	require.True(t, q.Pairs[1].Reachable)
}

func TestAPairShowsBothRecordsAndWhatTheySayOfEachOther(t *testing.T) {
	p := pair("a", -3)
	p.Value = hashOf("nina@reed.example")
	q, err := desk(t, "").Queue(t.Context(), world(t, p), 0)
	require.NoError(t, err)
	require.Len(t, q.Pairs, 1)
	got := q.Pairs[0]
	require.Equal(t, "Nina Reed", got.Sides[0].FullName)
	require.Equal(t, "Paul Reed", got.Sides[1].FullName)
	require.Equal(t, []string{schema.Toofr}, got.Sides[1].Sources)
	require.NotEmpty(t, got.Sides[1].Linking)
	require.NotEqual(t, got.ContactID, got.OtherContactID)
	require.Contains(t, got.Sentence, "other first name")
	require.Contains(t, got.Evidence, "other first name")
	require.NotEqual(t, "same_person", got.Suggests)
	require.Len(t, got.Row(), len(review.Columns))
}

func TestWhatTheFileDecidesIsNotAskedAgain(t *testing.T) {
	pairs := []schema.CandidatePair{pair("a", -3), pair("b", -9), pair("c", -11), pair("d", 1)}
	twin := pair("a", -3)
	twin.Reason = "match"
	mirrored := schema.CandidatePair{
		Source: schema.Toofr, SourceID: "a", OtherSource: schema.AudienceLab, OtherSourceID: "a", Reason: "match", Bits: 40,
	}
	w := world(t, append(pairs, twin, mirrored)...)
	for _, test := range []struct{ name, answers, open string }{
		{"nothing", "", "cbda"},
		{"by records", "always: [[toofr:d, audiencelab:d]]\nnever: [[audiencelab:b, toofr:b]]", "ca"},
		{"by addresses", "never: [[bob@acme.example, bill@acme.example], [toofr:a, NINA@reed.example]]", "cd"},
		{
			"over a third",
			"always: [[toofr:a, intent:hem], [cleo@acme.example, nina@reed.example]]\nnever: [[audiencelab:c, audiencelab:a]]", "bd",
		},
		{"by another record of a person", "never: [[intent:hem, audiencelab:c]]", "bda"},
		{
			"by one that means nobody yet",
			"always: [[toofr:d, toofr:gone], [toofr:gone, audiencelab:d]]\nnever: [[toofr:b, nobody@acme.example]]", "cbda",
		},
		{"of others", "never: [[toofr:a, toofr:b], [toofr:a, audiencelab:b]]", "cbda"},
	} {
		t.Run(test.name, func(t *testing.T) { require.Equal(t, test.open, open(t, desk(t, test.answers), w)) })
	}
	d := desk(t, "")
	answer, err := review.NewDecision("toofr:b", "audiencelab:b", false)
	require.NoError(t, err)
	_, err = d.Decide(t.Context(), []review.Decision{answer})
	require.NoError(t, err)
	require.Equal(t, "cda", open(t, d, w))

	_, err = desk(t, "always: [[toofr:1]]").Open(t.Context(), w)
	require.ErrorAs(t, err, new(*review.Error))
	require.ErrorContains(t, err, "identity.yaml:1:10: ")
}

func TestAPairOfOnePersonIsDecidedByItsRecords(t *testing.T) {
	w := world(t, pair("a", -3))
	exec(t, w, "UPDATE etl.people SET contact_id = 'c_joined' WHERE source_id = 'a'")
	exec(t, w, "UPDATE etl.candidate_pairs SET joined = true")
	require.Equal(t, "a", open(t, desk(t, "never: [[toofr:b, toofr:a]]"), w))
	require.Empty(t, open(t, desk(t, "never: [[audiencelab:a, toofr:a]]"), w))
	require.Empty(t, open(t, desk(t, "always: [[audiencelab:a, toofr:a]]"), w))
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
