//go:build duckdb_arrow

package pipeline_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"contactsync/internal/config"
	"contactsync/internal/loadtest"
	"contactsync/internal/pipeline"
	"contactsync/internal/simulate"
	"contactsync/load/duckdb"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// world is a warehouse with a clock of its own, fed by what its config says.
type world struct {
	testing.TB
	dir    string
	runner *pipeline.Runner
	now    time.Time
}

// newWorld makes a runner of a config, which names no warehouse.
func newWorld(t testing.TB, text string) *world {
	t.Helper()
	w := &world{TB: t, dir: t.TempDir(), now: time.Date(2026, 11, 2, 2, 0, 0, 0, time.UTC)}
	w.configure(text)
	return w
}

// configure replaces the config.
func (w *world) configure(text string) {
	w.Helper()
	path := filepath.Join(w.dir, "pipelines.yaml")
	require.NoError(w, os.WriteFile(path, []byte("version: 1\nwarehouse: {path: warehouse.duckdb}\n"+text), 0o600))
	c, err := config.Load(path)
	require.NoError(w, err)
	w.runner = pipeline.NewRunner(c, slog.New(slog.NewTextHandler(io.Discard, nil)))
	w.runner.Now = func() time.Time { return w.now }
}

// night runs the named pipelines, a day after whatever was before.
func (w *world) night(names ...string) []schema.Run {
	w.Helper()
	w.now = w.now.Add(24 * time.Hour)
	report, err := w.runner.Run(w.Context(), names, pipeline.Options{})
	require.NoError(w, err)
	return report.Runs
}

// open opens the warehouse between runs.
func (w *world) open(do func(*duckdb.Warehouse)) {
	w.Helper()
	warehouse, err := duckdb.Open(w.Context(), filepath.Join(w.dir, "warehouse.duckdb"), duckdb.Options{})
	require.NoError(w, err)
	do(warehouse)
	require.NoError(w, warehouse.Close())
}

// exec changes the warehouse behind the program's back.
func (w *world) exec(queries ...string) {
	w.Helper()
	w.open(func(warehouse *duckdb.Warehouse) {
		conn, err := warehouse.Conn(w.Context())
		require.NoError(w, err)
		defer conn.Close()
		for _, q := range queries {
			_, err := conn.ExecContext(w.Context(), q)
			require.NoError(w, err, q)
		}
	})
}

// rows reads a query as lines of text.
func (w *world) rows(query string) []string {
	w.Helper()
	lines := []string{}
	w.open(func(warehouse *duckdb.Warehouse) {
		for _, row := range loadtest.Rows(w, warehouse, query) {
			parts := make([]string, len(row))
			for i, v := range row {
				parts[i] = fmt.Sprint(v)
			}
			lines = append(lines, strings.Join(parts, "|"))
		}
	})
	return lines
}

// content is every row that analysts see, without when and by which run it came about.
func (w *world) content() map[string][]string {
	w.Helper()
	content := map[string][]string{}
	for table, exclude := range map[string]string{
		"contacts": "first_seen_at, last_seen_at, updated_at", "source_contacts": "first_seen_at, last_seen_at, updated_at, run_id",
		"identifiers": "", "intent_matches": "run_id", "events": "run_id", "audience_members": "valid_from, valid_to",
	} {
		columns := "*"
		if exclude != "" {
			columns = "* EXCLUDE (" + exclude + ")"
		}
		content[table] = w.rows("SELECT " + columns + " FROM " + table + " ORDER BY ALL")
	}
	return content
}

// lab plays AudienceLab: segments of rows as a test lists them.
type lab struct {
	mu       sync.Mutex
	segments map[string][]string // rows as JSON, by segment
	asked    int
}

// newLab serves segments on loopback.
func newLab(t testing.TB) (*lab, string) {
	t.Helper()
	l := &lab{segments: map[string][]string{}}
	server := httptest.NewServer(l)
	t.Cleanup(server.Close)
	return l, server.URL
}

func (l *lab) set(segment string, rows ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.segments[segment] = rows
}

func (l *lab) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked++
	id := strings.TrimPrefix(r.URL.Path, "/segments/")
	rows, ok := l.segments[id]
	if !ok {
		http.NotFound(w, r)
		return
	}
	page, _ := strconv.Atoi(r.URL.Query().Get("page"))
	size, _ := strconv.Atoi(r.URL.Query().Get("page_size"))
	page, size = max(page, 1), cmp.Or(size, 100) // GET /pixels names neither
	from := min((page-1)*size, len(rows))
	to := min(from+size, len(rows))
	pages := (len(rows) + size - 1) / size
	fmt.Fprintf(w, `{"segment_id":%q,"data":[%s],"total_records":%d,"total_pages":%d,"page":%d,"page_size":%d,"has_more":%t}`,
		id, strings.Join(rows[from:to], ","), len(rows), pages, page, size, page < pages)
}

// labConfig reads segments, a pipeline for each of the given lists.
func labConfig(url string, pipelines ...string) string {
	text := fmt.Sprintf("sources: {audiencelab: {api_key: k, base_url: %q, poll_interval: 100ms, max_attempts: 2}}\npipelines:\n", url)
	for _, p := range pipelines {
		name, segments, _ := strings.Cut(p, "=")
		text += fmt.Sprintf("  %s: {from: audiencelab.segments, segments: [%s]}\n", name, segments)
	}
	return text
}

// object writes a row.
func object(t testing.TB, fields map[string]any) string {
	t.Helper()
	b, err := json.Marshal(fields)
	require.NoError(t, err)
	return string(b)
}

// people makes n rows of made-up people.
func people(t testing.TB, n int, more map[string]any) []string {
	t.Helper()
	rows := make([]string, n)
	for i := range rows {
		fields := map[string]any{
			"UUID": fmt.Sprintf("u%04d", i), "FIRST_NAME": "Ann", "LAST_NAME": "Lee" + strconv.Itoa(i), "JOB_TITLE": "CEO",
			"BUSINESS_EMAIL": fmt.Sprintf("ann%d@acme.example", i),
		}
		for k, v := range more {
			fields[k] = v
		}
		rows[i] = object(t, fields)
	}
	return rows
}

// newSimulated makes a world of all four simulated vendors.
func newSimulated(t testing.TB, people int) (*world, *simulate.Simulator) {
	t.Helper()
	s := simulate.New(simulate.Options{Seed: 3, People: people, Warmup: -1})
	urls, err := s.Start(t.Context(), map[string]int{schema.Toofr: 0, schema.Intent: 0, schema.StatSocial: 0, schema.AudienceLab: 0})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return newWorld(t, s.ConfigSnippet(urls)), s
}
