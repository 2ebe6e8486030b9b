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
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"contactsync/internal/config"
	"contactsync/internal/loadtest"
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

// firstNight is the folder of a house after its first night, which is the same in all.
var firstNight struct {
	sync.Once
	files fstest.MapFS
}

// livedHouse is a house after its first night.
func livedHouse(t testing.TB) *house {
	t.Helper()
	firstNight.Do(func() {
		h := newHouse(t, 200)
		h.run(t, run.Options{})
		files := fstest.MapFS{}
		require.NoError(t, filepath.WalkDir(h.dir, func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			name, err := filepath.Rel(h.dir, path)
			require.NoError(t, err)
			content, err := os.ReadFile(path)
			files[name] = &fstest.MapFile{Data: content, Mode: 0o600}
			return err
		}))
		require.NoError(t, h.simulator.Close())
		firstNight.files = files
	})
	require.NotEmpty(t, firstNight.files, "the first night failed")
	h := newHouse(t, 200)
	require.NoError(t, os.Remove(h.path("pipelines.yaml")))
	require.NoError(t, os.CopyFS(h.dir, firstNight.files))
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

// asking is a way to ask the warehouse.
type asking func(query string) [][]any

// read opens the warehouse for several questions.
func (h *house) read(t testing.TB, do func(ask asking)) {
	t.Helper()
	require.NoError(t, h.runner.Read(t.Context(), func(r *run.Reader) error {
		do(func(query string) [][]any { return loadtest.Rows(t, r.Warehouse, query) })
		return nil
	}))
}

// rows asks the warehouse.
func (h *house) rows(t testing.TB, query string) (rows [][]any) {
	t.Helper()
	h.read(t, func(ask asking) { rows = ask(query) })
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

// mentioning are the tables and views that hold a trace, in any column.
func (h *house) mentioning(t testing.TB, traces []string) (found [][]any) {
	t.Helper()
	h.read(t, func(ask asking) { found = mentioning(t, ask, traces) })
	return found
}

func mentioning(t testing.TB, ask asking, traces []string) [][]any {
	t.Helper()
	pattern := "'" + strings.ReplaceAll(traced(traces), "'", "''") + "'"
	tables := ask("SELECT schema_name || '.' || table_name FROM duckdb_tables() UNION ALL SELECT schema_name || '.' || view_name FROM duckdb_views() WHERE NOT internal")
	require.Greater(t, len(tables), 30)
	var queries []string
	for _, table := range tables {
		queries = append(queries, fmt.Sprintf("SELECT '%[1]s', count(*) FROM %[1]s t WHERE regexp_matches(t::VARCHAR, %[2]s) HAVING count(*) > 0", table[0], pattern))
	}
	return ask(strings.Join(queries, " UNION ALL "))
}

// requireNowhere holds every column of every table of warehouse, snapshot and
// exports, and the bytes of every other file, to be without a trace. (In the gaps
// of its blocks DuckDB writes what lies in memory: duckdb#23382.)
func (h *house) requireNowhere(t testing.TB, traces []string) {
	t.Helper()
	h.read(t, func(ask asking) {
		require.Empty(t, mentioning(t, ask, traces))
		pattern := "'" + strings.ReplaceAll(traced(traces), "'", "''") + "'"
		for _, files := range []string{"read_parquet('" + h.path("exports/*/**/*.parquet") + "', union_by_name = true)", "read_ndjson_objects('" + h.path("exports/records/*.ndjson") + "')"} {
			require.NotEqual(t, "[[0]]", fmt.Sprint(ask("SELECT count(*) FROM "+files)))
			require.Equal(t, "[[0]]", fmt.Sprint(ask(fmt.Sprintf("SELECT count(*) FROM %s t WHERE regexp_matches(t::VARCHAR, %s)", files, pattern))))
		}
	})
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
