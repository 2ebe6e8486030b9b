package audiencelab

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"contactsync/extract"
	"contactsync/extract/vendortest"
	"contactsync/schema"
)

// fakeLab has the manners of AudienceLab: lists in numbered pages, which may
// change while they are read, of fewer rows than were asked for.
type fakeLab struct {
	t    testing.TB
	mu   sync.Mutex
	rows map[string][]string // uuids of each path
	most int                 // rows on a page, whatever was asked for; 0: as asked
	edit func(page map[string]any, path string, number int)
	// before may change the list, or answer by itself.
	before func(w http.ResponseWriter, path string, number int) (answered bool)
	asked  []string
}

// newFakeLab has segments of so many rows each, under /segments/a, b, ...
func newFakeLab(t testing.TB, sizes ...int) *fakeLab {
	f := &fakeLab{t: t, rows: map[string][]string{}}
	for i, n := range sizes {
		path := "/segments/" + string(rune('a'+i))
		f.rows[path] = []string{}
		for j := range n {
			f.rows[path] = append(f.rows[path], fmt.Sprintf("%c%d", 'a'+i, j))
		}
	}
	return f
}

func (f *fakeLab) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	q := r.URL.Query()
	number, _ := strconv.Atoi(q.Get("page"))
	number = max(1, number)
	size, _ := strconv.Atoi(q.Get("page_size"))
	if f.most > 0 {
		size = min(size, f.most)
	}
	f.asked = append(f.asked, fmt.Sprintf("%s?%s", r.URL.Path, q.Get("page")))
	if f.before != nil && f.before(w, r.URL.Path, number) {
		return
	}
	rows, known := f.rows[r.URL.Path]
	if !known {
		vendortest.Answer(w, 404, `{"error":{"code":"NOT_FOUND","message":"Audience not found","details":{}}}`)
		return
	}
	from, to := min(len(rows), (number-1)*size), min(len(rows), number*size)
	data := []map[string]any{}
	for _, uuid := range rows[from:to] {
		data = append(data, map[string]any{"UUID": uuid, "FIRST_NAME": "Ada"})
	}
	pages := (len(rows) + size - 1) / size
	page := map[string]any{
		"data": data, "segment_id": "x", "segment_name": "Visitors",
		"total_records": len(rows), "total_pages": pages, "page": number, "page_size": size, "has_more": number < pages,
	}
	if f.edit != nil {
		f.edit(page, r.URL.Path, number)
	}
	body, err := json.Marshal(page)
	require.NoError(f.t, err)
	vendortest.Answer(w, 200, string(body))
}

// locked changes or looks at the fake while requests that a reader gave up may
// still be answered.
func (f *fakeLab) locked(do func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	do()
}

// requests lists what was asked for.
func (f *fakeLab) requests() (asked []string) {
	f.locked(func() { asked = slices.Clone(f.asked) })
	return asked
}

// forget begins the list of requests anew.
func (f *fakeLab) forget() { f.locked(func() { f.asked = nil }) }

func smallPages(s *extract.Settings) { s.PageSize = 10 }

func largePages(s *extract.Settings) { s.PageSize = 10_000 }

func labEnv(t testing.TB, server http.Handler) extract.Env {
	return vendortest.Env(t, Vendor(), server, smallPages)
}

func segments(ids ...string) Segments { return Segments{Segments: ids} }

func sourceOf(d extract.Definition, env extract.Env) extract.Source {
	source, _, _ := d.Open(context.Background(), extract.Run{}, env)
	return source
}

// keep leaves only some of a page's signals.
func keep(signals ...string) func(map[string]any, string, int) {
	return func(page map[string]any, _ string, _ int) {
		total := page["total_records"]
		for _, name := range []string{"total_records", "total_pages", "page", "page_size", "has_more"} {
			if !strings.Contains(strings.Join(signals, " "), name) {
				delete(page, name)
			}
		}
		if strings.Contains(strings.Join(signals, " "), "total ") {
			page["total"] = total
		}
	}
}

func TestASegmentIsReadToItsEndByAnySignal(t *testing.T) {
	for name, test := range map[string]struct {
		edit     func(map[string]any, string, int)
		requests int
	}{
		"everything":           {nil, 4},
		"has_more":             {keep("has_more"), 4},
		"total_pages":          {keep("total_pages"), 4},
		"total_records, size":  {keep("total_records", "page_size"), 4},
		"total, size, page":    {keep("total ", "page_size", "page"), 4},
		"total":                {keep("total "), 4},
		"nothing but the data": {keep(), 5},
		"numbers as text": {func(p map[string]any, _ string, _ int) {
			p["total_pages"] = fmt.Sprint(p["total_pages"])
			delete(p, "has_more")
		}, 4},
		"page_size as was asked": {func(p map[string]any, _ string, _ int) {
			keep("total_records", "page")(p, "", 0)
			p["page_size"] = 500 // though it returned ten
		}, 4},
	} {
		t.Run(name, func(t *testing.T) {
			fake := newFakeLab(t, 33)
			fake.edit = test.edit
			env := labEnv(t, fake)
			pages, state := vendortest.Read(t, sourceOf(segments("a"), env), nil, -1)
			require.Equal(t, fake.rows["/segments/a"], vendortest.IDs(pages))
			require.Len(t, fake.requests(), test.requests)
			for i, page := range pages {
				require.Equal(t, i == len(pages)-1, page.Complete)
				require.Equal(t, i+1, page.Number)
				require.Equal(t, "a", page.Partition)
				require.Equal(t, "a", page.Audience)
				require.Equal(t, pages[0].Sweep, page.Sweep)
				require.Empty(t, page.Warnings)
				vendortest.RequireReadable(t, page.Next)
			}
			require.Equal(t, schema.Audience{Source: "audiencelab", AudienceID: "a", Kind: "segment", Name: "Visitors"}, pages[0].Audiences[0])

			again, _ := vendortest.Read(t, sourceOf(segments("a"), env), state, -1)
			require.Equal(t, vendortest.IDs(pages), vendortest.IDs(again), "each run sweeps the list")
			require.NotEqual(t, pages[0].Sweep, again[0].Sweep)
		})
	}
}

func TestAShortPageIsNotTheEnd(t *testing.T) {
	fake := newFakeLab(t, 33)
	fake.most = 3
	for _, edit := range []func(map[string]any, string, int){nil, keep("has_more"), keep("total_records", "page_size"), keep("total "), keep()} {
		fake.edit = edit
		pages, _ := vendortest.Read(t, sourceOf(segments("a"), labEnv(t, fake)), nil, -1)
		require.Equal(t, fake.rows["/segments/a"], vendortest.IDs(pages))
	}
}

func TestSegmentsResumeAfterAnyPage(t *testing.T) {
	fake := newFakeLab(t, 33, 0, 12)
	vendortest.Resume(t, func() extract.Source { return sourceOf(segments("a", "b", "c"), labEnv(t, fake)) })
	fake.edit = keep("total ")
	vendortest.Resume(t, func() extract.Source { return sourceOf(segments("a", "b", "c"), labEnv(t, fake)) })
}

func TestAnInterruptedRunDoesNotAskAgain(t *testing.T) {
	fake := newFakeLab(t, 33, 12)
	_, state := vendortest.Read(t, sourceOf(segments("a", "b"), labEnv(t, fake)), nil, 5) // all of a, one page of b
	fake.forget()
	pages, state := vendortest.Read(t, sourceOf(segments("a", "b"), labEnv(t, fake)), state, -1)
	require.Equal(t, []string{"/segments/b?2"}, fake.requests())
	require.True(t, pages[0].Complete)
	fake.forget()
	vendortest.Read(t, sourceOf(segments("a", "b"), labEnv(t, fake)), state, -1)
	require.Len(t, fake.requests(), 6, "the next run reads everything")
}

func TestAnOldSweepStartsAgain(t *testing.T) {
	fake := newFakeLab(t, 33, 12)
	env := labEnv(t, fake)
	_, state := vendortest.Read(t, sourceOf(segments("a", "b"), env), nil, 5)
	env.Now = func() time.Time { return time.Now().Add(7 * time.Hour) }
	pages, _ := vendortest.Read(t, sourceOf(segments("a", "b"), env), state, -1)
	require.Len(t, vendortest.IDs(pages), 45)

	env.Now = func() time.Time { return time.Now().Add(5 * time.Hour) }
	pages, _ = vendortest.Read(t, sourceOf(segments("a", "b"), env), state, -1)
	require.Len(t, vendortest.IDs(pages), 2)
}

func TestOneFailedSegmentLeavesTheOthers(t *testing.T) {
	fake := newFakeLab(t, 3, 0, 4)
	delete(fake.rows, "/segments/b")
	pages, state, err := vendortest.ReadUntil(t.Context(), sourceOf(segments("a", "b", "c"), labEnv(t, fake)), nil, -1)
	require.EqualError(t, err, `audiencelab: page 1: GET /segments/b: status 404: Audience not found; is the id right, and of the same account as the key?`)
	require.Len(t, vendortest.IDs(pages), 7)

	// The run came to its end, so the next one does not take itself for its rest.
	fake.forget()
	pages, _, err = vendortest.ReadUntil(t.Context(), sourceOf(segments("a", "b", "c"), labEnv(t, fake)), state, -1)
	require.Error(t, err)
	require.Len(t, vendortest.IDs(pages), 7)
}

func TestKeysAndDatesOfRows(t *testing.T) {
	env := labEnv(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		vendortest.Answer(w, 200, ` { "data" : [
			{"uuid":"low","event_timestamp":"2026-11-20T10:00:00.5+02:00","JOB_TITLE_LAST_UPDATED":"2026-12-01"},
			{"Uuid": 7,"COMPANY_LAST_UPDATED":"2026-10-01","JOB_TITLE_LAST_UPDATED":"2026-11-02 03:04:05"},
			{"FIRST_NAME":"Ada","nested":{"UUID":"not this"}}, {"UUID":null}, {"UUID":{}}, "nobody", [], {} ], "total":8}`)
	}))
	pages, _ := vendortest.Read(t, sourceOf(segments("a"), env), nil, -1)
	require.Equal(t, []string{"low", "7", "", "", "", "", "", ""}, vendortest.IDs(pages))
	records := pages[0].Records
	require.Equal(t, time.Date(2026, 11, 20, 8, 0, 0, 5e8, time.UTC), records[0].AsOf)
	require.Equal(t, time.Date(2026, 11, 2, 3, 4, 5, 0, time.UTC), records[1].AsOf)
	require.True(t, records[2].AsOf.IsZero())
	require.Equal(t, `{"FIRST_NAME":"Ada","nested":{"UUID":"not this"}}`, string(records[2].Raw))
	require.Equal(t, `"nobody"`, string(records[5].Raw))
	require.EqualValues(t, 8, pages[0].Declared)
}

func TestMembersOfASavedAudience(t *testing.T) {
	fake := newFakeLab(t)
	fake.rows["/audiences/aud_1"] = []string{"u1", "u2"}
	fake.edit = func(p map[string]any, _ string, _ int) { delete(p, "segment_name") }
	pages, _ := vendortest.Read(t, sourceOf(Members{Audiences: []string{"aud_1"}}, labEnv(t, fake)), nil, -1)
	require.Equal(t, []string{"u1", "u2"}, vendortest.IDs(pages))
	require.Equal(t, "audience", pages[0].Audiences[0].Kind)

	env := labEnv(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		vendortest.Answer(w, 200, `{"id":"aud_1","name":"High-Value Customers","next_scheduled_refresh":null,"refresh_interval":3600,"scheduled_refresh":true,"webhook_url":null}`)
	}))
	_, _, err := vendortest.ReadUntil(t.Context(), sourceOf(Members{Audiences: []string{"aud_1"}}, env), nil, -1)
	require.EqualError(t, err, "audiencelab: audience aud_1: GET /audiences/aud_1 answers what the audience is, not who is in it; this API does not list the members of a saved audience, so make a segment of it in the Studio and read that")
}

func TestAudiencesAndPixelsAreMetadata(t *testing.T) {
	const audiences = `{"data":[{"id":"aud_1","name":"VIP","refresh_interval":"1"},{"id":"aud_2","name":"All","webhook_url":null}],"total":2}`
	const pixels = `{"data":[{"id":"p1","website_name":"test.example","website_url":"https://test.example"},{"id":"p2","website_url":"https://x.example"}]}`
	var queries []string
	env := labEnv(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		queries = append(queries, r.URL.String())
		vendortest.Answer(w, 200, map[string]string{"/audiences": audiences, "/pixels": pixels}[r.URL.Path])
	}))
	pages, _ := vendortest.Read(t, sourceOf(Audiences{}, env), nil, -1)
	require.Len(t, pages, 1)
	require.True(t, pages[0].Complete)
	require.Empty(t, pages[0].Records)
	require.Equal(t, []schema.Audience{
		{Source: "audiencelab", AudienceID: "aud_1", Kind: "audience", Name: "VIP", Attributes: `{"id":"aud_1","name":"VIP","refresh_interval":"1"}`},
		{Source: "audiencelab", AudienceID: "aud_2", Kind: "audience", Name: "All", Attributes: `{"id":"aud_2","name":"All","webhook_url":null}`},
	}, pages[0].Audiences)
	pages, _ = vendortest.Read(t, sourceOf(Pixels{}, env), nil, -1)
	require.Len(t, pages, 1)
	require.Equal(t, []string{"test.example", "https://x.example"}, []string{pages[0].Audiences[0].Name, pages[0].Audiences[1].Name})
	require.Equal(t, []string{"/audiences?page=1&page_size=10", "/pixels"}, queries)

	fake := newFakeLab(t)
	fake.rows["/audiences"] = make([]string, 25)
	for i := range fake.rows["/audiences"] {
		fake.rows["/audiences"][i] = fmt.Sprint(i)
	}
	fake.edit = keep("total ")
	vendortest.Resume(t, func() extract.Source { return sourceOf(Audiences{}, labEnv(t, fake)) })
}

func TestAudienceLabProblems(t *testing.T) {
	require.Empty(t, segments("seg_abc123").Problems(nil))
	require.Equal(t, "segments", segments().Problems(nil)[0].Path)
	require.Equal(t, "segments[1]", segments("a", "a/b").Problems(nil)[0].Path)
	require.Equal(t, "audiences[1]", Members{Audiences: []string{"a", "a"}}.Problems(nil)[0].Path)
	require.Equal(t, "sweep_max_age", Segments{Segments: []string{"a"}, Sweep: Sweep{MaxAge: -1}}.Problems(nil)[0].Path)
}

func TestAnswersThatAreNoPageAreErrors(t *testing.T) {
	for _, body := range []string{`"x"`, `7`, `{}`, `{"error":"bad","status":400}`, `{"status":"failed"}`, `{"data":[{}`} {
		env := labEnv(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { vendortest.Answer(w, 200, body) }))
		_, _, err := vendortest.ReadUntil(t.Context(), sourceOf(segments("a"), env), nil, -1)
		require.Error(t, err, body)
		var notReady *extract.NotReadyError
		require.NotErrorAs(t, err, &notReady, body)
	}
}

func FuzzAudienceLabPage(f *testing.F) {
	for _, seed := range []string{
		`{"data":[{"UUID":"a","EVENT_TIMESTAMP":"2026-11-20T10:00:00Z"}],"total_records":500000,"total_pages":10000,"page":1,"page_size":50,"has_more":true}`,
		`{"data":null,"total":"7","page_size":0}`, `{"status":"no data"}`, `{"id":"a","name":"b"}`, `[{"uuid":1},2,[]]`, `{"data":[],"total_pages":-3}`, `{"data":{},"data":[1]}`,
		`{"events":[{"pixel_id":"p","hem_sha256":"0","resolution":{"PERSONAL_EMAILS":["a@b.co",1]}}],"total_pages":1}`,
		`{"result":[{"BUSINESS_EMAIL":"a@b.co","event":{"data":{"resolution":{"LINKEDIN_URL":"in/a"}}}}]}`,
	} {
		f.Add([]byte(seed), 3, int64(20))
	}
	list := membersOf(labEnv(f, nil), schema.KindSegment, "/segments/", []string{"a"})[0]
	f.Fuzz(func(t *testing.T, body []byte, page int, read int64) {
		a, err := decode(body)
		if err != nil || !json.Valid(body) {
			return
		}
		for _, r := range a.rows {
			require.True(t, json.Valid(r.Raw), "%s", r.Raw)
			list.audience(r.Raw)
		}
		page = max(1, page%1000)
		a.ends(page, max(0, read))
		a.empty(page, max(0, read))
		a.last()
		_ = list.check(a, page)
		require.False(t, a.notReady() && len(a.rows) > 0)
	})
}

func FuzzCheckpoint(f *testing.F) {
	f.Add(`{"round":"2026-11-20T02:00:00Z","sweep":"2026-11-20T02:00:00Z","page":7,"read":600,"gaps":[3]}`)
	f.Add(`{"sweep":"2026-11-20T02:00:00Z","done_at":"2026-11-20T02:10:00Z"}`)
	f.Add(`{"websites":["a.example"],"sweep":"2026-11-20T02:00:00Z","page":3,"total_pages":7}`)
	f.Add(`{"page":-1}`)
	f.Add(`null`)
	now := time.Date(2026, 11, 20, 3, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		unreadable := errors.New("unreadable")
		if at, err := extract.Decode[position](schema.Checkpoint(text), unreadable); err == nil || text == "" {
			next := at.begin(currentRound([]position{at}, false, now, defaultMaxAge), now, defaultMaxAge)
			require.True(t, next.done() || next.Page > 0 || len(next.Gaps) > 0, "a sweep is done or goes on: %+v", next)
			back, err := extract.Decode[position](extract.Encode(next), unreadable)
			require.NoError(t, err)
			require.Equal(t, extract.Encode(next), extract.Encode(back))
		}
	})
}

func setIf(p map[string]any, key string, value any, when bool) {
	if when {
		p[key] = value
	}
}
