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
		"seconds with a unit": func(time.Time) (string, string) { return "Retry-After", "90s" },
		"a duration of ISO":   func(time.Time) (string, string) { return "Retry-After", "PT1M30S" },
		"seconds in words":    func(time.Time) (string, string) { return "Retry-After", "90 seconds" },
		"minutes in words":    func(time.Time) (string, string) { return "Retry-After", "1 minute and 30 seconds" },
		"a duration of Go":    func(time.Time) (string, string) { return "X-RateLimit-Reset", "1m30s" },
		"a list":              func(time.Time) (string, string) { return "Retry-After", "90, 120" },
		"date with an offset": func(now time.Time) (string, string) {
			return "Retry-After", now.Add(90 * time.Second).UTC().Format(time.RFC1123Z)
		},
		"date in another zone": func(now time.Time) (string, string) {
			return "Retry-After", now.Add(90 * time.Second).In(time.FixedZone("", -7*3600)).Format(time.RFC1123Z)
		},
		"date in a zone with a name": func(now time.Time) (string, string) {
			return "Retry-After", now.Add(90 * time.Second).In(time.FixedZone("EST", -5*3600)).Format(time.RFC1123)
		},
		"date without a day": func(now time.Time) (string, string) {
			return "Retry-After", now.Add(90 * time.Second).UTC().Format("2 Jan 2006 15:04:05 UTC")
		},
		"ISO 8601": func(now time.Time) (string, string) {
			return "Retry-After", now.Add(90 * time.Second).UTC().Format("2006-01-02T15:04:05")
		},
		"reset after":     func(time.Time) (string, string) { return "X-RateLimit-Reset-After", "90.0" },
		"RateLimit":       func(time.Time) (string, string) { return "RateLimit", "limit=100, remaining=0, reset=90" },
		"RateLimit, new":  func(time.Time) (string, string) { return "RateLimit", `"default";r=0;t=90` },
		"RateLimit, many": func(time.Time) (string, string) { return "RateLimit", `"burst";r=0;t=90, "day";r=9;t=3600` },
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
	for name, test := range map[string]struct {
		header http.Header
		wait   time.Duration
	}{
		"two headers":               {http.Header{"X-Ratelimit-Remaining": {"0"}, "X-Ratelimit-Reset": {"30"}}, 30 * time.Second},
		"reset after":               {http.Header{"X-Ratelimit-Remaining": {"0"}, "X-Ratelimit-Reset-After": {"30"}}, 30 * time.Second},
		"one header":                {http.Header{"Ratelimit": {"limit=100, remaining=0, reset=30"}}, 30 * time.Second},
		"a policy":                  {http.Header{"Ratelimit": {`"default";r=0;t=30`}}, 30 * time.Second},
		"the one that is spent":     {http.Header{"Ratelimit": {`"burst";r=0;t=30`, `"day";r=7;t=600`}}, 30 * time.Second},
		"something remains":         {http.Header{"Ratelimit": {"limit=100, remaining=1, reset=30"}}, 0},
		"nothing remains, for ever": {http.Header{"X-Ratelimit-Remaining": {"0"}}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				session := newDirectSession(schema.Intent, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					for name, values := range test.header {
						w.Header()[name] = values
					}
					ok(w, r)
				}))
				start := time.Now()
				for range 2 {
					_, err := session.Do(t.Context(), get("/x"))
					require.NoError(t, err)
				}
				require.GreaterOrEqual(t, time.Since(start), test.wait)
				require.Less(t, time.Since(start), test.wait+2*time.Second)
			})
		})
	}
}

func TestA403ThatTellsOfALimitIsALimit(t *testing.T) {
	for name, header := range map[string]http.Header{
		"Retry-After":       {"Retry-After": {"30"}},
		"nothing remains":   {"X-Ratelimit-Remaining": {"0"}},
		"RateLimit":         {"Ratelimit": {"limit=1, remaining=0, reset=30"}},
		"a policy of limit": {"Ratelimit": {`"default";r=0;t=30`}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				limit := func(w http.ResponseWriter, _ *http.Request) {
					for name, values := range header {
						w.Header()[name] = values
					}
					answer(w, http.StatusForbidden, `{"error":"too fast"}`)
				}
				server, n := inTurn(limit, ok)
				_, err := newDirectSession(schema.AudienceLab, server).Do(t.Context(), get("/x"))
				require.NoError(t, err)
				require.EqualValues(t, 2, n.Load(), "the same scheme once more")

				server, _ = inTurn(limit)
				_, err = newDirectSession(schema.Intent, server, func(s *Settings) { s.MaxAttempts = 2 }).Do(t.Context(), get("/x"))
				var refusal *Error
				require.ErrorAs(t, err, &refusal)
				require.False(t, refusal.Refused())
				require.NotContains(t, err.Error(), "credential")
			})
		})
	}
	server, n := inTurn(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-RateLimit-Remaining", "17")
		answer(w, http.StatusForbidden, `{}`)
	})
	_, err := newTestSession(t, schema.Intent, server).Do(t.Context(), get("/x"))
	require.ErrorContains(t, err, "the vendor refuses the credential")
	require.EqualValues(t, 1, n.Load())
}

func TestADelayIsReadOrNot(t *testing.T) {
	now := time.Date(2026, 11, 26, 18, 0, 0, 0, time.UTC)
	for v, want := range map[string]time.Duration{
		"30s": 30 * time.Second, "30 s": 30 * time.Second, "2 seconds": 2 * time.Second, "1 minute": time.Minute, "1m": time.Minute,
		"2 Hours": 2 * time.Hour, "500ms": 500 * time.Millisecond, "1 hr, 5 mins": 65 * time.Minute, "1 day": 24 * time.Hour,
		"Thu, 26 Nov 2026 18:00:30 +0000": 30 * time.Second, "Thu, 26 Nov 2026 19:01:00 +0100": time.Minute,
		"Thu, 26 Nov 2026 10:01:00 PST": time.Minute, "2026-11-26 18:02:00": 2 * time.Minute, "2026-11-26T18:02:00+0000": 2 * time.Minute,
		"Thu, 26 Nov 2026 17:00:00 GMT": 0, "1.5": 1500 * time.Millisecond,
	} {
		d, ok := delay(v, now)
		require.True(t, ok, v)
		require.Equal(t, want, d, v)
	}
	for _, v := range []string{"", "soon", "-5", "s", "5 parsecs", "5 s later", "NaN", ".", "1 minute and"} {
		_, ok := delay(v, now)
		require.False(t, ok, v)
	}
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
	for _, seed := range []string{"", "0", "120", "-1", "1.5", "1e300", "NaN", "Inf", "Wed, 21 Oct 2015 07:28:00 GMT", "2015-10-21T07:28:00Z", "1893456000", "1893456000000", "soon", "30s", "1 minute and 2 seconds", "Thu, 26 Nov 2026 18:00:30 -0700", `"a";r=0;t=2`} {
		f.Add(seed, seed, "0")
	}
	f.Fuzz(func(t *testing.T, after, reset, remaining string) {
		h := http.Header{"Retry-After": {after}, "X-Ratelimit-Reset": {reset}, "X-Ratelimit-Remaining": {remaining}}
		require.GreaterOrEqual(t, retryAfter(h), time.Duration(0))
		d, _ := exhausted(h)
		require.GreaterOrEqual(t, d, time.Duration(0))
		d, _ = exhausted(http.Header{"Ratelimit": {after, reset + ";r=" + remaining + ";t=" + after, "remaining=" + remaining, "reset=" + reset}})
		require.GreaterOrEqual(t, d, time.Duration(0))
	})
}
