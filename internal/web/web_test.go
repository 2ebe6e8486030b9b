package web

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"contactsync/internal/daemon"
	"contactsync/internal/mask"
	"contactsync/internal/run"
	"contactsync/load/duckdb/report"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	token  = "correct-horse-battery"
	secret = "UNGUESSABLESECRET"
)

// desk is a daemon made up for the page, and what its buttons did.
type desk struct {
	overview daemon.Overview
	data     daemon.Data
	unread   error // why there is no data
	called   int
	mu       sync.Mutex // the server's goroutines act, the test looks
	acted    []string
	over     map[string]bool // sessions that were signed out
}

func (d *desk) actions() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.acted)
}

func (d *desk) signOut(session string, _ time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.over[session] = true
}

func (d *desk) signedOut(session string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.over[session]
}

func (d *desk) options(token, listen string) Options {
	return Options{
		Overview: func() daemon.Overview { return d.overview },
		Act: func(a daemon.Action, name string) error {
			if name == "gone" {
				return errors.New("no pipeline is called \"gone\"")
			}
			d.mu.Lock()
			defer d.mu.Unlock()
			d.acted = append(d.acted, string(a)+" "+name)
			return nil
		},
		Callback: func(string) { d.called++ }, Secret: secret, Token: schema.NewSecret(token), Listen: listen, Version: "sync test",
		SignOut: d.signOut, SignedOut: d.signedOut,
		Review:  new(reviewers).queue,
		Data:    func(context.Context) (daemon.Data, error) { return d.data, d.unread },
		Metrics: NewMetrics(func() daemon.Overview { return d.overview }, "v1.2.3").Handler(), Log: slog.New(slog.DiscardHandler),
	}
}

// newDesk has a good pipeline, a failed one whose vendor repeats an address, one
// that runs, one that is late and paused ones.
func newDesk() *desk {
	zone, _ := time.LoadLocation("America/New_York")
	now := time.Date(2026, 11, 21, 14, 30, 0, 0, time.UTC)
	history := func(name, last string, rows ...int64) []schema.Run {
		var list []schema.Run
		for i, n := range rows {
			at := now.Add(-12*time.Hour).AddDate(0, 0, -i)
			r := schema.Run{
				RunID: name + at.Format("-20060102T150405"), Pipeline: name, StartedAt: at, FinishedAt: at.Add(time.Duration(20+n/40) * time.Second),
				Status: schema.Succeeded, RowsRead: n, RowsNew: n / 10, RowsChanged: n / 20, RowsWritten: n/10 + n/20, Requests: n/100 + 1, Pages: n/100 + 1,
			}
			if i == 0 {
				r.Status = last
			}
			if i == 9 {
				r.Status = schema.NotReady
			}
			if i == 14 {
				r.Status = schema.Failed
			}
			list = append(list, r)
		}
		return list
	}
	saas := history("saas-leaders", schema.Succeeded, 480, 470, 455, 500, 430, 420, 390, 410, 400, 380, 360, 350, 340, 300, 320, 310, 280, 260)
	saas[0].RowsRejected, saas[0].Credits = 2, 480
	saas[0].Warnings = []string{"the vendor declared 482 rows and served 480"}
	crm := history("crm-intent", schema.Failed, 0, 5200, 5100, 5350, 4900, 5000, 5150, 4800, 4700, 4650, 4600, 4500)
	crm[0].Error = "intent: page 3: GET /v1/intent/topics: status 500: contact jane.doe@example.com about this"
	visitors := history("site-visitors", schema.Succeeded, 12400, 12100, 11900, 12050, 11800, 11500, 11600, 11000)
	fans := history("golang-fans", schema.NotReady, 0, 90000)
	standing := func(name, stream, schedule string, runs []schema.Run) daemon.Standing {
		s := daemon.Standing{
			Name: name, Stream: stream, Source: strings.Split(stream, ".")[0], Schedule: schedule, Next: now.Add(12 * time.Hour), Period: 24 * time.Hour,
			Since: now.AddDate(0, -2, 0), Phase: daemon.Resting, Record: daemon.Record{History: runs, Position: "12 of 12 parts complete, last seg_abc123"},
		}
		for _, r := range runs {
			if r.Status == schema.Succeeded {
				s.Success = r.FinishedAt
				break
			}
		}
		return s
	}
	d := &desk{over: map[string]bool{}, overview: daemon.Overview{
		Now: now, Started: now.AddDate(0, 0, -3), Zone: zone, Snapshot: daemon.SnapshotStanding{Configured: true, Written: now.Add(-11 * time.Hour)},
		Pipelines: []daemon.Standing{
			standing("saas-leaders", "toofr.prospects", "0 2 * * *", saas),
			standing("crm-intent", "intent.matches", "30 2 * * *", crm),
			standing("golang-fans", "statsocial.outputs", "0 3 * * 1", fans),
			standing("site-visitors", "audiencelab.segments", "15 2 * * *", visitors),
			standing("labs", "audiencelab.audiences", "@daily", nil),
		},
		Overlaps: []report.Overlap{
			{Sources: []string{"audiencelab"}, People: 13530}, {Sources: []string{"statsocial"}, People: 6490}, {Sources: []string{"intent"}, People: 4240},
			{Sources: []string{"audiencelab", "statsocial"}, People: 3050}, {Sources: []string{"audiencelab", "intent"}, People: 1770}, {Sources: []string{"toofr"}, People: 820},
			{Sources: []string{"intent", "statsocial"}, People: 640}, {Sources: []string{"audiencelab", "intent", "statsocial"}, People: 420},
			{Sources: []string{"audiencelab", "toofr"}, People: 210}, {Sources: []string{"audiencelab", "intent", "statsocial", "toofr"}, People: 36}, {Sources: []string{"intent", "toofr"}, People: 20},
		},
		Doubts: report.Doubts{
			Warnings: []report.ReasonCount{{Reason: "doubtful", Identifiers: 1204}, {Reason: "shared", Identifiers: 31}},
			Largest:  report.ContactSize{ContactID: "c_0123456789abcdef0123", Records: 143},
		},
		Open:    817,
		Answers: map[string]map[int]int64{"toofr": {200: 40, 429: 2}, "intent": {200: 90, 500: 7, 0: 1}},
		Exports: []daemon.ExportStanding{
			{Name: "contacts", Success: now.Add(-11 * time.Hour), Written: true, Rows: 31226}, {Name: "labs", Success: now.Add(-11 * time.Hour), Written: true, Rows: 12, Unchanged: true},
			{Name: "matches", Failures: 3, Failing: true},
		},
	}}
	p := d.overview.Pipelines
	p[4].Since, p[4].Position = now.Add(-time.Hour), ""
	p[0].Rejected = []report.Rejected{{RunID: saas[0].RunID, Reason: "the record has no id", Count: 2}}
	p[0].Quarantined = 2
	p[0].Drifts = []schema.Drift{{Source: "toofr", Stream: "toofr.prospects", Field: "headcount_band", Change: "new", SampleType: "string", RunID: saas[0].RunID}}
	p[1].Phase, p[1].Attempt, p[1].Waiting, p[1].Until = daemon.Retrying, 1, "attempt 2 (the last run failed)", now.Add(time.Minute)
	p[2].Paused = true
	p[3].Phase = daemon.Active
	p[3].Progress = &run.Progress{Pipeline: "site-visitors", State: run.Waiting, Pages: 42, Rows: 6200, Part: "seg_abc123", Read: 4200, Declared: 12400}
	p[3].Waiting, p[3].Until = "the vendor's rate limit", now.Add(20*time.Second)
	return d
}

// visit asks a handler and returns its answer and body.
func visit(t *testing.T, h http.Handler, method, path string, change func(*http.Request)) (*http.Response, string) {
	t.Helper()
	r := httptest.NewRequest(method, "http://127.0.0.1:8080"+path, nil)
	r.Header.Set("Accept", "text/html")
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	body, err := io.ReadAll(w.Result().Body)
	require.NoError(t, err)
	return w.Result(), string(body)
}

func bearer(token string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) }
}

// form posts values, as a browser does from a page of this server.
func form(values url.Values, cookies ...*http.Cookie) func(*http.Request) {
	return func(r *http.Request) {
		r.Body = io.NopCloser(strings.NewReader(values.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		for _, c := range cookies {
			r.AddCookie(c)
		}
	}
}

// signIn returns the cookie and the secret of forms that a visitor gets.
func signIn(t *testing.T, h http.Handler) (*http.Cookie, string) {
	t.Helper()
	res, _ := visit(t, h, "POST", "/login", form(url.Values{"token": {token}}))
	require.Equal(t, http.StatusSeeOther, res.StatusCode)
	cookie := res.Cookies()[0]
	_, body := visit(t, h, "GET", "/", func(r *http.Request) { r.AddCookie(cookie) })
	match := regexp.MustCompile(`name="form" value="([0-9a-f]{64})"`).FindStringSubmatch(body)
	require.NotNil(t, match, "a visitor who has signed in has buttons")
	return cookie, match[1]
}

func TestThePageShowsHowPipelinesStand(t *testing.T) {
	h := Handler(newDesk().options("", "127.0.0.1:8080"))
	res, body := visit(t, h, "GET", "/", nil)
	require.Equal(t, http.StatusOK, res.StatusCode)
	for _, want := range []string{
		"1 pipeline has failed", "saas-leaders", `badge good">succeeded`, `badge bad">failed, tries again`, `badge idle">paused`, `badge busy">running`,
		`: <a href="#pipeline-crm-intent">crm-intent</a>`, "until 09:31:00", "Nothing to do yet", `badge idle">never ran`, "42 pages, 6,200 rows; seg_abc123: 4,200 of 12,400; waits for the vendor&#39;s rate limit", "12 of 12 parts complete", "Next run 09:31", `<a href="/data">31,226 people</a>`, ">11 h ago</time>",
		`badge bad">failed</span>`, `badge good">unchanged`,
	} {
		require.Truef(t, strings.Contains(body, want), "the page has no %q", want)
	}
	require.NotContains(t, body, "<button", "without a token nobody may act")
	var order []string
	for _, m := range regexp.MustCompile(`<article class="card" id="pipeline-([^"]+)">`).FindAllStringSubmatch(body, -1) {
		order = append(order, m[1])
	}
	require.Equal(t, []string{"crm-intent", "site-visitors", "saas-leaders", "golang-fans", "labs"}, order, "what failed comes first")
}

func TestMetricsTellWhatIsInDoubt(t *testing.T) {
	_, body := visit(t, Handler(newDesk().options("", "127.0.0.1:8080")), "GET", "/metrics", nil)
	for _, want := range []string{
		`sync_identity_warnings{reason="doubtful"} 1204`, `sync_identity_warnings{reason="shared"} 31`,
		"sync_doubtful_pairs 817", "sync_largest_contact_records 143",
	} {
		require.Contains(t, body, want+"\n")
	}
}

func TestARunIsShownWithCountersRejectsAndDrift(t *testing.T) {
	d := newDesk()
	h := Handler(d.options("", "127.0.0.1:8080"))
	res, body := visit(t, h, "GET", "/runs/"+d.overview.Pipelines[0].History[0].RunID, nil)
	require.Equal(t, http.StatusOK, res.StatusCode)
	for _, want := range []string{"Rows read", "480", "the record has no id", "headcount_band", "declared 482 rows", "the run before"} {
		require.Contains(t, body, want)
	}
	res, body = visit(t, h, "GET", "/pipelines/crm-intent", nil)
	require.Equal(t, http.StatusOK, res.StatusCode)
	require.Contains(t, body, "5,200")
	for _, path := range []string{"/runs/none", "/pipelines/none"} {
		res, _ := visit(t, h, "GET", path, nil)
		require.Equal(t, http.StatusNotFound, res.StatusCode)
	}
}

func TestNoSecretAndNoAddressIsInAnyPage(t *testing.T) {
	d := newDesk()
	d.overview.Problems = []string{"the new config was refused: alice@example.org is no token"}
	h := Handler(d.options(token, "127.0.0.1:8080"))
	cookie, _ := signIn(t, h)
	paths := []string{"/", "/data", "/login", "/metrics", "/healthz", "/readyz", "/runs/none"}
	for _, p := range d.overview.Pipelines {
		paths = append(paths, "/pipelines/"+p.Name)
		for _, r := range p.History {
			paths = append(paths, "/runs/"+r.RunID)
		}
	}
	address := regexp.MustCompile(`[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+\.[A-Za-z]{2,}`)
	for _, path := range paths {
		_, body := visit(t, h, "GET", path, func(r *http.Request) { r.AddCookie(cookie) })
		require.NotContains(t, body, token, path)
		require.NotContains(t, body, secret, path)
		require.Empty(t, address.FindAllString(body, -1), path)
	}
}

func TestEveryAnswerCarriesTheSecurityHeaders(t *testing.T) {
	h := Handler(newDesk().options("", "127.0.0.1:8080"))
	for _, path := range []string{"/", "/metrics", "/healthz", "/static/page.css", "/nothing"} {
		res, body := visit(t, h, "GET", path, nil)
		csp := res.Header.Get("Content-Security-Policy")
		require.Contains(t, csp, "default-src 'none'", path)
		require.NotContains(t, csp, "unsafe-inline", path)
		require.Equal(t, "nosniff", res.Header.Get("X-Content-Type-Options"), path)
		require.Equal(t, "DENY", res.Header.Get("X-Frame-Options"), path)
		require.NotRegexp(t, `<script>|\son[a-z]+=|\sstyle=`, body, path)
	}
}

func TestWhoMayLook(t *testing.T) {
	foreign := func(r *http.Request) { r.Host = "evil.example" }
	proxied := func(r *http.Request) { r.Header.Set("X-Forwarded-For", "192.0.2.1") }
	tests := map[string]struct {
		token, listen string
		change        func(*http.Request)
		want          int
	}{
		"loopback, no token":                   {"", "127.0.0.1:8080", nil, 200},
		"loopback, a token, not signed in":     {token, "127.0.0.1:8080", nil, 200},
		"a foreign name for loopback":          {"", "127.0.0.1:8080", foreign, 403},
		"through a proxy, no token":            {"", "127.0.0.1:8080", proxied, 403},
		"through a proxy, a token":             {token, "127.0.0.1:8080", proxied, 303},
		"beyond loopback, not signed in":       {token, "0.0.0.0:8080", nil, 303},
		"beyond loopback, with the token":      {token, "0.0.0.0:8080", bearer(token), 200},
		"beyond loopback, with a wrong token":  {token, "0.0.0.0:8080", bearer("guess"), 303},
		"beyond loopback, an empty token":      {token, "0.0.0.0:8080", bearer(""), 303},
		"beyond loopback, none set, empty one": {"", "0.0.0.0:8080", bearer(""), 403},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			h := Handler(newDesk().options(test.token, test.listen))
			for _, path := range []string{"/", "/metrics", "/pipelines/labs"} {
				res, _ := visit(t, h, "GET", path, test.change)
				require.Equal(t, test.want, res.StatusCode, path)
			}
			res, _ := visit(t, h, "GET", "/healthz", test.change)
			require.Equal(t, http.StatusOK, res.StatusCode)
		})
	}
}

func TestButtonsWantTheToken(t *testing.T) {
	d := newDesk()
	h := Handler(d.options(token, "127.0.0.1:8080"))
	cookie, secret := signIn(t, h)
	require.True(t, cookie.HttpOnly)
	require.Equal(t, http.SameSiteStrictMode, cookie.SameSite)
	require.NotContains(t, cookie.Value, token)
	crossSite := func(r *http.Request) {
		form(url.Values{"form": {secret}}, cookie)(r)
		r.Header.Set("Sec-Fetch-Site", "cross-site")
	}
	stale := &http.Cookie{Name: cookieName, Value: newKeys(schema.NewSecret(token), secret).issue(time.Now().Add(-time.Second))}
	forged := &http.Cookie{Name: cookieName, Value: newKeys(schema.NewSecret("another"), secret).issue(time.Now().Add(time.Hour))}
	for name, test := range map[string]struct {
		path   string
		change func(*http.Request)
		want   int
	}{
		"no token":                 {"/pipelines/labs/run", form(nil), 401},
		"a wrong token":            {"/pipelines/labs/run", bearer("guess"), 401},
		"a session that has ended": {"/pipelines/labs/run", form(url.Values{"form": {secret}}, stale), 401},
		"a session of another":     {"/pipelines/labs/run", form(url.Values{"form": {secret}}, forged), 401},
		"a session, no form":       {"/pipelines/labs/run", form(nil, cookie), 403},
		"a session, a wrong form":  {"/pipelines/labs/run", form(url.Values{"form": {"guess"}}, cookie), 403},
		"from another site":        {"/pipelines/labs/run", crossSite, 403},
		"an unknown action":        {"/pipelines/labs/drop", form(url.Values{"form": {secret}}, cookie), 404},
		"an unknown pipeline":      {"/pipelines/gone/run", form(url.Values{"form": {secret}}, cookie), 409},
	} {
		res, _ := visit(t, h, "POST", test.path, test.change)
		require.Equal(t, test.want, res.StatusCode, name)
	}
	require.Empty(t, d.actions())

	for _, action := range []string{"run", "pause", "resume"} {
		res, _ := visit(t, h, "POST", "/pipelines/labs/"+action, form(url.Values{"form": {secret}}, cookie))
		require.Equal(t, http.StatusSeeOther, res.StatusCode)
	}
	res, _ := visit(t, h, "POST", "/pipelines/labs/run", func(r *http.Request) { bearer(token)(r); r.Header.Del("Accept") })
	require.Equal(t, http.StatusNoContent, res.StatusCode)
	require.Equal(t, []string{"run labs", "pause labs", "resume labs", "run labs"}, d.actions())

	res, _ = visit(t, h, "GET", "/pipelines/labs/run", bearer(token))
	require.Equal(t, http.StatusMethodNotAllowed, res.StatusCode, "a link never acts")
}

func TestTheCallbackKnowsItsSecret(t *testing.T) {
	d := newDesk()
	h := Handler(d.options(token, "0.0.0.0:8080"))
	for path, want := range map[string]int{"/callbacks/statsocial/guess": 404, "/callbacks/statsocial/": 404, "/callbacks/toofr/" + secret: 404} {
		res, _ := visit(t, h, "POST", path, nil)
		require.Equal(t, want, res.StatusCode, path)
	}
	res, _ := visit(t, h, "GET", "/callbacks/statsocial/"+secret, nil)
	require.NotEqual(t, http.StatusNoContent, res.StatusCode)
	require.Zero(t, d.called, "forged ones change nothing")
	res, _ = visit(t, h, "POST", "/callbacks/statsocial/"+secret, nil)
	require.Equal(t, http.StatusNoContent, res.StatusCode)
	require.Equal(t, 1, d.called)
}

func TestReadyMeansNobodyIsLate(t *testing.T) {
	d := newDesk()
	d.overview.Pipelines = d.overview.Pipelines[:1]
	h := Handler(d.options("", "127.0.0.1:8080"))
	res, _ := visit(t, h, "GET", "/readyz", nil)
	require.Equal(t, http.StatusOK, res.StatusCode)
	d.overview.Pipelines[0].Success = d.overview.Now.Add(-49 * time.Hour)
	res, body := visit(t, h, "GET", "/readyz", nil)
	require.Equal(t, http.StatusServiceUnavailable, res.StatusCode)
	require.Equal(t, "1 pipeline is later than twice the period\n", body)
	h = Handler(d.options(token, "0.0.0.0:8080"))
	_, body = visit(t, h, "GET", "/readyz", bearer("guess"))
	require.NotContains(t, body, "saas-leaders", "names are for those who may look")
	_, body = visit(t, h, "GET", "/readyz", bearer(token))
	require.Equal(t, "1 pipeline is later than twice the period: saas-leaders\n", body)
	d.overview.Obstacle = "the warehouse has vanished"
	res, body = visit(t, h, "GET", "/readyz", nil)
	require.Equal(t, http.StatusServiceUnavailable, res.StatusCode)
	require.Equal(t, "the warehouse has vanished\n", body)
}

func TestMetricsHaveTheirPromisedNames(t *testing.T) {
	d := newDesk()
	m := NewMetrics(func() daemon.Overview { return d.overview }, "v1.2.3")
	m.Observe(daemon.Ended{Run: d.overview.Pipelines[0].History[0]})
	_, body := visit(t, m.Handler(), "GET", "/metrics", nil)
	for _, want := range []string{
		`sync_runs_total{pipeline="saas-leaders",status="succeeded"} 1`, `sync_runs_total{pipeline="crm-intent",status="failed"} 0`,
		`sync_rows_total{outcome="new",pipeline="saas-leaders"} 48`, `sync_rows_total{outcome="rejected",pipeline="saas-leaders"} 2`,
		`sync_requests_total{code="429",source="toofr"} 2`, `sync_requests_total{code="none",source="intent"} 1`, `sync_credits_total{pipeline="saas-leaders"} 480`,
		`sync_last_success_timestamp_seconds{pipeline="saas-leaders"} 1.7`, `sync_next_run_timestamp_seconds{pipeline="saas-leaders"} 1.7`,
		`sync_lag_seconds{pipeline="saas-leaders"}`, `sync_rejects_waiting{pipeline="saas-leaders"} 2`, `sync_build_info{goversion="go`, `version="v1.2.3"} 1`,
		`sync_export_last_success_timestamp_seconds{export="contacts"} 1.7`, `sync_export_age_seconds{export="contacts"} 39600`,
		`sync_export_age_seconds{export="matches"} 259200`, `sync_export_failures_total{export="matches"} 3`, `sync_export_failing{export="matches"} 1`,
		`sync_export_failing{export="contacts"} 0`, `sync_snapshot_timestamp_seconds 1.7`, `sync_snapshot_age_seconds 39600`, `sync_run_duration_seconds_count{pipeline="saas-leaders"} 1`, "process_resident_memory_bytes", "go_goroutines",
	} {
		require.Contains(t, body, want)
	}
	d.overview.Pipelines = append(d.overview.Pipelines, daemon.Standing{Name: "brought-by-a-reload"})
	_, body = visit(t, m.Handler(), "GET", "/metrics", nil)
	require.Contains(t, body, `sync_runs_total{pipeline="brought-by-a-reload",status="failed"} 0`)
}

func TestWords(t *testing.T) {
	require.Equal(t, "1,234,567", number(1234567))
	require.Equal(t, "-1,234", number(-1234))
	require.Equal(t, "999", number(999))
	require.Equal(t, "3.4M", size(3_400_000))
	require.Equal(t, "from [address]: no", mask.Addresses("from jane.doe@example.com: no"))
}
