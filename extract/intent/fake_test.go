package intent

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"contactsync/extract"
	"contactsync/extract/vendortest"
	"contactsync/schema"
)

// oneTopic is the order of most tests.
var oneTopic = order{Matches: Matches{TopicIDs: []int64{101}}}

// fakeIntent has the vendor's manners as documented in openapi-intent.json and,
// for the runs, in the samples of the third generation.
type fakeIntent struct {
	mu       sync.Mutex
	days     map[string]*fakeDay
	unlisted []string          // days that /runs does not name
	answer   func(*intentCall) // changes a call before it is answered; may be nil
	calls    []intentCall      // people requests, in order
	requests []string          // all requests
}

type fakeDay struct {
	cacheKey string
	status   string // of the list of runs; "" is ready
	records  []string
	pending  int // answers that are 202 before the first with data
	hasTotal bool
}

// intentCall is one request for people, and what is to be answered instead, if anything.
type intentCall struct {
	Date, Cursor string
	Limit        int
	Status       int
	Body         string
}

func newFakeIntent() *fakeIntent { return &fakeIntent{days: map[string]*fakeDay{}} }

// day adds a day with n people, whose hems name the day.
func (f *fakeIntent) day(date, cacheKey string, n int) *fakeDay {
	d := &fakeDay{cacheKey: cacheKey, hasTotal: true}
	for i := range n {
		d.records = append(d.records, fmt.Sprintf(`{"hem":"%s-%s-%d","intentScore":80,"topicId":101}`, date, cacheKey, i))
	}
	f.days[date] = d
	return d
}

func (f *fakeIntent) latest() string {
	var dates []string
	for date := range f.days {
		dates = append(dates, date)
	}
	if len(dates) == 0 {
		return ""
	}
	return slices.Max(dates)
}

func (f *fakeIntent) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.requests = append(f.requests, r.Method+" "+r.URL.RequestURI())
	if r.Header.Get("X-Api-Key") != "sk_test" {
		vendortest.Answer(w, 401, `{"error":{"message":"Invalid API key"}}`)
		return
	}
	switch path := r.URL.Path; {
	case path == "/v1/intent/audiences/query":
		f.query(w, r)
	case strings.HasSuffix(path, "/status"):
		f.status(w, r)
	case strings.HasSuffix(path, "/runs"):
		f.runs(w, r)
	case strings.HasSuffix(path, "/results"):
		f.results(w, r)
	case path == "/v1/intent/topics/search":
		vendortest.Answer(w, 200, fmt.Sprintf(`{"data":[{"topicId":101,"topicName":%q,"type":"b2b","industry":"Technology","category":"Data"}]}`, r.URL.Query().Get("q")))
	default:
		vendortest.Answer(w, 404, `{"error":{"message":"Not found"}}`)
	}
}

func (f *fakeIntent) query(w http.ResponseWriter, r *http.Request) {
	var q struct {
		Date, Cursor string
		Limit        int
		AudienceID   string
		TopicIDs     []int64
	}
	if json.NewDecoder(r.Body).Decode(&q) != nil || q.AudienceID == "" && len(q.TopicIDs) == 0 || q.Limit < 1 || q.Limit > 100 {
		vendortest.Answer(w, 400, `{"error":{"message":"Invalid body"}}`)
		return
	}
	call := intentCall{Date: q.Date, Cursor: q.Cursor, Limit: q.Limit}
	defer func() { f.calls = append(f.calls, call) }()
	if f.answer != nil {
		if f.answer(&call); call.Status != 0 {
			vendortest.Answer(w, call.Status, call.Body)
			return
		}
	}
	date := q.Date
	if date == "" {
		date = f.latest()
	}
	d := f.days[date]
	switch {
	case date == "":
		vendortest.Answer(w, 200, `{"data":[],"meta":{"count":0,"totalCount":0,"nextCursor":null,"hasMore":false,"status":"ready","cacheKey":"none","dataDate":null}}`)
	case d == nil:
		vendortest.Answer(w, 404, `{"error":{"message":"No run for this date"}}`)
	case d.pending > 0:
		d.pending--
		vendortest.Answer(w, 202, `{"data":[],"meta":{"count":0,"totalCount":0,"nextCursor":null,"hasMore":false,"status":"materializing","cacheKey":"","dataDate":null}}`)
	default:
		from := 0
		if q.Cursor != "" {
			key, at, _ := strings.Cut(q.Cursor, "@")
			from, _ = strconv.Atoi(at)
			if key != d.cacheKey {
				vendortest.Answer(w, 400, `{"error":{"message":"Cursor expired"}}`)
				return
			}
		}
		to := min(from+q.Limit, len(d.records))
		next, more := "null", "false"
		if to < len(d.records) {
			next, more = fmt.Sprintf("%q", fmt.Sprintf("%s@%d", d.cacheKey, to)), "true"
		}
		vendortest.Answer(w, 200, fmt.Sprintf(`{"data":[%s],"meta":{"count":%d,"totalCount":%d,"nextCursor":%s,"hasMore":%s,"status":"ready","cacheKey":%q,"dataDate":%q}}`,
			strings.Join(d.records[from:to], ","), to-from, len(d.records), next, more, d.cacheKey, date))
	}
}

func (f *fakeIntent) status(w http.ResponseWriter, r *http.Request) {
	date := r.URL.Query().Get("date")
	if date == "" {
		date = f.latest()
	}
	state := "none"
	if d := f.days[date]; d != nil {
		state = "ready"
		if d.pending > 0 {
			d.pending--
			state = "materializing"
		}
		if d.status == "failed" {
			state = "failed"
		}
	}
	vendortest.Answer(w, 200, fmt.Sprintf(`{"data":{"status":%q,"totalCount":0,"dataDate":%q,"runId":null}}`, state, date))
}

func (f *fakeIntent) runs(w http.ResponseWriter, _ *http.Request) {
	var runs []string
	for date, d := range f.days {
		if slices.Contains(f.unlisted, date) {
			continue
		}
		state := d.status
		if state == "" {
			state = "ready"
		}
		runs = append(runs, fmt.Sprintf(`{"cacheKey":%q,"id":%q,"dataDate":%q,"status":%q,"totalCount":%d,"createdAt":%q,"hasExport":false}`,
			d.cacheKey, d.cacheKey, date, state, len(d.records), date+"T05:00:00.000Z"))
	}
	vendortest.Answer(w, 200, `{"data":[`+strings.Join(runs, ",")+`]}`)
}

func (f *fakeIntent) results(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(r.URL.Path, "/")
	run := parts[len(parts)-2]
	for date, d := range f.days {
		if d.cacheKey != run {
			continue
		}
		limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
		from, _ := strconv.Atoi(r.URL.Query().Get("offset"))
		f.calls = append(f.calls, intentCall{Date: date, Cursor: strconv.Itoa(from), Limit: limit})
		if d.pending > 0 {
			d.pending--
			vendortest.Answer(w, 202, fmt.Sprintf(`{"data":{"run":{"id":%q,"status":"running"},"state":"running","results":[],"total":0,"limit":%d,"offset":%d}}`, run, limit, from))
			return
		}
		from = min(from, len(d.records))
		to := min(from+limit, len(d.records))
		total := fmt.Sprintf(`"total":%d,`, len(d.records))
		if !d.hasTotal {
			total = ""
		}
		vendortest.Answer(w, 200, fmt.Sprintf(`{"data":{"run":{"id":%q,"status":"completed"},"results":[%s],%s"limit":%d,"offset":%d}}`,
			run, strings.Join(d.records[from:to], ","), total, limit, from))
		return
	}
	vendortest.Answer(w, 404, `{"error":{"message":"No such run"}}`)
}

// asked is the people requests so far, as "date cursor"; the list begins anew.
func (f *fakeIntent) asked() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var asked []string
	for _, c := range f.calls {
		asked = append(asked, strings.TrimSpace(c.Date+" "+c.Cursor))
	}
	f.calls, f.requests = nil, nil
	return asked
}

// env serves the fake and is the environment of a source that reads it.
func (f *fakeIntent) env(t *testing.T) extract.Env {
	t.Helper()
	env := vendortest.Env(t, Vendor(), f, func(s *extract.Settings) {
		s.Credential, s.PollTimeout, s.MaxAttempts, s.PageSize = schema.NewSecret("sk_test"), time.Minute, 1, 2
	})
	env.Now = func() time.Time { return time.Date(2026, 11, 6, 2, 30, 0, 0, time.UTC) }
	return env
}

// people is the ids of the n people of a day of the fake.
func people(date, cacheKey string, n int) []string {
	var ids []string
	for i := range n {
		ids = append(ids, fmt.Sprintf("%s-%s-%d", date, cacheKey, i))
	}
	return ids
}
