//go:build duckdb_arrow

package privacy_test

import (
	"bytes"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"contactsync/internal/config"
	"contactsync/internal/daemon"
	"contactsync/internal/loadtest"
	"contactsync/internal/plan"
	"contactsync/internal/privacy"
	"contactsync/internal/run"
	"contactsync/internal/selector"
	"contactsync/internal/simulate"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// house is a config against a simulator, in a directory of its own.
type house struct {
	dir       string
	runner    *run.Runner
	simulator *simulate.Simulator
	vendors   string // the config's sources and pipelines
}

const houseConfig = `version: 1
warehouse: {path: warehouse.duckdb, snapshot: analytics.duckdb, memory_limit: 128MB}
exports:
  contacts: {table: contacts, path: exports/contacts, partition_by: [country]}
  changes: {table: contacts, path: exports/changes, mode: incremental}
  records: {query: "SELECT * FROM source_contacts", path: exports/records, format: ndjson}
`

func newHouse(t testing.TB, people int) *house {
	t.Helper()
	// Some nights will pass at the vendors, which must not lead them ahead of the clock.
	s := simulate.New(simulate.Options{Seed: 7, People: people, Warmup: -1, Today: time.Now().AddDate(0, 0, -7)})
	urls, err := s.Start(t.Context(), map[string]int{schema.Toofr: 0, schema.Intent: 0, schema.StatSocial: 0, schema.AudienceLab: 0})
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	h := &house{dir: t.TempDir(), simulator: s, vendors: s.ConfigSnippet(urls)}
	h.configure(t, houseConfig)
	return h
}

// configure gives the house another config.
func (h *house) configure(t testing.TB, text string) {
	t.Helper()
	path := h.path("pipelines.yaml")
	require.NoError(t, os.WriteFile(path, []byte(text+h.vendors), 0o600))
	c, err := config.Load(path)
	require.NoError(t, err)
	h.runner = run.NewRunner(c, slog.New(slog.DiscardHandler))
}

func (h *house) path(name string) string { return filepath.Join(h.dir, name) }

// run runs every pipeline and returns their warnings.
func (h *house) run(t testing.TB, o run.Options) string {
	t.Helper()
	report, err := run.Pipelines(t.Context(), h.runner, nil, o)
	require.NoError(t, err)
	var warnings []string
	for _, r := range report.Runs {
		require.Equal(t, schema.Succeeded, r.Status, "%s: %s", r.Pipeline, r.Error)
		warnings = append(warnings, r.Warnings...)
	}
	return strings.Join(warnings, "\n")
}

// rows asks the warehouse.
func (h *house) rows(t testing.TB, query string) [][]any {
	t.Helper()
	var rows [][]any
	require.NoError(t, h.runner.Read(t.Context(), func(r *run.Reader) error {
		rows = loadtest.Rows(t, r.Warehouse, query)
		return nil
	}))
	return rows
}

func (h *house) text(t testing.TB, query string) string { return fmt.Sprint(h.rows(t, query)) }

// somebody is a person whom several vendors know and whose identifiers nobody
// else carries.
func (h *house) somebody(t testing.TB) (contactID, email string) {
	t.Helper()
	rows := h.rows(t, `SELECT contact_id, email FROM contacts c WHERE len(sources) >= 3 AND email IS NOT NULL AND list_contains(sources, 'toofr')
		AND contact_id IN (SELECT contact_id FROM intent_matches)
		AND NOT EXISTS (FROM identifiers i JOIN identifiers o USING (kind, value) WHERE i.kind <> 'phone' AND i.contact_id = c.contact_id AND o.contact_id <> c.contact_id)
		AND NOT EXISTS (FROM identifiers i WHERE i.contact_id = c.contact_id AND starts_with(i.kind, 'role'))
		ORDER BY record_count DESC, contact_id LIMIT 1`)
	require.Len(t, rows, 1)
	return rows[0][0].(string), rows[0][1].(string)
}

// traces are the texts by which a person could be found: addresses, their
// hashes, other identifiers, and vendor ids.
func (h *house) traces(t testing.TB, contactID string) []string {
	t.Helper()
	seen := map[string]bool{contactID: true}
	for _, row := range h.rows(t, "SELECT DISTINCT unnest(emails) FROM source_contacts WHERE contact_id = '"+contactID+"'") {
		address := []byte(row[0].(string))
		s256, s1, m := sha256.Sum256(address), sha1.Sum(address), md5.Sum(address)
		for _, text := range []string{string(address), hex.EncodeToString(s256[:]), hex.EncodeToString(s1[:]), hex.EncodeToString(m[:])} {
			seen[text] = true
		}
	}
	for _, row := range h.rows(t, "SELECT value FROM identifiers WHERE kind <> 'phone' AND contact_id = '"+contactID+"' UNION SELECT source_id FROM source_contacts WHERE contact_id = '"+contactID+"'") {
		seen[row[0].(string)] = true
	}
	var texts []string
	for text := range seen {
		texts = append(texts, text)
	}
	return texts
}

// traced is a pattern that finds any of the texts, whole: a Toofr id is a short
// number, which may stand within another by chance.
func traced(texts []string) string {
	quoted := make([]string, len(texts))
	for i, text := range texts {
		quoted[i] = regexp.QuoteMeta(text)
	}
	return `(?i)(^|[^0-9a-z])(` + strings.Join(quoted, "|") + `)($|[^0-9a-z])`
}

// requireNowhere holds every column of every table of warehouse, snapshot and
// exports, and the bytes of every other file, to be without a trace. (In the gaps
// of its blocks DuckDB writes what lies in memory: duckdb#23382.)
func (h *house) requireNowhere(t testing.TB, traces []string) {
	t.Helper()
	pattern := "'" + strings.ReplaceAll(traced(traces), "'", "''") + "'"
	tables := h.rows(t, "SELECT schema_name || '.' || table_name FROM duckdb_tables() UNION ALL SELECT schema_name || '.' || view_name FROM duckdb_views() WHERE NOT internal")
	require.Greater(t, len(tables), 30)
	for _, table := range tables {
		require.Equalf(t, "[[0]]", h.text(t, fmt.Sprintf("SELECT count(*) FROM %s t WHERE regexp_matches(t::VARCHAR, %s)", table[0], pattern)), "%s holds a trace", table[0])
	}
	for _, files := range []string{"read_parquet('" + h.path("exports/*/**/*.parquet") + "', union_by_name = true)", "read_ndjson_objects('" + h.path("exports/records/*.ndjson") + "')"} {
		require.NotEqual(t, "[[0]]", h.text(t, "SELECT count(*) FROM "+files))
		require.Equal(t, "[[0]]", h.text(t, fmt.Sprintf("SELECT count(*) FROM %s t WHERE regexp_matches(t::VARCHAR, %s)", files, pattern)))
	}
	require.NoError(t, filepath.WalkDir(h.dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || filepath.Ext(name) == ".duckdb" {
			return err
		}
		content, err := os.ReadFile(name)
		for _, text := range traces {
			if len(text) > 9 { // shorter ones stand in random bytes by chance
				require.Falsef(t, bytes.Contains(content, []byte(text)), "the bytes of %s hold a trace", name)
			}
		}
		return err
	}))
}

func inode(t testing.TB, name string) fs.FileInfo {
	t.Helper()
	info, err := os.Stat(name)
	require.NoError(t, err)
	return info
}

func (h *house) forget(t testing.TB, names ...string) privacy.Forgotten {
	t.Helper()
	var list []selector.Name
	for i, name := range names {
		list = append(list, selector.Name{Place: fmt.Sprint(i), Text: name})
	}
	requests, err := selector.ParsePeople(list)
	require.NoError(t, err)
	f, err := privacy.Forget(t.Context(), h.runner, requests, false)
	require.NoError(t, err)
	return f
}

func TestForgottenPersonIsNowhereEvenAfterAFullRun(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 200)
	h.run(t, run.Options{})
	h.simulator.Advance(3)
	h.run(t, run.Options{}) // history, and a second file of the incremental export
	contactID, email := h.somebody(t)
	traces := h.traces(t, contactID)
	require.Greater(t, len(traces), 8)
	others := "SELECT count(*), sum(hash(c)::HUGEINT) FROM contacts c WHERE contact_id <> '" + contactID + "'"
	otherRecords := "SELECT count(*), sum(hash(c)::HUGEINT) FROM source_contacts c WHERE contact_id <> '" + contactID + "'"
	before, recordsBefore := h.text(t, others), h.text(t, otherRecords)
	stay := h.rows(t, "SELECT source, source_id FROM source_contacts WHERE contact_id <> '"+contactID+"'")
	warehouse, snapshot := inode(t, h.path("warehouse.duckdb")), inode(t, h.path("analytics.duckdb"))

	f := h.forget(t, email)
	require.Equal(t, []string{contactID}, f.Contacts)
	require.Len(t, f.Exports, 3)
	require.False(t, os.SameFile(warehouse, inode(t, h.path("warehouse.duckdb"))))
	require.False(t, os.SameFile(snapshot, inode(t, h.path("analytics.duckdb"))))
	h.requireNowhere(t, traces)
	require.Equal(t, before, h.text(t, others), "others are as they were")
	require.Equal(t, recordsBefore, h.text(t, otherRecords))
	require.Equal(t, "[[email 1 3]]", h.text(t, "SELECT selector, contacts, exports FROM etl.forgets"))

	warnings := h.run(t, run.Options{Full: true})
	require.Regexp(t, `suppressed (person was|people were) left out`, warnings)
	h.requireNowhere(t, traces)
	require.Subset(t, h.rows(t, "SELECT source, source_id FROM source_contacts"), stay, "and nobody else was kept out")
	require.Equal(t, "[[0]]", h.text(t, "SELECT count(*) FROM etl.runs WHERE status <> 'succeeded'"))
}

func TestOptOutListErasesAndKeepsOut(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 200)
	h.run(t, run.Options{})
	contactID, email := h.somebody(t)
	traces := h.traces(t, contactID)
	sum := md5.Sum([]byte(email))
	other := h.rows(t, "SELECT contact_id, email FROM contacts WHERE record_count = 1 AND email IS NOT NULL AND NOT contains(email, 'info@') AND contact_id <> '"+contactID+"' ORDER BY ALL LIMIT 1")[0]
	entries := optOut(t, "email,hash\n,"+strings.ToUpper(hex.EncodeToString(sum[:]))+"\n"+other[1].(string)+",\n")

	f, err := privacy.Suppress(t.Context(), h.runner, entries, false)
	require.NoError(t, err)
	require.ElementsMatch(t, []any{contactID, other[0]}, f.Contacts)
	h.requireNowhere(t, traces)
	h.run(t, run.Options{Full: true})
	h.requireNowhere(t, traces)

	warehouse := inode(t, h.path("warehouse.duckdb"))
	entries = optOut(t, "stranger@example.org\n")
	f, err = privacy.Suppress(t.Context(), h.runner, entries, false)
	require.NoError(t, err)
	require.Equal(t, 9, f.Suppressions, "by every hash, also of two other spellings")
	require.True(t, os.SameFile(warehouse, inode(t, h.path("warehouse.duckdb"))), "nobody had to be erased")
	require.Equal(t, "[[opted out 9]]", h.text(t, "SELECT reason, count(*) FROM etl.suppressions WHERE suppressed_at = (SELECT max(suppressed_at) FROM etl.suppressions) GROUP BY ALL"))
}

func TestWhoIsSuppressedBeforeTheFirstRunIsNeverStored(t *testing.T) {
	t.Parallel()
	known := newHouse(t, 200)
	known.run(t, run.Options{})
	_, email := known.somebody(t)

	h := newHouse(t, 200)
	f := h.forget(t, email) // nobody is known yet
	require.Empty(t, f.Rows)
	h.run(t, run.Options{})
	h.requireNowhere(t, []string{email})
	require.NotEqual(t, "[[0]]", h.text(t, "SELECT count(*) FROM contacts"))
}

func TestAFailingExportHoldsUpNoErasure(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 200)
	h.run(t, run.Options{})
	contactID, email := h.somebody(t)
	traces := h.traces(t, contactID)
	stranger := h.path("exports/records/stranger.txt")
	require.NoError(t, os.WriteFile(stranger, []byte("mine"), 0o600)) // no export may remove it
	requests, err := selector.ParsePeople([]selector.Name{{Place: "argument 1", Text: email}})
	require.NoError(t, err)

	f, err := privacy.Forget(t.Context(), h.runner, requests, false)
	require.NoError(t, err)
	require.Equal(t, []string{contactID}, f.Contacts)
	require.Len(t, f.Exports, 2)
	require.Len(t, f.Unwritten, 1)
	require.Regexp(t, `^export records: .* holds "stranger.txt".*; its old files were removed, since they may hold who was erased$`, f.Unwritten[0].String())
	require.NotContains(t, f.Unwritten[0].String(), email)
	require.Equal(t, "[[0]]", h.text(t, "SELECT count(*) FROM contacts WHERE contact_id = '"+contactID+"'"))
	require.FileExists(t, stranger)
	require.NoFileExists(t, h.path("exports/records/data.ndjson"))

	require.NoError(t, os.RemoveAll(h.path("exports/records")))
	h.run(t, run.Options{})
	require.FileExists(t, h.path("exports/records/data.ndjson"), "it is written again as soon as it can be, on a quiet night, too")
	h.requireNowhere(t, traces)
}

func TestAnExportWhoseFilesCannotBeRemovedStartsAnew(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 200)
	h.run(t, run.Options{})
	contactID, email := h.somebody(t)
	traces := h.traces(t, contactID)
	marker := h.path("exports/changes/_sync_export.json")
	whole, err := os.ReadFile(marker)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(marker, []byte("?"), 0o600))
	requests, err := selector.ParsePeople([]selector.Name{{Place: "argument 1", Text: email}})
	require.NoError(t, err)

	f, err := privacy.Forget(t.Context(), h.runner, requests, false)
	require.NoError(t, err)
	require.Len(t, f.Unwritten, 1)
	require.Contains(t, f.Unwritten[0].String(), "remove them yourself")

	require.NoError(t, os.WriteFile(marker, whole, 0o600))
	h.run(t, run.Options{})
	h.requireNowhere(t, traces)
}

func TestAnExportThatCannotBeWrittenIsFoundBeforeAnythingIsAsked(t *testing.T) {
	t.Parallel()
	for query, message := range map[string]string{
		"SELEC * FROM contacts":                 "syntax error",
		"DELETE FROM contacts":                  "syntax error",
		"SELECT 1 AS a; SELECT 2 AS b":          "syntax error",
		"SELECT mail FROM contacts":             `column "mail" not found`,
		"SELECT * FROM contactz":                "contactz does not exist",
		"SELECT * FROM read_csv('nowhere.csv')": "",
		"SELECT job_title::INT FROM contacts":   "", // only the rows can tell
	} {
		h := newHouse(t, 10)
		h.configure(t, strings.Replace(houseConfig, "SELECT * FROM source_contacts", query, 1))
		list, err := plan.Check(t.Context(), h.runner, nil, true)
		require.NoError(t, err)
		problem := list[len(list)-1].Problem
		require.Equal(t, "export", list[len(list)-1].Kind)
		if message == "" {
			require.NoError(t, problem, query)
			continue
		}
		require.ErrorContains(t, problem, message, query)
		require.Regexp(t, `pipelines.yaml:6:20: exports.records.query: `, problem.Error())
		_, err = run.Pipelines(t.Context(), h.runner, nil, run.Options{})
		require.EqualError(t, err, problem.Error())
		require.Empty(t, h.simulator.Log(), "no vendor was asked")
		require.NoFileExists(t, h.path("warehouse.duckdb"))
		_, err = daemon.New(h.runner)
		require.EqualError(t, err, problem.Error(), "nor does the daemon begin")
	}
}
