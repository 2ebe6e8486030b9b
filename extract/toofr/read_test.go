package toofr

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"contactsync/extract"
	"contactsync/extract/vendortest"
	"contactsync/schema"
)

// fakeToofr has the manners of Toofr's documents: ten prospects a page, each
// charged whenever it is served; total counts the page; 202 while it searches.
type fakeToofr struct {
	t         testing.TB
	prospects int                        // of every website or industry asked for
	searching func(websites string) bool // answers 202
	edit      func(page map[string]any, number int)
	charged   atomic.Int64
	queries   []string
}

func (f *fakeToofr) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	require.Equal(f.t, searchPath, r.URL.Path)
	require.Equal(f.t, vendortest.Credential, q.Get("key"))
	subject := q.Get("websites") + q.Get("industries")
	f.queries = append(f.queries, subject+"|"+q.Get("titles")+"|"+q.Get("page"))
	if f.searching != nil && f.searching(subject) {
		vendortest.Answer(w, 202, `{"status":"Searching the internet."}`)
		return
	}
	var all []map[string]any
	for _, site := range strings.Split(subject, ",") {
		for i := range f.prospects {
			all = append(all, map[string]any{"id": fmt.Sprintf("%s-%d", site, i), "domain": map[string]any{"domain": site}})
		}
	}
	var number int
	_, err := fmt.Sscan(q.Get("page"), &number)
	require.NoError(f.t, err)
	from, to := min(len(all), 10*number-10), min(len(all), 10*number)
	pages := (len(all) + 9) / 10
	page := map[string]any{"total": to - from, "prospects": all[from:to], "next_page": nil, "total_pages": pages, "status": "Succeeded."}
	if number < pages {
		page["next_page"] = number + 1
	}
	if f.edit != nil {
		f.edit(page, number)
	}
	f.charged.Add(int64(to - from))
	body, err := json.Marshal(page)
	require.NoError(f.t, err)
	vendortest.Answer(w, 200, string(body))
}

func unlimited(p order) order {
	p.maxCredits, p.monthCreditsLeft, p.refresh = -1, -1, 30*24*time.Hour
	return p
}

func toofrIDs(site string, n int) []string {
	var ids []string
	for i := range n {
		ids = append(ids, fmt.Sprintf("%s-%d", site, i))
	}
	return ids
}

func TestToofrSearchIsReadToItsEnd(t *testing.T) {
	fake := &fakeToofr{t: t, prospects: 23}
	env := vendortest.Env(t, Vendor(), fake)
	p := unlimited(order{websites: []string{"https://www.Example.com/about"}, titles: []string{"cto", "ceo"}})
	pages, state := vendortest.Read(t, p.source(env), nil, -1)
	require.Equal(t, toofrIDs("example.com", 23), vendortest.IDs(pages))
	require.Equal(t, []string{"example.com|ceo,cto|1", "example.com|ceo,cto|2", "example.com|ceo,cto|3"}, fake.queries)
	require.EqualValues(t, 23, env.Meter.Credits())

	search := pages[0]
	require.Regexp(t, `^search_[0-9a-f]{16}$`, search.Partition)
	require.Equal(t, search.Partition, search.Audience)
	require.Equal(t, []schema.Audience{{
		Source: "toofr", AudienceID: search.Partition, Kind: "search", Name: "example.com × ceo, cto",
		Attributes: `{"websites":["example.com"],"titles":["ceo","cto"]}`,
	}}, search.Audiences)
	require.Equal(t, []bool{false, false, true}, []bool{pages[0].Complete, pages[1].Complete, pages[2].Complete})
	for _, page := range pages {
		vendortest.RequireReadable(t, page.Next)
		require.Equal(t, search.Sweep, page.Sweep)
	}

	again, _ := vendortest.Read(t, p.source(env), state, -1)
	require.Empty(t, again, "a finished search rests")
	require.Len(t, fake.queries, 3)

	p.full = true
	again, _ = vendortest.Read(t, p.source(env), state, -1)
	require.Len(t, again, 3, "unless everything is wanted again")

	p.full = false
	env.Now = func() time.Time { return time.Now().Add(31 * 24 * time.Hour) }
	again, _ = vendortest.Read(t, p.source(env), state, -1)
	require.Len(t, again, 3, "and it is refreshed in time")
	require.Equal(t, search.Partition, again[0].Partition)
	require.NotEqual(t, search.Sweep, again[0].Sweep)
}

func TestToofrResumesAfterAnyPage(t *testing.T) {
	fake := &fakeToofr{t: t, prospects: 7}
	p := unlimited(order{websites: []string{"a.example", "b.example", "c.example", "d.example", "e.example"}, batch: 2})
	vendortest.Resume(t, func() extract.Source { return p.source(vendortest.Env(t, Vendor(), fake)) })
}

func TestToofrEndSignals(t *testing.T) {
	for name, test := range map[string]struct {
		edit  func(page map[string]any, number int)
		pages int
	}{
		"next_page null":          {nil, 3},
		"next_page absent":        {func(p map[string]any, n int) { deleteIf(p, "next_page", n == 3); delete(p, "total_pages") }, 3},
		"next_page 0":             {func(p map[string]any, n int) { setIf(p, "next_page", 0, n == 3); delete(p, "total_pages") }, 3},
		"next_page stays":         {func(p map[string]any, n int) { setIf(p, "next_page", 3, n == 3); delete(p, "total_pages") }, 3},
		"next_page past the end":  {func(p map[string]any, n int) { p["next_page"] = n + 1 }, 3},
		"next_page is text":       {func(p map[string]any, n int) { p["next_page"], p["total_pages"] = fmt.Sprint(n+1), "3" }, 3},
		"an empty page":           {func(p map[string]any, n int) { setIf(p, "next_page", n+1, n < 4); delete(p, "total_pages") }, 4},
		"nothing but total_pages": {func(p map[string]any, n int) { p["next_page"] = 9 }, 3},
	} {
		t.Run(name, func(t *testing.T) {
			fake := &fakeToofr{t: t, prospects: 23, edit: test.edit}
			env := vendortest.Env(t, Vendor(), fake)
			pages, _ := vendortest.Read(t, unlimited(order{websites: []string{"a.example"}}).source(env), nil, -1)
			require.Len(t, pages, test.pages)
			require.Equal(t, toofrIDs("a.example", 23), vendortest.IDs(pages))
			require.True(t, pages[len(pages)-1].Complete)
		})
	}
}

func TestASearchThatBreaksOffEndsInDoubt(t *testing.T) {
	fake := &fakeToofr{t: t, prospects: 23, edit: func(p map[string]any, n int) { setIf(p, "next_page", nil, n == 2) }}
	pages, _ := vendortest.Read(t, unlimited(order{websites: []string{"a.example"}}).source(vendortest.Env(t, Vendor(), fake)), nil, -1)
	require.Len(t, pages, 2)
	last := pages[1]
	require.True(t, last.Ended && !last.Complete)
	require.EqualValues(t, 20, last.Served)
	require.Contains(t, last.Warnings[0], "page 2 leads to no other though 3 pages are declared")
}

func setIf(p map[string]any, key string, value any, when bool) {
	if when {
		p[key] = value
	}
}

func deleteIf(p map[string]any, key string, when bool) {
	if when {
		delete(p, key)
	}
}

func TestToofrPagesThatComeAndGo(t *testing.T) {
	fake := &fakeToofr{t: t, prospects: 13}
	fake.edit = func(_ map[string]any, number int) {
		if number == 1 {
			fake.prospects = 23
		}
	}
	env := vendortest.Env(t, Vendor(), fake)
	pages, _ := vendortest.Read(t, unlimited(order{websites: []string{"a.example"}}).source(env), nil, -1)
	require.Equal(t, toofrIDs("a.example", 23), vendortest.IDs(pages))
	last := pages[len(pages)-1]
	require.False(t, last.Complete, "somebody may have slipped past")
	require.Contains(t, last.Warnings[0], "the number of pages changed while they were read")
}

func TestToofrFindsNobody(t *testing.T) {
	env := vendortest.Env(t, Vendor(), &fakeToofr{t: t})
	pages, state := vendortest.Read(t, unlimited(order{websites: []string{"a.example"}}).source(env), nil, -1)
	require.Len(t, pages, 1)
	require.True(t, pages[0].Complete)
	require.Len(t, state, 1)
}

func TestToofrNeverLoops(t *testing.T) {
	t.Run("a repeated page", func(t *testing.T) {
		fake := &fakeToofr{t: t, prospects: 50}
		fake.edit = func(p map[string]any, n int) {
			if n > 1 {
				p["prospects"] = []map[string]any{{"id": 1}, {"id": 2}}
			}
		}
		env := vendortest.Env(t, Vendor(), fake)
		p := unlimited(order{websites: []string{"a.example"}})
		_, state, err := vendortest.ReadUntil(t.Context(), p.source(env), nil, -1)
		require.EqualError(t, err, "toofr: search a.example: page 3 repeats the page before it, so the rest cannot be reached; the next run tries again")
		require.Len(t, fake.queries, 3)
		_, _, err = vendortest.ReadUntil(t.Context(), p.source(env), state, -1)
		require.ErrorContains(t, err, "page 3 repeats", "also when the run is another")
		require.Len(t, fake.queries, 4)
	})
	t.Run("pages that come round", func(t *testing.T) {
		fake := &fakeToofr{t: t, prospects: 50}
		fake.edit = func(p map[string]any, n int) {
			delete(p, "total_pages")
			p["prospects"], p["next_page"] = []map[string]any{{"id": n % 3}}, n+1
		}
		p := unlimited(order{websites: []string{"a.example"}})
		pages, _, err := vendortest.ReadUntil(t.Context(), p.source(vendortest.Env(t, Vendor(), fake)), nil, -1)
		require.EqualError(t, err, "toofr: search a.example: page 4 repeats an earlier page, so the rest cannot be reached; the next run tries again")
		require.Len(t, pages, 3)
		p.maxCredits = 10 // a page a night
		var state extract.State
		for range 4 {
			_, state, err = vendortest.ReadUntil(t.Context(), p.source(vendortest.Env(t, Vendor(), fake)), state, -1)
		}
		require.ErrorContains(t, err, "page 4 repeats an earlier page", "also when each run buys but one page")
	})
	t.Run("an empty page while more is promised", func(t *testing.T) {
		fake := &fakeToofr{t: t, prospects: 50}
		fake.edit = func(p map[string]any, n int) { setIf(p, "prospects", []any{}, n == 2) }
		env := vendortest.Env(t, Vendor(), fake)
		pages, _, err := vendortest.ReadUntil(t.Context(), unlimited(order{websites: []string{"a.example"}}).source(env), nil, -1)
		require.ErrorContains(t, err, "page 2 is empty though more is promised")
		require.Len(t, pages, 1)
		require.Len(t, fake.queries, 3, "it was asked for once again")
	})
}

func TestToofrPollsWhatIsInTheMakingAfterTheRest(t *testing.T) {
	fake := &fakeToofr{t: t, prospects: 3}
	asked := 0
	fake.searching = func(site string) bool {
		if site == "a.example" {
			asked++
		}
		return site == "a.example" && asked < 4
	}
	env := vendortest.Env(t, Vendor(), fake)
	p := unlimited(order{websites: []string{"a.example", "b.example"}, batch: 1})
	pages, _ := vendortest.Read(t, p.source(env), nil, -1)
	require.Equal(t, append(toofrIDs("b.example", 3), toofrIDs("a.example", 3)...), vendortest.IDs(pages))
	require.EqualValues(t, 6, env.Meter.Credits(), "waiting costs nothing")
}

func TestToofrNotReadyInTime(t *testing.T) {
	fake := &fakeToofr{t: t, prospects: 3, searching: func(site string) bool { return site == "a.example" }}
	env := vendortest.Env(t, Vendor(), fake)
	pages, _, err := vendortest.ReadUntil(t.Context(), unlimited(order{websites: []string{"a.example", "b.example"}, batch: 1}).source(env), nil, -1)
	var notReady *extract.NotReadyError
	require.ErrorAs(t, err, &notReady)
	require.Equal(t, "Searching the internet.", notReady.Status)
	require.Equal(t, toofrIDs("b.example", 3), vendortest.IDs(pages))
}

func TestToofrNeverPassesItsLimits(t *testing.T) {
	for _, limit := range []int64{0, 9, 10, 19, 20, 25, 26, 40, 46, 56, 100} {
		for name, set := range map[string]func(*order){
			"max_credits":           func(p *order) { p.maxCredits = limit },
			"max_credits_per_month": func(p *order) { p.monthCreditsLeft = limit },
		} {
			t.Run(fmt.Sprint(name, " ", limit), func(t *testing.T) {
				fake := &fakeToofr{t: t, prospects: 23}
				p := unlimited(order{websites: []string{"a.example", "b.example"}, batch: 1})
				set(&p)
				var ids []string
				state := extract.State{}
				for range 20 { // nights
					env := vendortest.Env(t, Vendor(), fake)
					before := fake.charged.Load()
					pages, next, err := vendortest.ReadUntil(t.Context(), p.source(env), state, -1)
					ids, state = append(ids, vendortest.IDs(pages)...), next
					require.LessOrEqual(t, env.Meter.Credits(), limit)
					require.Equal(t, env.Meter.Credits(), fake.charged.Load()-before)
					if err == nil {
						break
					}
					var limited *extract.LimitError
					require.ErrorAs(t, err, &limited)
					require.Equal(t, name, limited.Limit)
				}
				if limit >= 10 {
					require.Equal(t, append(toofrIDs("a.example", 23), toofrIDs("b.example", 23)...), ids, "in the end all is bought, and nothing twice")
				}
			})
		}
	}
}

func TestToofrBooksAPageBeforeItAsks(t *testing.T) {
	fake := &fakeToofr{t: t, prospects: 23}
	env := vendortest.Env(t, Vendor(), fake)
	booked := 0
	env.Book = func(credits int64) error {
		require.EqualValues(t, pageCost, credits)
		require.Len(t, fake.queries, booked)
		booked++
		return nil
	}
	p := unlimited(order{websites: []string{"a.example"}})
	p.maxCredits = 25
	_, _, err := vendortest.ReadUntil(t.Context(), p.source(env), nil, -1)
	require.ErrorContains(t, err, "stopped by max_credits")
	require.Equal(t, 2, booked, "what is not asked for is not booked")

	env.Book = func(int64) error { return extract.ErrStopped }
	_, _, err = vendortest.ReadUntil(t.Context(), unlimited(order{websites: []string{"a.example"}}).source(env), nil, -1)
	require.NoError(t, err)
	require.Len(t, fake.queries, 2, "and nothing is asked for that could not be booked")
}

func TestToofrLostAnswersCountAgainstTheLimit(t *testing.T) {
	fake := &fakeToofr{t: t, prospects: 23}
	server, n := vendortest.InTurn(vendortest.HangUp, vendortest.Truncated, fake.ServeHTTP)
	env := vendortest.Env(t, Vendor(), server)
	p := unlimited(order{websites: []string{"a.example"}})
	p.maxCredits = 25
	pages, _, err := vendortest.ReadUntil(t.Context(), p.source(env), nil, -1)
	require.EqualError(t, err, "toofr: stopped by max_credits: 5 credits are left and a page can cost 10; unfinished searches: 1, the next run goes on")
	require.Empty(t, pages)
	require.EqualValues(t, 2, n.Load())
}

func TestToofrIDsAreNumbersOrText(t *testing.T) {
	env := vendortest.Env(t, Vendor(), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		vendortest.Answer(w, 200, `{"total":"5","prospects":[{"id":2},{"id":"2b "},{"id":null},"nobody",{"id":9007199254740993,"domain":"text"}]}`)
	}))
	pages, _ := vendortest.Read(t, unlimited(order{websites: []string{"a.example"}}).source(env), nil, -1)
	require.Equal(t, []string{"2", "2b", "", "", "9007199254740993"}, vendortest.IDs(pages))
	require.Equal(t, `"nobody"`, string(pages[0].Records[3].Raw))
	require.EqualValues(t, 5, env.Meter.Credits())
}

func TestToofrWarnsOfWebsitesThatWereNotAskedFor(t *testing.T) {
	env := vendortest.Env(t, Vendor(), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		vendortest.Answer(w, 200, `{"prospects":[{"id":1,"domain":{"domain":"mail.a.example"}},{"id":2,"domain":{"domain":"other.example"}},{"id":3,"domain":{}}]}`)
	}))
	pages, _ := vendortest.Read(t, unlimited(order{websites: []string{"a.example"}}).source(env), nil, -1)
	require.Equal(t, []string{"toofr: a.example: page 1: 1 of 3 prospects are of a website that was not asked for"}, pages[0].Warnings)
}

func TestToofrAnswersThatAreNoPageAreErrors(t *testing.T) {
	for _, body := range []string{`[]`, `"Succeeded."`, `{"message":"something went wrong"}`, `{"prospects":{}}`} {
		env := vendortest.Env(t, Vendor(), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { vendortest.Answer(w, 200, body) }))
		pages, _, err := vendortest.ReadUntil(t.Context(), unlimited(order{websites: []string{"a.example"}}).source(env), nil, -1)
		require.Error(t, err, body)
		require.Empty(t, pages)
		require.EqualValues(t, 10, env.Meter.Credits(), "it may have cost")
	}
}

func TestToofrOneBrokenSearchLeavesTheOthers(t *testing.T) {
	fake := &fakeToofr{t: t, prospects: 3}
	env := vendortest.Env(t, Vendor(), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("websites") == "b.example" {
			vendortest.Status(500)(w, r)
			return
		}
		fake.ServeHTTP(w, r)
	}))
	p := unlimited(order{websites: []string{"a.example", "b.example", "c.example"}, batch: 1})
	pages, _, err := vendortest.ReadUntil(t.Context(), p.source(env), nil, -1)
	require.ErrorContains(t, err, "status 500")
	require.Equal(t, append(toofrIDs("a.example", 3), toofrIDs("c.example", 3)...), vendortest.IDs(pages))
}

func TestToofrStopsWhenTheVendorIsDown(t *testing.T) {
	server, n := vendortest.InTurn(vendortest.Status(500))
	env := vendortest.Env(t, Vendor(), server, func(s *extract.Settings) { s.MaxAttempts = 2 })
	p := unlimited(order{websites: []string{"a.example", "b.example", "c.example", "d.example"}, batch: 1})
	_, _, err := vendortest.ReadUntil(t.Context(), p.source(env), nil, -1)
	require.Error(t, err)
	require.EqualValues(t, 4, n.Load(), "two searches, two attempts each")
}

func FuzzToofrPage(f *testing.F) {
	for _, seed := range []string{
		`{"total":10,"prospects":[{"id":2,"profile":{}}],"next_page":3,"total_pages":3,"status":"Succeeded."}`,
		`{"prospects":[],"next_page":null}`, `{"prospects":null,"total":-1}`, `{"total_pages":1e99,"prospects":[1,[],"x"]}`, `[]`, `null`,
	} {
		f.Add([]byte(seed))
	}
	search := search{Websites: []string{"a.example"}}
	f.Fuzz(func(t *testing.T, body []byte) {
		if !json.Valid(body) {
			return
		}
		a, err := decode(body)
		if err != nil {
			return
		}
		records, unasked := a.records(search)
		require.Len(t, records, len(a.Prospects))
		require.LessOrEqual(t, unasked, len(records))
		require.GreaterOrEqual(t, a.credits(), int64(0))
		require.True(t, a.ends(1) || a.hasNext(1))
		a.warnings(search, 1, unasked)
	})
}

func FuzzCheckpoint(f *testing.F) {
	f.Add(`{"websites":["a.example"],"sweep":"2026-11-20T02:00:00Z","page":3,"total_pages":7}`)
	f.Add(`{"sweep":"2026-11-20T02:00:00Z","done_at":"2026-11-20T02:10:00Z"}`)
	f.Add(`{"page":-1}`)
	f.Add(`null`)
	now := time.Date(2026, 11, 20, 3, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		o := unlimited(order{websites: []string{"a.example", "b.example"}})
		if plan, err := o.plan(extract.State{"x": schema.Checkpoint(text)}, now); err == nil {
			require.NotEmpty(t, plan)
			o.maxCost(plan)
		}
	})
}
