package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"contactsync/internal/review"
	"contactsync/internal/run"
	"contactsync/load/duckdb/report"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// reviewers is a daemon with one doubtful pair, and what was decided of it.
type reviewers struct {
	mu      sync.Mutex
	decided []review.Decision
	err     error // of both
}

func (v *reviewers) queue(context.Context, int) (review.Queue, error) {
	side := func(source, id, name, mail string) report.Side {
		s := report.Side{SourceContact: schema.SourceContact{Source: source, SourceID: id, Emails: []string{mail}}, Sources: []string{source}}
		s.FullName, s.City = name, "Springfield"
		return s
	}
	p := review.Pair{
		Candidate: report.Candidate{CandidatePair: schema.CandidatePair{
			Source: schema.Toofr, SourceID: `1"<b>`, OtherSource: schema.AudienceLab, OtherSourceID: "7f",
		}, Intent: true},
		Sides: [2]report.Side{
			side(schema.Toofr, `1"<b>`, "Paul Reed", "paul@reed.example"), side(schema.AudienceLab, "7f", "Nina <i>Reed", "nina@reed.example"),
		},
		Address: "thereeds@mail.example", Sentence: "-6.7 bits: other first name, same surname: relatives?",
	}
	return review.Queue{Open: 3, Pairs: []review.Pair{p}, Answerable: true}, v.err
}

func (v *reviewers) decide(_ context.Context, d review.Decision) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.err == nil {
		v.decided = append(v.decided, d)
	}
	return v.err
}

func (v *reviewers) decisions() []review.Decision {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Clone(v.decided)
}

// serve serves the pages over HTTP, and is a browser that follows no redirect.
func (v *reviewers) serve(t *testing.T, token string) (base string, browser *http.Client) {
	t.Helper()
	d := newDesk()
	d.overview.Open = 3
	o := d.options(token, "127.0.0.1:8080")
	o.Review, o.Decide = v.queue, v.decide
	server := httptest.NewServer(Handler(o))
	t.Cleanup(server.Close)
	browser = server.Client()
	browser.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return server.URL, browser
}

// fetch asks over HTTP, with values by a form.
func fetch(t *testing.T, browser *http.Client, address string, values url.Values, change func(*http.Request)) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	require.NoError(t, err)
	if values != nil {
		r.Method, r.Body = http.MethodPost, io.NopCloser(strings.NewReader(values.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("Accept", "text/html")
	if change != nil {
		change(r)
	}
	res, err := browser.Do(r)
	require.NoError(t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return res, string(body)
}

func TestDoubtfulPairsAreShownToWhoeverHasTheToken(t *testing.T) {
	v := new(reviewers)
	base, browser := v.serve(t, token)
	res, body := fetch(t, browser, base+"/review", nil, nil)
	require.Equal(t, http.StatusSeeOther, res.StatusCode, "on this machine, too")
	require.NotContains(t, body, "Reed")
	res, body = fetch(t, browser, base+"/review", nil, bearer("guess"))
	require.Equal(t, http.StatusSeeOther, res.StatusCode)
	require.NotContains(t, body, "Reed")
	res, _ = fetch(t, browser, base+"/review", nil, func(r *http.Request) { r.Header.Del("Accept") })
	require.Equal(t, http.StatusUnauthorized, res.StatusCode)

	res, body = fetch(t, browser, base+"/review", nil, bearer(token))
	require.Equal(t, http.StatusOK, res.StatusCode)
	require.Equal(t, "no-store", res.Header.Get("Cache-Control"))
	for _, want := range []string{
		"3 pairs are doubtful", "Paul Reed", "Nina &lt;i&gt;Reed", "nina@reed.example", "Springfield",
		"-6.7 bits: other first name, same surname: relatives?",
		"they share the address thereeds@mail.example", `badge good">intent`,
	} {
		require.Contains(t, body, want)
	}
	require.Equal(t, 2, strings.Count(body, `class="differs"`), "name and addresses")
	require.NotContains(t, body, "<button name", "a script has no session for forms")

	_, body = fetch(t, browser, base+"/", nil, nil)
	require.Contains(t, body, `<a href="/review">3 pairs of records are doubtful`)
	require.NotContains(t, body, "Reed")
}

func TestWithoutATokenNobodyIsShown(t *testing.T) {
	v := new(reviewers)
	base, browser := v.serve(t, "")
	res, body := fetch(t, browser, base+"/review", nil, nil)
	require.Equal(t, http.StatusForbidden, res.StatusCode)
	require.Contains(t, body, "<code>serve.auth_token</code>")
	require.NotContains(t, body, "Reed")
	answer := url.Values{"decision": {"same"}, "record": {"toofr:1"}, "other_record": {"toofr:2"}}
	res, _ = fetch(t, browser, base+"/review", answer, bearer(""))
	require.Equal(t, http.StatusUnauthorized, res.StatusCode)
	require.Empty(t, v.decisions())
}

func TestTheButtonsOfAPairDecideIt(t *testing.T) {
	v := new(reviewers)
	base, browser := v.serve(t, token)
	res, _ := fetch(t, browser, base+"/login", url.Values{"token": {token}}, nil)
	require.Equal(t, http.StatusSeeOther, res.StatusCode)
	signedIn := func(r *http.Request) { r.AddCookie(res.Cookies()[0]) }
	_, body := fetch(t, browser, base+"/review", nil, signedIn)
	values := url.Values{}
	for _, field := range regexp.MustCompile(`<input type="hidden" name="(\w+)" value="([^"]*)">`).FindAllStringSubmatch(body, -1) {
		values.Set(field[1], strings.NewReplacer("&#34;", `"`, "&lt;", "<", "&gt;", ">").Replace(field[2]))
	}
	require.Len(t, values, 3)

	values.Set("decision", review.Different)
	answer, _ := fetch(t, browser, base+"/review", values, signedIn)
	require.Equal(t, http.StatusSeeOther, answer.StatusCode)
	require.Equal(t, "/review", answer.Header.Get("Location"))
	want := review.Decision{
		Record: report.RecordKey{Source: schema.Toofr, SourceID: `1"<b>`}, Other: report.RecordKey{Source: schema.AudienceLab, SourceID: "7f"},
	}
	require.Equal(t, []review.Decision{want}, v.decisions())

	crossSite := func(r *http.Request) {
		signedIn(r)
		r.Header.Set("Sec-Fetch-Site", "cross-site")
	}
	for name, test := range map[string]struct {
		field, value string
		change       func(*http.Request)
		want         int
	}{
		"not signed in":      {"decision", review.Same, nil, http.StatusUnauthorized},
		"a wrong form":       {"form", "guess", signedIn, http.StatusForbidden},
		"another site":       {"decision", review.Same, crossSite, http.StatusForbidden},
		"no decision":        {"decision", "perhaps", signedIn, http.StatusBadRequest},
		"no record":          {"record", "ann@acme.example", signedIn, http.StatusBadRequest},
		"one and the same":   {"record", "audiencelab:7f", signedIn, http.StatusBadRequest},
		"of a vendor of old": {"other_record", "hubspot:7", signedIn, http.StatusBadRequest},
	} {
		wrong := url.Values{}
		for k, list := range values {
			wrong[k] = list
		}
		wrong.Set(test.field, test.value)
		answer, text := fetch(t, browser, base+"/review", wrong, test.change)
		require.Equal(t, test.want, answer.StatusCode, name)
		require.NotContains(t, text, "example", name)
	}
	require.Len(t, v.decisions(), 1)

	script := url.Values{"decision": {review.Same}, "record": {"toofr:1"}, "other_record": {"toofr:2"}}
	answer, _ = fetch(t, browser, base+"/review", script, func(r *http.Request) { bearer(token)(r); r.Header.Del("Accept") })
	require.Equal(t, http.StatusNoContent, answer.StatusCode)
	require.True(t, v.decisions()[1].Same)
}

func TestWhatKeepsPairsFromBeingReviewedIsSaid(t *testing.T) {
	v := new(reviewers)
	base, browser := v.serve(t, token)
	for _, test := range []struct {
		err    error
		status int
		want   string
	}{
		{&run.BusyError{}, http.StatusServiceUnavailable, "A run is on"},
		{errors.New("identity.yaml:3:5: of paul@reed.example"), http.StatusInternalServerError, "identity.yaml:3:5: of [address]"},
	} {
		v.err = test.err
		res, body := fetch(t, browser, base+"/review", nil, bearer(token))
		require.Equal(t, test.status, res.StatusCode)
		require.Contains(t, body, test.want)
		require.NotContains(t, body, "paul@")
	}
	v.err = review.ErrNoFile
	answer := url.Values{"decision": {review.Same}, "record": {"toofr:1"}, "other_record": {"toofr:2"}}
	res, body := fetch(t, browser, base+"/review", answer, bearer(token))
	require.Equal(t, http.StatusConflict, res.StatusCode)
	require.Contains(t, body, "identity.overrides is not set, so there is no file for the answers")
}
