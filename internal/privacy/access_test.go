//go:build duckdb_arrow

package privacy_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"contactsync/internal/privacy"
	"contactsync/internal/run"
	"contactsync/internal/selector"
	"contactsync/load/duckdb"
	"contactsync/load/duckdb/layout"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

func (h *house) held(t testing.TB, name string) (a privacy.Access) {
	t.Helper()
	requests, err := selector.ParsePeople([]selector.Name{{Place: "1", Text: name}})
	require.NoError(t, err)
	require.NoError(t, h.runner.Read(t.Context(), func(r *run.Reader) (err error) {
		a, err = privacy.Held(t.Context(), h.runner, r, requests[0])
		return err
	}))
	return a
}

// exec changes the warehouse behind the program's back.
func (h *house) exec(t testing.TB, queries ...string) {
	t.Helper()
	w, err := duckdb.Open(t.Context(), h.path("warehouse.duckdb"), duckdb.Options{})
	require.NoError(t, err)
	conn, err := w.Conn(t.Context())
	require.NoError(t, err)
	for _, query := range queries {
		_, err := conn.ExecContext(t.Context(), query)
		require.NoError(t, err, query)
	}
	require.NoError(t, conn.Close())
	require.NoError(t, w.Close())
}

// counts are the rows that an answer has of each table.
func counts(a privacy.Access) map[string]int64 {
	rows := map[string]int64{}
	for _, s := range a.Subjects {
		if len(s.Rows) > 0 {
			rows[s.Table] = int64(len(s.Rows))
		}
	}
	return rows
}

// counted are the rows of every table for which a condition holds.
func (h *house) counted(t testing.TB, condition string) map[string]int64 {
	t.Helper()
	var queries []string
	for _, table := range layout.Tables() {
		queries = append(queries, fmt.Sprintf("SELECT '%[1]s', count(*) FROM %[1]s t WHERE %[2]s", table.Name, condition))
	}
	rows := map[string]int64{}
	for _, row := range h.rows(t, strings.Join(queries, " UNION ALL ")) {
		rows[row[0].(string)] = row[1].(int64)
	}
	require.Greater(t, len(rows), 30)
	return rows
}

// requireAllOf holds an answer to two judges of their own: every row of every table in
// which a trace of the person stands, and what an erasure then takes.
func (h *house) requireAllOf(t testing.TB, name string, traces []string) privacy.Access {
	t.Helper()
	a := h.held(t, name)
	rows := counts(a)
	pattern := "'" + strings.ReplaceAll(traced(traces), "'", "''") + "'"
	before := h.counted(t, "true")
	for table, found := range h.counted(t, "regexp_matches(t::VARCHAR, "+pattern+")") {
		require.LessOrEqual(t, found, rows[table], "%s holds a trace that the answer lacks", table)
	}
	f := h.forget(t, name)
	for table, gone := range f.Rows {
		require.Equal(t, gone, rows[table], "%s: what goes is in the answer", table)
	}
	for table, after := range h.counted(t, "true") {
		require.LessOrEqual(t, before[table]-after, rows[table], "%s lost rows that the answer lacks", table)
	}
	return a
}

func TestAllThatAnErasureWouldTakeIsInTheAnswer(t *testing.T) {
	t.Parallel()
	h := livedHouse(t)
	contactID, email := h.somebody(t)
	before, err := os.ReadFile(h.path("warehouse.duckdb"))
	require.NoError(t, err)
	a := h.held(t, email)
	after, err := os.ReadFile(h.path("warehouse.duckdb"))
	require.NoError(t, err)
	require.True(t, slices.Equal(before, after), "asking changes nothing")
	require.True(t, a.Known())
	require.False(t, a.Suppressed())
	require.Equal(t, []string{contactID}, a.Contacts)
	for _, table := range []string{"etl.contacts", "etl.records", "etl.identifiers", "etl.members", "etl.matches", "audiences", "etl.runs"} {
		require.NotZero(t, counts(a)[table], table)
	}
	require.Len(t, a.Exports, 3)
	for _, e := range a.Exports {
		require.NotZero(t, e.Rows, e.Name)
		require.False(t, e.WrittenAt.IsZero())
		require.Empty(t, e.Problem)
	}
	text, err := a.JSON("argument 1", email)
	require.NoError(t, err)
	var document struct {
		Held map[string][]map[string]any `json:"held"`
	}
	require.NoError(t, json.Unmarshal(text, &document))
	require.Equal(t, contactID, document.Held["contacts"][0]["contact_id"])
	require.IsType(t, map[string]any{}, document.Held["records"][0]["payload"], "a payload is JSON, not a text of it")

	h.requireAllOf(t, email, h.traces(t, contactID))
	gone := h.held(t, email)
	require.False(t, gone.Known())
	require.True(t, gone.Suppressed())
	require.Equal(t, []string{"etl.suppressions"}, keysOf(counts(gone)))
}

func keysOf(m map[string]int64) (keys []string) {
	for k := range m {
		keys = append(keys, k)
	}
	return keys
}

// TestAnAnswerHasWhatOnlySomeRecordsCarry names people by an identifier that they share
// with others, and by a record.
func TestAnAnswerHasWhatOnlySomeRecordsCarry(t *testing.T) {
	t.Parallel()
	h := livedHouse(t)
	shared := h.rows(t, `SELECT any_value(a) FROM (SELECT contact_id, unnest(emails) AS a FROM source_contacts) WHERE NOT contains(a, 'info@')
		GROUP BY a HAVING count(DISTINCT contact_id) > 1 ORDER BY a LIMIT 1`)
	if len(shared) > 0 {
		h.requireAllOf(t, shared[0][0].(string), []string{shared[0][0].(string)})
	}
	record := h.rows(t, "SELECT source || ':' || source_id FROM source_contacts WHERE source = 'audiencelab' ORDER BY 1 LIMIT 1")[0][0].(string)
	h.requireAllOf(t, record, []string{strings.TrimPrefix(record, "audiencelab:")})
}

// TestAnAnswerHasWhatWasNeverRead has a reject and staged rows of a run that was killed
// name the person, beside one of somebody else that mentions them.
func TestAnAnswerHasWhatWasNeverRead(t *testing.T) {
	t.Parallel()
	h := livedHouse(t)
	contactID, email := h.somebody(t)
	escaped := strings.Replace(email, "@", `\u0040`, 1)
	h.exec(t,
		`INSERT INTO etl.rejects BY NAME SELECT 'r1' AS reject_id, 'killed' AS run_id, 'p' AS pipeline, 'toofr' AS source, 'no key' AS reason, 'torn {"mail": "`+escaped+`' AS payload, now() AS rejected_at`,
		`INSERT INTO etl.staged_versions BY NAME SELECT 'p' AS pipeline, 1 AS seq, 'toofr' AS source, 'fresh' AS source_id, 'a' AS audience, 'h' AS payload_hash,
			'{"id":"fresh","email":"`+email+`"}' AS payload, 0 AS place, false AS outdated, true AS whole`,
		`INSERT INTO etl.staged_seen BY NAME SELECT 'p' AS pipeline, 1 AS seq, 'toofr' AS source, 'a' AS audience_id, 's' AS sweep, 'fresh' AS source_id, 0 AS "row"`,
		`INSERT INTO etl.runs BY NAME SELECT 'killed' AS run_id, 'p' AS pipeline, now() AS started_at, 'failed' AS status, 'quoted `+email+`' AS error`)
	a := h.requireAllOf(t, email, append(h.traces(t, contactID), "fresh"))
	rows := counts(a)
	require.EqualValues(t, []int64{1, 1, 1}, []int64{rows["etl.rejects"], rows["etl.staged_versions"], rows["etl.staged_seen"]})
	text, err := a.JSON("1", email)
	require.NoError(t, err)
	require.Contains(t, string(text), "quoted "+email, "the run that quotes them")
}

// TestEveryPromisedTableIsInAnAnswerOrAboutNobody keeps the list of subjects complete.
func TestEveryPromisedTableIsInAnAnswerOrAboutNobody(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 10)
	h.run(t, run.Options{})
	in := map[string]bool{}
	for _, s := range h.held(t, "stranger@example.org").Subjects {
		in[s.Table] = true
	}
	parts := map[string]string{ // of the promised views
		"contacts": "etl.contacts", "source_contacts": "etl.records", "identifiers": "etl.identifiers", "intent_matches": "etl.matches",
		"audience_members": "etl.members", "events": "etl.events",
		"new_contacts": "etl.contacts", "reachable_contacts": "etl.contacts", "job_changes": "contact_changes",
	}
	nobody := []string{"accounts", "hot_accounts", "rising_topics", "audience_overlap", "vendor_overlap", "audience_movement",
		"etl.checkpoints", "etl.forgets", "etl.erasures"}
	for _, table := range schema.Dictionary() {
		name := table.Name
		if parts[name] != "" {
			name = parts[name]
		}
		require.Truef(t, in[name] != slices.Contains(nobody, name), "%s is in an answer, or about nobody", table.Name)
	}
}

func TestAFolderOfAnswersIsForItsOwnerOnly(t *testing.T) {
	t.Parallel()
	h := livedHouse(t)
	_, email := h.somebody(t)
	a, dir := h.held(t, email), h.path("answer")
	require.NoError(t, privacy.MakeFolder(dir))
	require.NoError(t, a.Write(dir, email, h.runner.Now()))
	require.Equal(t, os.FileMode(0o700), inode(t, dir).Mode().Perm())
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Greater(t, len(entries), 6)
	for _, e := range entries {
		require.Equal(t, os.FileMode(0o600), inode(t, dir+"/"+e.Name()).Mode().Perm(), e.Name())
	}
	readme, err := os.ReadFile(dir + "/" + privacy.Readme)
	require.NoError(t, err)
	for _, e := range entries {
		if e.Name() != privacy.Readme {
			require.Contains(t, string(readme), e.Name())
		}
	}
	var refused *privacy.NotEmptyError
	require.ErrorAs(t, privacy.MakeFolder(dir), &refused)
}

func TestAnErasureLeavesANoteThatNamesNobody(t *testing.T) {
	t.Parallel()
	h := livedHouse(t)
	contactID, email := h.somebody(t)
	traces := h.traces(t, contactID)
	h.runner.Command, h.runner.Version = "sync forget", "v1"
	f := h.forget(t, email)
	rows := int64(0)
	for _, n := range f.Rows {
		rows += n
	}
	require.Equal(t, fmt.Sprintf("[[forget sync forget 1 %d %d 3 0 v1]]", len(f.Records), rows),
		h.text(t, "SELECT reason, command, people, records, rows, exports, unwritten, version FROM etl.erasures"))
	h.requireNowhere(t, traces)
}
