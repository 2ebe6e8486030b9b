package simulate

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// client asks a started simulator as a vendor's own client would.
type client struct {
	testing.TB
	sim  *Simulator
	urls map[string]string
}

var testDay = time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)

// start serves a small universe without waiting, unless the options say otherwise.
func start(t testing.TB, o Options) client {
	t.Helper()
	if o.Today.IsZero() {
		o.Today = testDay
	}
	if o.People == 0 {
		o.People = 1200
	}
	s := New(o)
	urls, err := s.Start(t.Context(), nil)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return client{t, s, urls}
}

// request makes a request with the vendor's credential where the vendor wants it.
func (c client) request(vendor, method, path, body string) *http.Request {
	c.Helper()
	r, err := http.NewRequestWithContext(c.Context(), method, c.urls[vendor]+path, strings.NewReader(body))
	require.NoError(c, err)
	switch vendor {
	case Toofr:
		q := r.URL.Query()
		q.Set("key", DefaultKey(Toofr))
		r.URL.RawQuery = q.Encode()
	case StatSocial:
		r.Header.Set("Authorization", "Bearer "+DefaultKey(vendor))
	default:
		r.Header.Set("X-Api-Key", DefaultKey(vendor))
	}
	return r
}

// do sends a request over a connection of its own, so that a reset is seen, not retried.
func (c client) do(r *http.Request) (*http.Response, []byte, error) {
	transport := &http.Transport{DisableKeepAlives: true, DisableCompression: true}
	defer transport.CloseIdleConnections()
	response, err := transport.RoundTrip(r)
	if err != nil {
		return nil, nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return response, body, err
}

// ask sends a request that must be answered with a status, and reads valid JSON.
func (c client) ask(status int, vendor, method, path, body string, into any) {
	c.Helper()
	response, got, err := c.do(c.request(vendor, method, path, body))
	require.NoError(c, err)
	require.Equal(c, status, response.StatusCode, "%s %s: %s", method, path, got)
	require.True(c, utf8.Valid(got))
	require.NoError(c, json.Unmarshal(got, into), "%s", got)
}

func (c client) get(vendor, path string, into any) {
	c.Helper()
	c.ask(http.StatusOK, vendor, http.MethodGet, path, "", into)
}

type row map[string]json.RawMessage

func (r row) text(key string) string {
	var s string
	if json.Unmarshal(r[key], &s) != nil {
		return string(r[key])
	}
	return s
}

// toofrPage is Toofr's answer.
type toofrPage struct {
	Total      int
	Prospects  []row
	NextPage   *int `json:"next_page"`
	TotalPages int  `json:"total_pages"`
	Status     string
	Message    string
}

func toofrPath(page string, websites ...string) string {
	return "/api/v1/audiences?" + url.Values{"websites": {strings.Join(websites, ",")}, "page": {page}}.Encode()
}

// labPage is AudienceLab's answer, in any of its shapes.
type labPage struct {
	Data         []row
	Total        *int
	TotalRecords *int  `json:"total_records"`
	TotalPages   *int  `json:"total_pages"`
	HasMore      *bool `json:"has_more"`
	Page         int
	PageSize     int `json:"page_size"`
	Status       string
}

// intentAnswer is the intent vendor's answer by cursor.
type intentAnswer struct {
	Data []row
	Meta struct {
		Count      int
		TotalCount int
		NextCursor *string
		HasMore    bool
		Status     string
		CacheKey   string
		DataDate   string
	}
}

// queryBody is a page of a saved audience.
func queryBody(date, cursor string) string {
	body := map[string]any{"audienceId": IntentAudience, "limit": 20}
	if date != "" {
		body["date"] = date
	}
	if cursor != "" {
		body["cursor"] = cursor
	}
	text, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	return string(text)
}

const queryPath = "/v1/intent/audiences/query"
