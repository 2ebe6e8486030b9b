package web

import (
	"net/http"
	"regexp"
	"testing"
	"time"

	"contactsync/internal/daemon"
	"contactsync/load/duckdb/report"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// newFreshDesk has pipelines that never ran.
func newFreshDesk() *desk {
	d := newDesk()
	d.overview.Snapshot, d.overview.Overlaps, d.overview.Open = daemon.SnapshotStanding{Configured: true}, nil, 0
	for i := range d.overview.Pipelines {
		p := &d.overview.Pipelines[i]
		p.Record, p.Attempt, p.Phase, p.Paused, p.Waiting, p.Progress, p.Since = daemon.Record{}, 0, daemon.Resting, false, "", nil, d.overview.Now
	}
	return d
}

func TestBeforeTheFirstRunThePageSaysWhatToDo(t *testing.T) {
	d := newFreshDesk()
	_, body := visit(t, Handler(d.options("", "127.0.0.1:8080")), "GET", "/", nil)
	for _, want := range []string{
		`<section class="hero idle">`, "Nothing has run yet", "Next run 21:30 (saas-leaders).", "No snapshot yet.", "sync check", "sync run", "serve.auth_token",
	} {
		require.Contains(t, body, want)
	}
	require.NotContains(t, body, "All is well")
	h := Handler(d.options(token, "127.0.0.1:8080"))
	_, body = visit(t, h, "GET", "/", nil)
	require.Contains(t, body, `<a href="/login">Sign in</a> to run`)
	cookie, _ := signIn(t, h)
	_, body = visit(t, h, "GET", "/", func(r *http.Request) { r.AddCookie(cookie) })
	require.Contains(t, body, "<em>Run now</em> below")

	d.overview.Problems = []string{"the new config was refused"}
	_, body = visit(t, h, "GET", "/", nil)
	require.Contains(t, body, `<section class="hero bad">`)
	require.Contains(t, body, "Something needs a look")
}

func TestTheHeadlineNamesWhatNeedsSomebody(t *testing.T) {
	d := newDesk()
	d.overview.Pipelines[0].Success = d.overview.Now.AddDate(0, 0, -3)
	for _, name := range []string{"a", "b", "c", "d"} {
		d.overview.Pipelines = append(d.overview.Pipelines, daemon.Standing{
			Name: name, Record: daemon.Record{History: []schema.Run{{RunID: name, Status: schema.Failed, Error: "broken"}}},
		})
	}
	s := summarise(d.overview)
	require.Equal(t, []phrase{
		{"5 pipelines have failed", []string{"crm-intent", "a", "b", "c"}, 1}, {"1 is late", []string{"saas-leaders"}, 0}, {"1 is running now", nil, 0},
	}, s.Phrases)
	require.Equal(t, "bad", s.Class)
}

func TestEveryBadEndHasAdvice(t *testing.T) {
	d := newDesk()
	o := d.overview
	p := o.Pipelines[1]
	for status, want := range map[string]string{
		schema.Failed:      "Mend what the message names; the next run, 21:30, goes on from there.",
		schema.NotReady:    "The vendor is still at work; the next run, 21:30, asks again.",
		schema.Limited:     "goes on where this one stopped.",
		schema.Interrupted: "from the last commit.",
	} {
		p.Phase, p.Attempt, p.Paused = daemon.Resting, 0, false
		p.History = []schema.Run{{RunID: "r", Status: status, Error: "broken", StartedAt: o.Now, FinishedAt: o.Now}}
		require.Contains(t, newCard(o, p).Advice, want)
		p.Paused = true
		require.Contains(t, newCard(o, p).Advice, "`sync run crm-intent`")
	}
	require.Empty(t, newCard(o, o.Pipelines[0]).Advice)
}

// TestTimesAreThoseOfTheConfig looks for a moment of UTC: the config says New York.
func TestTimesAreThoseOfTheConfig(t *testing.T) {
	d := newDesk()
	d.data.AsOf = d.overview.Now.Add(-11 * time.Hour)
	h := Handler(d.options("", "127.0.0.1:8080"))
	for _, path := range []string{"/", "/data", "/pipelines/crm-intent", "/runs/" + d.overview.Pipelines[0].History[0].RunID} {
		_, body := visit(t, h, "GET", path, nil)
		require.NotRegexp(t, `\d\d:\d\d:\d\d (UTC|Z)|\d\d:\d\d:\d\dZ`, body, path)
		require.Contains(t, body, "09:30:00 America/New_York", path)
	}
}

func TestAPlaceThatIsNoneIsAPage(t *testing.T) {
	d := newDesk()
	h := Handler(d.options(token, "0.0.0.0:8080"))
	res, body := visit(t, h, "GET", "/nothing", nil)
	require.Equal(t, http.StatusNotFound, res.StatusCode)
	require.Contains(t, body, `<html lang="en">`)
	require.Contains(t, body, "<title>Not found")
	require.Contains(t, body, `<main id="main"`)
	require.NotContains(t, body, "sync test", "strangers are not told the version")
	res, _ = visit(t, h, "GET", "/nothing", func(r *http.Request) { r.Header.Set("Accept", "*/*") })
	require.Equal(t, http.StatusNotFound, res.StatusCode)
	require.Contains(t, res.Header.Get("Content-Type"), "text/plain")
}

// TestThePageNamesTheProgramAsItWasCalled on every page that says what to type, in texts of
// the templates and in those that come from elsewhere.
func TestThePageNamesTheProgramAsItWasCalled(t *testing.T) {
	ours := regexp.MustCompile(`\bsync( (?:run|runs|sql|check|review|rejects|intent)\b)`)
	handler := func(d *desk) http.Handler {
		o := d.options("", "127.0.0.1:8080")
		o.Typed = func(text string) string { return ours.ReplaceAllString(text, "contactsync$1") }
		return Handler(o)
	}
	begun := newDesk()
	begun.overview.Problems = []string{"the warehouse has vanished: begin a new one by `sync run --new`"}
	last := &begun.overview.Pipelines[2]
	last.Paused, last.Schedule, last.Next = false, "", time.Time{}
	last.History[0].Status, last.History[0].Error = schema.Failed, "all 7 records were rejected; see `sync rejects list`"
	begun.data.Overlaps = begun.overview.Overlaps
	begun.data.Topics = []report.RisingTopic{{Topic: "101", People7D: 2}}
	fresh := newFreshDesk()
	for _, page := range []struct {
		desk  *desk
		path  string
		named []string
	}{
		{begun, "/", []string{"run --new", "run golang-fans", "rejects list"}},
		{begun, "/pipelines/golang-fans", []string{"run golang-fans", "rejects list"}},
		{begun, "/runs/" + last.History[0].RunID, []string{"rejects list"}},
		{begun, "/runs/" + begun.overview.Pipelines[0].History[0].RunID, []string{"rejects list"}},
		{begun, "/runs/gone", []string{"runs RUN_ID"}},
		{begun, "/data", []string{"sql", "intent topics"}},
		{begun, "/review", []string{"review"}},
		{fresh, "/", []string{"check", "run", "sql"}},
		{fresh, "/data", []string{"run"}},
	} {
		_, body := visit(t, handler(page.desk), "GET", page.path, nil)
		for _, named := range page.named {
			require.Contains(t, body, "contactsync "+named, page.path)
		}
		require.False(t, ours.MatchString(body), page.path)
	}
}
