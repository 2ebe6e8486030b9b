// Package vendortest is the suite that every vendor passes: [Suite.Run] checks the
// promises of package extract on a fake API that the vendor's own tests bring. It
// also has what those tests need besides: clients that lose no time, answers that
// fakes give, and readers that commit as a pipeline does.
package vendortest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cenkalti/backoff/v5"

	"contactsync/extract"
	"contactsync/schema"
)

// Credential is what clients made here send.
const Credential = "sk_live_0123456789"

// Env is what a pipeline would hand to a source that reads server. Its client
// waits a millisecond between two attempts.
func Env(t testing.TB, v extract.Vendor, server http.Handler, change ...func(*extract.Settings)) extract.Env {
	t.Helper()
	s := httptest.NewServer(server)
	t.Cleanup(s.Close)
	settings := settingsOf(v, s.URL)
	settings.PollInterval, settings.PollTimeout = time.Millisecond, 50*time.Millisecond
	settings.Backoff = func() backoff.BackOff { return backoff.NewConstantBackOff(time.Millisecond) }
	transport := http.DefaultTransport.(*http.Transport).Clone()
	t.Cleanup(transport.CloseIdleConnections)
	settings.Transport = transport
	for _, c := range change {
		c(&settings)
	}
	return extract.Env{Client: extract.NewClient(settings)}.WithDefaults()
}

// Direct is an Env whose requests need no network, so that a test may run in a
// bubble where time costs nothing. Its client waits as a real one does.
func Direct(v extract.Vendor, server http.Handler, change ...func(*extract.Settings)) extract.Env {
	settings := settingsOf(v, "https://api.example.com")
	settings.Transport = direct{server}
	for _, c := range change {
		c(&settings)
	}
	return extract.Env{Client: extract.NewClient(settings)}.WithDefaults()
}

func settingsOf(v extract.Vendor, baseURL string) extract.Settings {
	settings := v.Section().Settings()
	settings.BaseURL, settings.Credential = baseURL, schema.NewSecret(Credential)
	return settings
}

// Answer writes a JSON answer.
func Answer(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// InTurn answers one request after another, and then as the last one. It counts them.
func InTurn(handlers ...http.HandlerFunc) (http.HandlerFunc, *atomic.Int64) {
	var n atomic.Int64
	return func(w http.ResponseWriter, r *http.Request) {
		i := int(n.Add(1)) - 1
		handlers[min(i, len(handlers)-1)](w, r)
	}, &n
}

// OK answers with an object.
func OK(w http.ResponseWriter, _ *http.Request) { Answer(w, 200, `{"ok":true}`) }

// Status answers with an error.
func Status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		Answer(w, code, `{"error":{"message":"not now"}}`)
	}
}

// HangUp breaks the connection.
func HangUp(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// Truncated breaks off within the body.
func Truncated(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "100")
	_, _ = io.WriteString(w, `{"ok":`)
}

// HTML answers as proxies and error handlers do.
func HTML(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html")
	_, _ = io.WriteString(w, "<html><body>we will be back</body></html>")
}

// direct answers requests without a network.
type direct struct{ http.Handler }

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	return w.Result(), nil
}
