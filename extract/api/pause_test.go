package api

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"contactsync/schema"
)

// direct answers requests without a network, so that a test may run in a
// bubble where time costs nothing.
type direct struct{ http.Handler }

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	return w.Result(), nil
}

func newDirectSession(source string, server http.Handler, change ...func(*Settings)) *Session {
	settings := settingsOf(source, "https://api.example.com")
	settings.Transport = direct{server}
	for _, c := range change {
		c(&settings)
	}
	return NewClient(settings).With(Observer{})
}

// throttle answers 429 with a header once, and then as usual.
func throttle(name, value string) http.HandlerFunc {
	server, _ := inTurn(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set(name, value)
		answer(w, http.StatusTooManyRequests, `{}`)
	}, ok)
	return server
}

func TestTheVendorsWaitIsObeyed(t *testing.T) {
	for name, header := range map[string]func(now time.Time) (string, string){
		"seconds": func(time.Time) (string, string) { return "Retry-After", "90" },
		"date": func(now time.Time) (string, string) {
			return "Retry-After", now.Add(90 * time.Second).UTC().Format(http.TimeFormat)
		},
		"reset in": func(time.Time) (string, string) { return "X-RateLimit-Reset", "90" },
		"reset at": func(now time.Time) (string, string) {
			return "X-RateLimit-Reset", strconv.FormatInt(now.Add(90*time.Second).Unix(), 10)
		},
		"reset at in ms": func(now time.Time) (string, string) {
			return "X-RateLimit-Reset", strconv.FormatInt(now.Add(90*time.Second).UnixMilli(), 10)
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				session := newDirectSession(schema.Intent, throttle(header(start)))
				_, err := session.Do(t.Context(), get("/x"))
				require.NoError(t, err)
				waited := time.Since(start)
				require.GreaterOrEqual(t, waited, 89*time.Second)
				require.Less(t, waited, 95*time.Second)
			})
		})
	}
}

func TestAPauseHoldsForTheWholeSource(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := throttle("Retry-After", "60")
		var sent []time.Time
		var mu sync.Mutex
		session := newDirectSession(schema.AudienceLab, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			sent = append(sent, time.Now())
			mu.Unlock()
			server(w, r)
		}))
		start := time.Now()
		var all sync.WaitGroup
		for range 10 {
			all.Go(func() {
				_, err := session.Do(t.Context(), get("/x"))
				require.NoError(t, err)
			})
		}
		all.Wait()
		require.Len(t, sent, 11)
		for _, at := range sent[1:] {
			require.GreaterOrEqual(t, at.Sub(start), time.Minute)
		}
	})
}

func TestAWaitBeyondMaxWaitIsALimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		session := newDirectSession(schema.Intent, throttle("Retry-After", "3600"))
		for range 2 { // the second request knows without asking
			_, err := session.Do(t.Context(), get("/x"))
			var limit *LimitError
			require.ErrorAs(t, err, &limit)
			require.Equal(t, "max_wait", limit.Limit)
			require.Contains(t, err.Error(), "intent: stopped by max_wait: the vendor asks to be left alone for 1h0m0s, and at most 15m0s are allowed")
		}
		require.EqualValues(t, 1, session.Meter.Requests())
		require.Less(t, time.Since(start), time.Minute)
		time.Sleep(time.Hour)
		_, err := session.Do(t.Context(), get("/x"))
		require.NoError(t, err, "after its time the pause is over")
	})
}

func TestWaitsAddUpToMaxWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		session := newDirectSession(schema.Intent, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "240")
			answer(w, 429, `{}`)
		}))
		_, err := session.Do(t.Context(), get("/x"))
		var limit *LimitError
		require.ErrorAs(t, err, &limit)
		require.EqualValues(t, 4, session.Meter.Requests())
	})
}

func TestAnExhaustedRateLimitIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		session := newDirectSession(schema.Intent, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-RateLimit-Remaining", "0")
			w.Header().Set("X-RateLimit-Reset", "30")
			ok(w, r)
		}))
		start := time.Now()
		for range 2 {
			_, err := session.Do(t.Context(), get("/x"))
			require.NoError(t, err)
		}
		require.GreaterOrEqual(t, time.Since(start), 30*time.Second)
	})
}

// A vendor that serves one request a second, asked by four at a time, answers
// most with 429. That is a matter of turns, and nobody fails for it.
func TestA429WhileOthersGetThroughIsNoFailedAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var next time.Time
		session := newDirectSession(schema.AudienceLab, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			defer mu.Unlock()
			if time.Now().Before(next) {
				w.Header().Set("Retry-After", "1")
				answer(w, 429, `{}`)
				return
			}
			next = time.Now().Add(time.Second)
			ok(w, r)
		}))
		var all sync.WaitGroup
		for range 60 {
			all.Go(func() {
				_, err := session.Do(t.Context(), get("/x"))
				require.NoError(t, err)
			})
		}
		all.Wait()
	})
}

func TestTheRateIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		session := newDirectSession(schema.AudienceLab, http.HandlerFunc(ok), func(s *Settings) { s.Rate, s.Concurrency = 5, 8 })
		start := time.Now()
		var all sync.WaitGroup
		for range 51 {
			all.Go(func() {
				_, err := session.Do(t.Context(), get("/x"))
				require.NoError(t, err)
			})
		}
		all.Wait()
		require.Equal(t, 10*time.Second, time.Since(start).Round(time.Millisecond))
	})
}

func TestARefusedCredentialIsTriedAgainInAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, n := inTurn(status(401), status(401), ok)
		session := newDirectSession(schema.AudienceLab, server)
		for range 3 {
			_, err := session.Do(t.Context(), get("/x"))
			require.Error(t, err)
		}
		require.EqualValues(t, 2, n.Load())
		time.Sleep(time.Hour)
		_, err := session.Do(t.Context(), get("/x"))
		require.NoError(t, err)
	})
}

func TestAnOutageIsWaitedOutWithGrowingPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		session := newDirectSession(schema.Intent, status(503))
		start := time.Now()
		_, err := session.Do(t.Context(), get("/x"))
		require.Error(t, err)
		require.EqualValues(t, 6, session.Meter.Requests())
		require.Less(t, time.Since(start), 50*time.Second)
	})
}

func FuzzRetryAfter(f *testing.F) {
	for _, seed := range []string{"", "0", "120", "-1", "1.5", "1e300", "NaN", "Inf", "Wed, 21 Oct 2015 07:28:00 GMT", "2015-10-21T07:28:00Z", "1893456000", "1893456000000", "soon"} {
		f.Add(seed, seed, "0")
	}
	f.Fuzz(func(t *testing.T, after, reset, remaining string) {
		h := http.Header{"Retry-After": {after}, "X-Ratelimit-Reset": {reset}, "X-Ratelimit-Remaining": {remaining}}
		require.GreaterOrEqual(t, retryAfter(h), time.Duration(0))
		d, _ := exhausted(h)
		require.GreaterOrEqual(t, d, time.Duration(0))
	})
}
