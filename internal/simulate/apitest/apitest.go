// Package apitest asks simulated vendors in tests, as their own clients would.
package apitest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/world"
)

// TestDay is the simulated day unless a test says otherwise.
var TestDay = time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)

// Defaults are options for a small universe.
func Defaults(o api.Options) api.Options {
	if o.Today.IsZero() {
		o.Today = TestDay
	}
	if o.People == 0 {
		o.People = 1200
	}
	return o
}

// Client asks one simulated vendor as the vendor's own clients would.
type Client struct {
	testing.TB
	Sim  *api.Simulation
	URL  string
	Sign func(*http.Request) // adds the credential
}

// Serve starts a vendor over a small universe of its own.
func Serve(t testing.TB, v api.Vendor, sign func(*http.Request), o api.Options) Client {
	t.Helper()
	s := api.New(Defaults(o), v)
	server := httptest.NewServer(s.Handler(v.Name))
	t.Cleanup(server.Close)
	return Client{t, s, server.URL, sign}
}

// Request makes a request with the credential.
func (c Client) Request(method, path, body string) *http.Request {
	c.Helper()
	r, err := http.NewRequestWithContext(c.Context(), method, c.URL+path, strings.NewReader(body))
	if err != nil {
		c.Fatal(err)
	}
	c.Sign(r)
	return r
}

// DoFaulty sends a request that asks for a fault by header.
func (c Client) DoFaulty(f api.Fault, method, path, body string) (*http.Response, []byte, error) {
	c.Helper()
	r := c.Request(method, path, body)
	r.Header.Set("X-Simulate-Fault", string(f))
	return c.Do(r)
}

// Do sends a request over a connection of its own, so that a reset is seen, not retried.
func (c Client) Do(r *http.Request) (*http.Response, []byte, error) {
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

// Ask sends a request that must be answered with a status, and reads valid JSON.
func (c Client) Ask(status int, method, path, body string, into any) {
	c.Helper()
	response, got, err := c.Do(c.Request(method, path, body))
	switch {
	case err != nil:
		c.Fatal(err)
	case response.StatusCode != status:
		c.Fatalf("%s %s: status %d, want %d: %s", method, path, response.StatusCode, status, got)
	case !utf8.Valid(got):
		c.Fatalf("%s %s: not UTF-8: %q", method, path, got)
	}
	if err := json.Unmarshal(got, into); err != nil {
		c.Fatalf("%s %s: %v: %s", method, path, err, got)
	}
}

// Get is Ask for a GET that succeeds.
func (c Client) Get(path string, into any) {
	c.Helper()
	c.Ask(http.StatusOK, http.MethodGet, path, "", into)
}

// Row is a record of an answer.
type Row map[string]json.RawMessage

// Text is a field without its quotes.
func (r Row) Text(key string) string {
	var s string
	if json.Unmarshal(r[key], &s) != nil {
		return string(r[key])
	}
	return s
}

// Truth indexes the truth about the records of a simulation by listing and id.
func Truth(s *api.Simulation) map[[2]string]world.Record {
	found := map[[2]string]world.Record{}
	for r := range s.Truth() {
		found[[2]string{r.Listing, r.ID}] = r
	}
	return found
}

// Has reports whether a record carries an identifier of a kind.
func Has(r world.Record, kind string) bool {
	return slices.ContainsFunc(r.Identifiers, func(id world.Identifier) bool { return id.Kind == kind })
}

// Carries reports whether a record carries an identifier.
func Carries(r world.Record, kind, value string) bool {
	return slices.ContainsFunc(r.Identifiers, func(id world.Identifier) bool { return id.Kind == kind && id.Value == value })
}
