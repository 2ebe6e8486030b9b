package extract

import (
	"fmt"
	"math/rand/v2"
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

// faults are what vendors do wrong now and then.
var faults = map[string]func(w http.ResponseWriter, r *http.Request, next http.Handler){
	"429": func(w http.ResponseWriter, r *http.Request, _ http.Handler) { status(429)(w, r) },
	"429 with Retry-After": func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		w.Header().Set("Retry-After", "0")
		status(429)(w, r)
	},
	"500":   func(w http.ResponseWriter, r *http.Request, _ http.Handler) { status(500)(w, r) },
	"503":   func(w http.ResponseWriter, r *http.Request, _ http.Handler) { status(503)(w, r) },
	"reset": func(w http.ResponseWriter, r *http.Request, _ http.Handler) { hangUp(w, r) },
	"html":  func(w http.ResponseWriter, r *http.Request, _ http.Handler) { html(w, r) },
	"truncation": func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		whole := httptest.NewRecorder()
		next.ServeHTTP(whole, r)
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(whole.Body.Len()))
		_, _ = w.Write(whole.Body.Bytes()[:whole.Body.Len()/2])
	},
	"half a body that looks whole": func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		whole := httptest.NewRecorder()
		next.ServeHTTP(whole, r)
		_, _ = w.Write(whole.Body.Bytes()[:whole.Body.Len()/2])
	},
}

// flaky answers every fifth request with a fault, on average.
func flaky(next http.Handler, fault func(http.ResponseWriter, *http.Request, http.Handler)) http.Handler {
	var mu sync.Mutex
	dice := rand.New(rand.NewPCG(20261120, 7))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		wrong := dice.IntN(5) == 0
		mu.Unlock()
		if wrong {
			fault(w, r, next)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func TestFaultsChangeNothing(t *testing.T) {
	lab := newFakeLab(t, 333, 41)
	toofr := &fakeToofr{t: t, prospects: 41}
	sources := map[string]func(http.Handler) Source{
		"audiencelab": func(h http.Handler) Source { return segments("a", "b").Source(faultyEnv(t, schema.AudienceLab, h)) },
		"toofr": func(h http.Handler) Source {
			p := unlimited(ToofrProspects{Websites: []string{"a.example", "b.example", "c.example"}, Batch: 2})
			return p.Source(faultyEnv(t, schema.Toofr, h))
		},
	}
	handlers := map[string]http.Handler{"audiencelab": lab, "toofr": toofr}
	for name, open := range sources {
		undisturbed, _ := readPages(t, open(handlers[name]), nil, -1)
		for fault, do := range faults {
			t.Run(name+" "+fault, func(t *testing.T) {
				disturbed, _ := readPages(t, open(flaky(handlers[name], do)), nil, -1)
				require.Equal(t, outline(undisturbed), outline(disturbed))
			})
		}
	}
}

func faultyEnv(t *testing.T, source string, h http.Handler) Env {
	return newTestEnv(t, source, h, smallPages, func(s *Settings) { s.MaxAttempts = 12 })
}

func TestSourcesResumeAmidFaults(t *testing.T) {
	lab := newFakeLab(t, 73, 12)
	conform(t, func() Source {
		return segments("a", "b").Source(faultyEnv(t, schema.AudienceLab, flaky(lab, faults["503"])))
	})
	toofr := &fakeToofr{t: t, prospects: 21}
	conform(t, func() Source {
		p := unlimited(ToofrProspects{Websites: []string{"a.example", "b.example"}, Batch: 1})
		return p.Source(faultyEnv(t, schema.Toofr, flaky(toofr, faults["truncation"])))
	})
}

// At 20 ms a page, 500 pages take ten seconds one after another.
func TestPagesAreFetchedSideBySide(t *testing.T) {
	for _, test := range []struct {
		concurrency int
		rate        float64
		most        time.Duration
	}{{1, 0, 10100 * time.Millisecond}, {4, 0, 2700 * time.Millisecond}, {8, 0, 10 * time.Second / 6}, {8, 100, 5100 * time.Millisecond}} {
		t.Run(fmt.Sprintf("%d at once, %v a second", test.concurrency, test.rate), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fake := newFakeLab(t, 50_000)
				env := newDirectEnv(schema.AudienceLab, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					time.Sleep(20 * time.Millisecond)
					fake.ServeHTTP(w, r)
				}), func(s *Settings) { s.Concurrency, s.Rate = test.concurrency, test.rate })
				start := time.Now()
				pages, _ := readPages(t, segments("a").Source(env), nil, -1)
				require.Len(t, pages, 500)
				require.Equal(t, fake.rows["/segments/a"], idsOf(pages))
				require.LessOrEqual(t, time.Since(start), test.most)
			})
		})
	}
}

// The bubble also checks that a reader who leaves leaves no goroutine behind.
func TestNothingIsReadFarAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := newFakeLab(t, 50_000)
		env := newDirectEnv(schema.AudienceLab, fake, func(s *Settings) { s.Concurrency = 4 })
		for page, err := range segments("a").Source(env).Pages(t.Context(), nil) {
			require.NoError(t, err)
			synctest.Wait()
			require.LessOrEqual(t, env.Meter.Requests(), int64(page.Number+8))
			if page.Number == 100 {
				break
			}
		}
	})
}

func BenchmarkDecodeSegmentPage(b *testing.B) {
	row := `{"UUID":"3c90c3cc-0d44-4b50-8888-8dd25736052a"`
	for i := range 73 {
		row += fmt.Sprintf(`,"FIELD_NUMBER_%d":"a value of some length, as they are"`, i)
	}
	row += "}"
	page := `{"data":[` + row
	for range 99 {
		page += "," + row
	}
	page += `],"total_records":500000,"page":1}`
	b.SetBytes(int64(len(page)))
	for b.Loop() {
		if _, err := decodeLabAnswer([]byte(page)); err != nil {
			b.Fatal(err)
		}
	}
}
