package chaos_test

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"contactsync/internal/simulate"
	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/audiencelab"
	"contactsync/internal/simulate/intent"
	"contactsync/internal/simulate/statsocial"
	"contactsync/internal/simulate/toofr"
	"contactsync/load/lake"

	"github.com/stretchr/testify/require"
)

// openingBalance is what Toofr has been paid for.
const openingBalance = 10_000

// faults are those that pass quickly; the ones that name a time to come back
// would only make the test slow.
var faults = []simulate.Fault{
	api.RateLimit, api.InternalError, api.BadGateway, api.Unavailable,
	api.Reset, api.Truncated, api.HTML, api.Slow,
}

// world is the vendors and a folder with a config that reads all of them.
type world struct {
	testing.TB
	vendors *simulate.Simulator
	dir     string
	urls    map[string]string

	lake    *lake.Options // nil: the warehouse is a file
	history []api.Request // of the runs so far
	runTime time.Duration // what an undisturbed run takes
}

// newWorld makes a world. Worlds are the same, but for the ports and for what
// options change.
func newWorld(t testing.TB, options ...func(*simulate.Options)) *world {
	t.Helper()
	w := &world{TB: t, dir: t.TempDir()}
	o := simulate.Options{
		Seed: 11, People: people, Faults: 0.1, FaultKinds: faults, SlowLatency: 50 * time.Millisecond,
		Credits: map[string]int{toofr.Name: openingBalance}, Today: time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC),
	}
	for _, change := range options {
		change(&o)
	}
	w.vendors = simulate.New(o)
	var err error
	w.urls, err = w.vendors.Start(t.Context(), nil)
	require.NoError(t, err)
	t.Cleanup(func() { _ = w.vendors.Close() })
	w.configure(oneThread)
	return w
}

// oneThread is a memory limit by which DuckDB works with a single thread, which costs less
// where tables are small.
const oneThread = "  memory_limit: 192MB"

// configure writes the config, with more lines for its warehouse.
func (w *world) configure(warehouse string) {
	w.Helper()
	where := fileConfig
	if w.lake != nil {
		where = lakeConfig(*w.lake)
	}
	text := fmt.Sprintf(config, where+"\n"+warehouse,
		w.urls[toofr.Name], w.urls[intent.Name], w.urls[statsocial.Name], w.urls[audiencelab.Name],
		strings.Join(w.vendors.Websites(people), ", "), intent.AudienceCRM, statsocial.Audience,
		audiencelab.SegmentLeads, audiencelab.SegmentBasic, audiencelab.SegmentVisits, audiencelab.SegmentNoUUID, audiencelab.AudienceVIP,
		strings.Join(audiencelab.Pixels(), ", "))
	require.NoError(w, os.WriteFile(filepath.Join(w.dir, "pipelines.yaml"), []byte(text), 0o600))
}

// path is a file of the world.
func (w *world) path(name string) string { return filepath.Join(w.dir, name) }

// spent is what Toofr has charged.
func (w *world) spent() int { return openingBalance - w.vendors.Credits() }

// fileConfig is the part that says where the warehouse is.
const fileConfig = "  path: warehouse.duckdb\n  snapshot: analytics.duckdb"

// config reads every stream. Pages and batches are small, so that there are many
// commits to die in; no rate is set, and what is not ready is asked for at once.
const config = `version: 1
warehouse:
%s
sources:
  toofr: {base_url: "%s", api_key: "${TOOFR_KEY}", poll_interval: 100ms}
  intent: {base_url: "%s", api_key: "${INTENT_KEY}", poll_interval: 100ms, page_size: 10}
  statsocial: {base_url: "%s", token: "${STATSOCIAL_KEY}", poll_interval: 100ms}
  audiencelab: {base_url: "%s", api_key: "${AUDIENCELAB_KEY}", poll_interval: 100ms, page_size: 10}
pipelines:
  leaders:
    from: toofr.prospects
    websites: [%s]
    max_credits: 5000
  intent:
    from: intent.matches
    audience_id: %s
    since: 2026-11-17
  fans:
    from: statsocial.outputs
    audience_id: %d
    outputs: [ss_id, md5, email_raw, twitter_user]
  visitors:
    from: audiencelab.segments
    segments: [%s, %s, %s, %s]
  members:
    from: audiencelab.members
    audiences: [%s]
  visits:
    from: audiencelab.visits
    pixels: [%s]
  audiences:
    from: audiencelab.audiences
  pixels:
    from: audiencelab.pixels
exports:
  contacts:
    table: contacts
    path: exports/contacts
    partition_by: [country]
    sort_by: [company_domain]
  matches:
    table: intent_matches
    path: exports/matches
  news:
    table: contacts
    path: exports/news
    mode: incremental
`

// page is a page of a vendor's list, as requests ask for it and positions count it.
type page struct {
	vendor string
	list   string // Toofr: the websites; intent: the day; AudienceLab: the path; StatSocial: nothing
	number int
}

// answered is the page that a request brought; ok is false for one that failed
// or asks for no page.
func answered(r api.Request) (p page, ok bool) {
	if r.Status != 200 || r.Fault == api.Truncated || r.Fault == api.HTML {
		return p, false
	}
	p = page{vendor: r.Vendor, number: 1}
	switch r.Vendor {
	case toofr.Name:
		query, err := url.ParseQuery(r.Query)
		p.list = query.Get("websites")
		ok = err == nil && strings.HasSuffix(r.Path, "/audiences")
	case intent.Name: // without a date it asks for the name of the latest day only
		p.list, ok = r.Date, strings.HasSuffix(r.Path, "/query") && r.Date != ""
		if r.Cursor != "" {
			p.number = cursorPage(r.Cursor)
		}
		return p, ok
	case statsocial.Name:
		ok = strings.Contains(r.Path, "/outputs/")
	case audiencelab.Name:
		p.list, ok = r.Path, true
	}
	if r.Page != "" {
		p.number, _ = strconv.Atoi(r.Page)
	}
	return p, ok
}
