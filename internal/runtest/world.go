//go:build duckdb_arrow

// Package runtest has what tests of runs need: a warehouse with a clock of its own
// ([World]), and a vendor whose segments a test lists ([Lab]).
package runtest

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
	"contactsync/internal/run"
	"contactsync/internal/simulate"
	"contactsync/internal/simulate/audiencelab"
	"contactsync/internal/simulate/intent"
	"contactsync/internal/simulate/statsocial"
	"contactsync/load/duckdb"
	"contactsync/schema"
	"contactsync/transform"

	"github.com/stretchr/testify/require"
)

// World is a warehouse with a clock of its own, fed by what its config says.
type World struct {
	testing.TB
	Dir    string
	Runner *run.Runner
	Now    time.Time
	Text   string // of the config, without its head
}

// Start is when the clock of a World begins. Simulated vendors live on its day, since a
// day of theirs that lies ahead of the clock is an error.
func Start() time.Time { return time.Date(2026, 11, 2, 2, 0, 0, 0, time.UTC) }

// New makes a runner of a config, which names no warehouse. An empty one is there.
func New(t testing.TB, text string) *World {
	t.Helper()
	w := &World{TB: t, Dir: t.TempDir(), Now: Start()}
	w.Configure(text)
	loadtest.PutEmpty(t, filepath.Join(w.Dir, "warehouse.duckdb"), transform.Version)
	return w
}

// Copy is a World in a copy of this one's folder, with its config and at its time: for
// several tests of what comes after the same nights. The vendors are the same.
func (w *World) Copy(t testing.TB) *World {
	t.Helper()
	c := &World{TB: t, Dir: t.TempDir(), Now: w.Now}
	require.NoError(t, os.CopyFS(c.Dir, os.DirFS(w.Dir)))
	c.Configure(w.Text)
	return c
}

// Configure replaces the config.
func (w *World) Configure(text string) {
	w.Helper()
	w.Text = text
	path := filepath.Join(w.Dir, "pipelines.yaml")
	require.NoError(w, os.WriteFile(path, []byte("version: 1\nwarehouse: {path: warehouse.duckdb, memory_limit: 128MB}\n"+text), 0o600))
	c, err := config.Load(path)
	require.NoError(w, err)
	w.Runner = run.NewRunner(c, slog.New(slog.NewTextHandler(io.Discard, nil)))
	w.Runner.Now = func() time.Time { return w.Now }
}

// Night runs the named pipelines, a day after whatever was before.
func (w *World) Night(names ...string) []schema.Run {
	w.Helper()
	w.Now = w.Now.Add(24 * time.Hour)
	report, err := run.Pipelines(w.Context(), w.Runner, names, run.Options{})
	require.NoError(w, err)
	return report.Runs
}

// Open opens the warehouse between runs.
func (w *World) Open(do func(*duckdb.Warehouse)) {
	w.Helper()
	w.open(duckdb.Options{Threads: 1}, do)
}

func (w *World) open(o duckdb.Options, do func(*duckdb.Warehouse)) {
	w.Helper()
	warehouse, err := duckdb.Open(w.Context(), filepath.Join(w.Dir, "warehouse.duckdb"), o)
	require.NoError(w, err)
	do(warehouse)
	require.NoError(w, warehouse.Close())
}

// Exec changes the warehouse behind the program's back.
func (w *World) Exec(queries ...string) {
	w.Helper()
	w.Open(func(warehouse *duckdb.Warehouse) {
		conn, err := warehouse.Conn(w.Context())
		require.NoError(w, err)
		defer conn.Close()
		for _, q := range queries {
			_, err := conn.ExecContext(w.Context(), q)
			require.NoError(w, err, q)
		}
	})
}

// File writes a file beside the config.
func (w *World) File(name, text string) {
	w.Helper()
	require.NoError(w, os.WriteFile(filepath.Join(w.Dir, name), []byte(text), 0o600))
}

// Lab plays AudienceLab: segments of rows as a test lists them. The zero value has none.
type Lab struct {
	mu       sync.Mutex
	segments map[string][]string // rows as JSON, by segment
	Asked    int                 // requests so far
}

// NewLab serves segments on loopback.
func NewLab(t testing.TB) (*Lab, string) {
	t.Helper()
	l := new(Lab)
	server := httptest.NewServer(l)
	t.Cleanup(server.Close)
	return l, server.URL
}

func (l *Lab) Set(segment string, rows ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.segments == nil {
		l.segments = map[string][]string{}
	}
	l.segments[segment] = rows
}

func (l *Lab) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.Asked++
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

// LabConfig reads segments, a pipeline for each of the given lists.
func LabConfig(url string, pipelines ...string) string {
	text := fmt.Sprintf("sources: {audiencelab: {api_key: k, base_url: %q, poll_interval: 100ms, max_attempts: 2}}\npipelines:\n", url)
	for _, p := range pipelines {
		name, segments, _ := strings.Cut(p, "=")
		text += fmt.Sprintf("  %s: {from: audiencelab.segments, segments: [%s]}\n", name, segments)
	}
	return text
}

// Object writes a row.
func Object(t testing.TB, fields map[string]any) string {
	t.Helper()
	b, err := json.Marshal(fields)
	require.NoError(t, err)
	return string(b)
}

// People makes n rows of made-up people.
func People(t testing.TB, n int, more map[string]any) []string {
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
		rows[i] = Object(t, fields)
	}
	return rows
}

// NewSimulated makes a World of all four simulated vendors.
func NewSimulated(t testing.TB, people int) (*World, *simulate.Simulator) {
	t.Helper()
	s := simulate.New(simulate.Options{Seed: 3, People: people, Warmup: -1, Today: Start()})
	urls, err := s.Start(t.Context(), map[string]int{schema.Toofr: 0, schema.Intent: 0, schema.StatSocial: 0, schema.AudienceLab: 0})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	w := New(t, s.ConfigSnippet(urls))
	w.Now = s.Today().Add(-22 * time.Hour) // the first night is the vendors' today
	return w, s
}

// AllSegments are the segments of the simulated AudienceLab.
var AllSegments = []string{audiencelab.SegmentLeads, audiencelab.SegmentBasic, audiencelab.SegmentEveryone,
	audiencelab.SegmentVisits, audiencelab.SegmentVisitsLower}

// Everything is a config that reads as much of each vendor as can be read.
func Everything(s *simulate.Simulator, urls map[string]string, people int) string {
	var b strings.Builder
	b.WriteString("sources:\n")
	for vendor, url := range urls {
		credential := "api_key"
		if vendor == schema.StatSocial {
			credential = "token"
		}
		fmt.Fprintf(&b, "  %s: {base_url: %q, %s: %q, poll_interval: 100ms}\n", vendor, url, credential, simulate.DefaultKey(vendor))
	}
	fmt.Fprintf(&b, "pipelines:\n  leaders: {from: toofr.prospects, websites: [%s], titles: [c_level, presidents_and_vps, directors, managers], max_credits: %d}\n",
		strings.Join(s.Websites(min(people/10, 1_000)), ", "), people)
	fmt.Fprintf(&b, "  interested: {from: intent.matches, audience_id: %s}\n", intent.AudienceCRM)
	fmt.Fprintf(&b, "  fans: {from: statsocial.outputs, audience_id: %d, outputs: [%s]}\n", statsocial.Audience, strings.Join(statsocial.Outputs, ", "))
	fmt.Fprintf(&b, "  segments: {from: audiencelab.segments, segments: [%s]}\n", strings.Join(AllSegments, ", "))
	fmt.Fprintf(&b, "  members: {from: audiencelab.members, audiences: [%s]}\n", audiencelab.AudienceVIP)
	return b.String()
}
