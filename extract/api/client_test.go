package api

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/stretchr/testify/require"

	"contactsync/schema"
)

const testCredential = "sk_live_0123456789"

// vendors are the ways of authenticating, by the vendors that have them.
var vendors = map[string]Settings{
	schema.Toofr:       {Schemes: []Scheme{{Query: "key"}}},
	schema.Intent:      {Schemes: []Scheme{APIKey}},
	schema.StatSocial:  {Schemes: []Scheme{Bearer}},
	schema.AudienceLab: {Schemes: []Scheme{APIKey, Bearer}, ForbiddenIsLocal: true},
}

// newTestSession is what one run uses to ask server. Its client waits a
// millisecond between two attempts.
func newTestSession(t testing.TB, source string, server http.Handler, change ...func(*Settings)) *Session {
	t.Helper()
	s := httptest.NewServer(server)
	t.Cleanup(s.Close)
	settings := settingsOf(source, s.URL)
	settings.Backoff = func() backoff.BackOff { return backoff.NewConstantBackOff(time.Millisecond) }
	for _, c := range change {
		c(&settings)
	}
	c := NewClient(settings)
	t.Cleanup(c.api.CloseIdleConnections)
	return c.With(Observer{})
}

func settingsOf(source, baseURL string) Settings {
	settings := vendors[source]
	settings.Source, settings.BaseURL = source, baseURL
	settings.Credential, settings.CredentialKey = schema.NewSecret(testCredential), "sources."+source+".api_key"
	return settings
}

// nobodyThere is an address at which nobody answers.
func nobodyThere() string {
	s := httptest.NewServer(http.NotFoundHandler())
	s.Close()
	return s.URL
}

func get(path string) Request { return Request{Method: http.MethodGet, Path: path} }

// answer writes a JSON answer.
func answer(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// inTurn answers one request after another, and then as the last one.
func inTurn(handlers ...http.HandlerFunc) (http.HandlerFunc, *atomic.Int64) {
	var n atomic.Int64
	return func(w http.ResponseWriter, r *http.Request) {
		i := int(n.Add(1)) - 1
		handlers[min(i, len(handlers)-1)](w, r)
	}, &n
}

func ok(w http.ResponseWriter, _ *http.Request) { answer(w, 200, `{"ok":true}`) }

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { answer(w, code, `{"error":{"message":"not now"}}`) }
}

func hangUp(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

func truncated(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "100")
	_, _ = io.WriteString(w, `{"ok":`)
}

func html(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html")
	_, _ = io.WriteString(w, "<html><body>we will be back</body></html>")
}

func TestWhatMayPassIsRetried(t *testing.T) {
	faults := map[string]http.HandlerFunc{
		"429 without Retry-After": status(429),
		"429 with Retry-After 0": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Retry-After", "0")
			status(429)(w, r)
		},
		"500": status(500), "502": status(502), "503": status(503), "504": status(504), "408": status(408),
		"reset": hangUp, "truncated": truncated, "html": html,
		"half a JSON value": func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, `{"ok":`) },
		"empty body":        func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, "") },
		"xml of a proxy": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/xml")
			_, _ = io.WriteString(w, `<error/>`)
		},
		"truncated gzip": func(w http.ResponseWriter, _ *http.Request) {
			packed := pack(t, `{"ok":true,"padding":"`+strings.Repeat("x", 1000)+`"}`)
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(packed[:len(packed)/2])
		},
	}
	for name, fault := range faults {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			t.Run(name+" "+method, func(t *testing.T) {
				server, n := inTurn(fault, fault, ok)
				session := newTestSession(t, schema.Intent, server)
				res, err := session.Do(t.Context(), Request{Method: method, Path: "/x", Body: []byte(`{}`)})
				require.NoError(t, err)
				require.JSONEq(t, `{"ok":true}`, string(res.Body))
				require.EqualValues(t, 3, n.Load())
				require.EqualValues(t, 3, session.Meter.Requests())
			})
		}
	}
}

func TestAttemptsAreBounded(t *testing.T) {
	for name, fault := range map[string]http.HandlerFunc{"500": status(500), "429": status(429), "truncated": truncated} {
		t.Run(name, func(t *testing.T) {
			server, n := inTurn(fault)
			session := newTestSession(t, schema.Intent, server, func(s *Settings) { s.MaxAttempts = 3 })
			_, err := session.Do(t.Context(), get("/x"))
			var refusal *Error
			require.ErrorAs(t, err, &refusal)
			require.EqualValues(t, 3, n.Load())
		})
	}
}

func TestOtherRefusalsAreErrorsAtOnce(t *testing.T) {
	for _, code := range []int{400, 402, 404, 406, 409, 422} {
		server, n := inTurn(status(code))
		session := newTestSession(t, schema.Intent, server)
		_, err := session.Do(t.Context(), Request{Method: "GET", Path: "/v1/x", Query: url.Values{"secret": {"query"}}, Page: 7})
		var refusal *Error
		require.ErrorAs(t, err, &refusal)
		require.Equal(t, code, refusal.Status)
		require.Equal(t, fmt.Sprintf(`intent: page 7: GET /v1/x: status %d: not now`, code), err.Error())
		require.EqualValues(t, 1, n.Load())
	}
}

func TestAnAcceptedRequestNeedsNoBody(t *testing.T) {
	for _, body := range []string{"", "wait and try again", `{"status":"wait"}`} {
		session := newTestSession(t, schema.Toofr, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { answer(w, 202, body) }))
		res, err := session.Do(t.Context(), get("/x"))
		require.NoError(t, err)
		require.Equal(t, 202, res.Status)
		if body == "" || body[0] != '{' {
			require.Equal(t, "null", string(res.Body))
		}
	}
}

func TestBodiesAreRepaired(t *testing.T) {
	for body, want := range map[string]string{
		"\xef\xbb\xbf{\"a\":1}": `{"a":1}`,
		"{\"a\":\"caf\xe9\"}":   `{"a":"caf` + "\uFFFD" + `"}`,
		`{"a":1,"a":2}`:         `{"a":1,"a":2}`,
		"{\"a\":\"\\ud83d\"}":   `{"a":"` + "\uFFFD" + `"}`,
		`[1,2]`:                 `[1,2]`,
	} {
		session := newTestSession(t, schema.Toofr, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, body) }))
		res, err := session.Do(t.Context(), get("/x"))
		require.NoError(t, err, "%q", body)
		require.Equal(t, want, string(res.Body))
	}
}

func TestGzipIsUnpacked(t *testing.T) {
	session := newTestSession(t, schema.Intent, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			answer(w, 400, `{}`)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(pack(t, `{"ok":true}`))
	}))
	res, err := session.Do(t.Context(), get("/x"))
	require.NoError(t, err)
	require.JSONEq(t, `{"ok":true}`, string(res.Body))
}

func TestAnAnswerTooLargeIsRefusedOnce(t *testing.T) {
	server, n := inTurn(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		packer := gzip.NewWriter(w)
		blank := bytes.Repeat([]byte(" "), 1<<20)
		for range maxBody>>20 + 1 {
			_, _ = packer.Write(blank)
		}
		_ = packer.Close()
	})
	session := newTestSession(t, schema.Intent, server, func(s *Settings) { s.Timeout = 10 * time.Minute }) // it is about size
	_, err := session.Do(t.Context(), get("/x"))
	require.ErrorContains(t, err, "larger than 64 MiB")
	require.EqualValues(t, 1, n.Load())
}

func TestASlowBodyEndsWithTheTimeout(t *testing.T) {
	session := newTestSession(t, schema.Intent, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			_, _ = io.WriteString(w, " ")
			w.(http.Flusher).Flush()
		}
	}), func(s *Settings) { s.Timeout, s.MaxAttempts = 20*time.Millisecond, 2 })
	_, err := session.Do(t.Context(), get("/x"))
	require.ErrorContains(t, err, "no complete answer within 20ms")
	require.NotErrorIs(t, err, context.DeadlineExceeded, "the run's own deadline did not pass")
	require.EqualValues(t, 2, session.Meter.Requests())
}

func TestACancelledRunEndsTheRequest(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	session := newTestSession(t, schema.Intent, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	}))
	_, err := session.Do(ctx, get("/x"))
	require.ErrorIs(t, err, context.Canceled)
}

func TestWhatMustNotHappenTwiceIsSentOnce(t *testing.T) {
	server, n := inTurn(hangUp, ok)
	session := newTestSession(t, schema.StatSocial, server)
	_, err := session.Do(t.Context(), Request{Method: "POST", Path: "/x", Once: true})
	require.Error(t, err)
	require.EqualValues(t, 1, n.Load())

	// What never reached the vendor may be sent again.
	server, n = inTurn(status(429), ok)
	session = newTestSession(t, schema.StatSocial, server)
	_, err = session.Do(t.Context(), Request{Method: "POST", Path: "/x", Once: true})
	require.NoError(t, err)
	require.EqualValues(t, 2, n.Load())
}

func TestALostAnswerIsPaidFor(t *testing.T) {
	for name, test := range map[string]struct {
		fault http.HandlerFunc
		cost  int64
	}{
		"reset":     {hangUp, 10},
		"truncated": {truncated, 10},
		"html":      {html, 10},
		"500":       {status(500), 0},
		"429":       {status(429), 0},
	} {
		t.Run(name, func(t *testing.T) {
			server, _ := inTurn(test.fault, ok)
			session := newTestSession(t, schema.Toofr, server)
			r := get("/x")
			r.Lost = 10
			_, err := session.Do(t.Context(), r)
			require.NoError(t, err)
			require.Equal(t, test.cost, session.Meter.Credits())
		})
	}
}

// TestAnAnswerThatCostsAndCameWholeIsBoughtTwiceAtMost whatever is wrong with it.
func TestAnAnswerThatCostsAndCameWholeIsBoughtTwiceAtMost(t *testing.T) {
	for name, c := range map[string]struct {
		fault    http.HandlerFunc
		requests int
	}{
		"broken in its middle": {func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, `{"a":1 "b":2}`) }, 2},
		"half a JSON value":    {func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, `{"ok":`) }, 2},
		"html":                 {html, 2},
		"did not come whole":   {truncated, 6},
	} {
		t.Run(name, func(t *testing.T) {
			server, n := inTurn(c.fault)
			session := newTestSession(t, schema.Toofr, server)
			r := get("/x")
			r.Lost = 10
			_, err := session.Do(t.Context(), r)
			require.Error(t, err)
			require.EqualValues(t, c.requests, n.Load())
			require.EqualValues(t, 10*c.requests, session.Meter.Credits())
		})
	}
}

func TestARequestThatNeverLeftCostsNothing(t *testing.T) {
	session := newTestSession(t, schema.Toofr, http.NotFoundHandler(), func(s *Settings) {
		s.BaseURL, s.MaxAttempts = nobodyThere(), 2
	})
	r := get("/x")
	r.Lost = 10
	_, err := session.Do(t.Context(), r)
	require.True(t, Unreachable(err))
	require.Zero(t, session.Meter.Credits())
}

func TestBeforeIsAskedBeforeEveryAttempt(t *testing.T) {
	server, n := inTurn(hangUp)
	session := newTestSession(t, schema.Toofr, server)
	enough := errors.New("enough")
	r := get("/x")
	r.Lost = 10
	r.Before = func() error {
		if session.Meter.Credits() >= 20 {
			return enough
		}
		return nil
	}
	_, err := session.Do(t.Context(), r)
	require.ErrorIs(t, err, enough)
	require.EqualValues(t, 2, n.Load())
}

func TestConcurrencyIsBounded(t *testing.T) {
	var inFlight, most atomic.Int64
	session := newTestSession(t, schema.AudienceLab, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		now := inFlight.Add(1)
		defer inFlight.Add(-1)
		for old := most.Load(); now > old && !most.CompareAndSwap(old, now); old = most.Load() {
		}
		ok(w, r)
	}), func(s *Settings) { s.Concurrency = 3 })
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			_, err := session.Do(t.Context(), get("/x"))
			require.NoError(t, err)
		})
	}
	all.Wait()
	require.LessOrEqual(t, most.Load(), int64(3))
	require.Equal(t, map[int]int64{200: 50}, session.Answers())
}

func pack(t testing.TB, text string) []byte {
	t.Helper()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, err := io.WriteString(w, text)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return packed.Bytes()
}
