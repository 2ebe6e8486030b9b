package chaos_test

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"contactsync/internal/crash"

	"github.com/stretchr/testify/require"
)

// erasing is the kills of an erasure, in the order in which it passes the points.
// Up to the journal the request stays unfulfilled.
var erasing = []kill{
	at(crash.CloseBefore, 1),
	at(crash.ReplaceBegun, 1), at(crash.ReplaceCopied, 1), at(crash.ReplaceCopied, 20), at(crash.ReplaceErased, 1),
	at(crash.TransactionCommit, 3),
	at(crash.ExportStaged, 1), at(crash.ExportAnnounced, 1), at(crash.ExportExchanged, 1), at(crash.ExportRecorded, 1),
	at(crash.ExportWritten, 2), at(crash.ExportDelivered, 3),
	at(crash.CloseBefore, 2), at(crash.ReplaceFinished, 1),
	at(crash.SnapshotCopied, 1), at(crash.SnapshotRenamed, 1),
	at(crash.JournalWritten, 1), // from here on the next command completes it
	at(crash.ReplaceRenamed, 1),
}

// TestAnErasureThatIsKilledAnywhereAndRepeatedIsComplete is the right to be
// forgotten. Its short form dies at all points one after another; the long one
// also at each of them alone.
func TestAnErasureThatIsKilledAnywhereAndRepeatedIsComplete(t *testing.T) {
	for _, point := range crash.Replacing {
		require.Truef(t, slices.ContainsFunc(erasing, func(k kill) bool { return k.point == point }), "nobody dies at %s", point)
	}
	undisturbed(t)
	t.Parallel()
	w := &world{TB: t, dir: reference.dir} // after two nights: there is history, and a second file of the incremental export
	person := w.somebody()
	whole := w.copied(t)
	whole.forgets(person)
	whole.holdsNothingOf(person)
	want := whole.remaining()
	for name, kills := range deaths(erasing) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := w.copied(t)
			for _, k := range kills {
				require.Truef(t, w.dies(k, "forget", "-y", person.email), "it was to die %s", k)
			}
			w.forgets(person)
			w.holdsNothingOf(person)
			requireSame(t, want, w.remaining())
			require.ElementsMatch(t, whole.files(), w.files(), "no litter is left")
		})
	}
}

// deaths are all kills in one life and, in the long form, each in a life of its own.
func deaths(kills []kill) map[string][]kill {
	lives := map[string][]kill{"at all points": kills}
	if os.Getenv("CHAOS_LIVES") != "" {
		for _, k := range kills {
			lives[k.String()] = []kill{k}
		}
	}
	return lives
}

// somebody is a person by whom the tests know them, and all that must go.
type somebody struct {
	email  string
	traces []string // addresses, their hashes, other identifiers, vendor ids and the contact id
}

// somebody finds a person whom at least three vendors know, and whose identifiers
// nobody else carries.
func (w *world) somebody() somebody {
	w.Helper()
	db := w.open("warehouse.duckdb")
	defer db.Close()
	ids := rowsOf(w, db, `SELECT contact_id FROM contacts c WHERE len(sources) >= 3 AND email IS NOT NULL
		AND contact_id IN (SELECT contact_id FROM intent_matches)
		AND NOT EXISTS (FROM identifiers i JOIN identifiers o USING (kind, value) WHERE i.kind <> 'phone' AND i.contact_id = c.contact_id AND o.contact_id <> c.contact_id)
		AND NOT EXISTS (FROM identifiers i WHERE i.contact_id = c.contact_id AND starts_with(i.kind, 'role'))
		ORDER BY record_count DESC, contact_id LIMIT 1`)
	require.Len(w, ids, 1)
	of := " WHERE contact_id = '" + ids[0] + "'"
	s := somebody{
		email: rowsOf(w, db, "SELECT email FROM contacts"+of)[0],
		traces: slices.Concat(ids, rowsOf(w, db, "SELECT source_id FROM source_contacts"+of),
			rowsOf(w, db, "SELECT DISTINCT value FROM identifiers"+of+" AND kind <> 'phone'")),
	}
	for _, address := range rowsOf(w, db, "SELECT DISTINCT unnest(emails) FROM source_contacts"+of) {
		s256, s1, m := sha256.Sum256([]byte(address)), sha1.Sum([]byte(address)), md5.Sum([]byte(address))
		s.traces = append(s.traces, address, hex.EncodeToString(s256[:]), hex.EncodeToString(s1[:]), hex.EncodeToString(m[:]))
	}
	require.Greater(w, len(s.traces), 8)
	return s
}

// pattern finds a trace as a whole word: a Toofr id is a short number.
func (s somebody) pattern() string {
	quoted := make([]string, len(s.traces))
	for i, trace := range s.traces {
		quoted[i] = regexp.QuoteMeta(trace)
	}
	return "'" + strings.ReplaceAll(`(?i)(^|[^0-9a-z])(`+strings.Join(quoted, "|")+`)($|[^0-9a-z])`, "'", "''") + "'"
}

// copied is a world without vendors in a copy of this one's folder.
func (w *world) copied(t testing.TB) *world {
	t.Helper()
	c := &world{TB: t, dir: t.TempDir()}
	require.NoError(t, os.CopyFS(c.dir, os.DirFS(w.dir)))
	return c
}

func (w *world) forgets(s somebody) {
	w.Helper()
	e := runs(w, w.dir, nil, "forget", "-y", s.email)
	require.Zero(w, e.code, e.stderr)
}

// remaining is the world's result but for the notes of requests and erasures, of which
// there are two where the first had done its work when it died.
func (w *world) remaining() result {
	w.Helper()
	rest := w.result()
	for _, file := range []string{"warehouse.duckdb", "analytics.duckdb"} {
		require.NotEmpty(w, rest[file+" etl.forgets"])
		require.NotEmpty(w, rest[file+" etl.suppressions"])
		delete(rest, file+" etl.forgets")
		require.NotEmpty(w, rest[file+" etl.erasures"])
		delete(rest, file+" etl.erasures")
	}
	return rest
}

// holdsNothingOf reads every column of every table of warehouse, snapshot and
// exports.
func (w *world) holdsNothingOf(s somebody) {
	w.Helper()
	for _, file := range []string{"warehouse.duckdb", "analytics.duckdb"} {
		db := w.open(file)
		tables := tablesOf(w, db)
		require.Greater(w, len(tables), 30)
		for _, table := range tables {
			require.Emptyf(w, w.mentioning(db, table, s), "%s: %s", file, table)
		}
		require.NoError(w, db.Close())
	}
	db, err := sql.Open("duckdb", "")
	require.NoError(w, err)
	defer db.Close()
	exports := "read_parquet('" + w.path("exports/**/*.parquet") + "', union_by_name = true)"
	require.NotEqual(w, []string{"0"}, rowsOf(w, db, "SELECT count(*) FROM "+exports))
	require.Empty(w, w.mentioning(db, exports, s))
}

// mentioning are the rows of a table in which a trace stands.
func (w *world) mentioning(db *sql.DB, table string, s somebody) []string {
	w.Helper()
	return rowsOf(w, db, fmt.Sprintf("SELECT t::VARCHAR FROM %s t WHERE regexp_matches(t::VARCHAR, %s)", table, s.pattern()))
}
