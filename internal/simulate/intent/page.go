package intent

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/world"
)

// request is the body of POST audiences/query.
type request struct {
	AudienceID      *string  `json:"audienceId"`
	TopicIDs        []int    `json:"topicIds"`
	MinScore        *int     `json:"minScore"`
	MaxScore        *int     `json:"maxScore"`
	MinTopicOverlap *int     `json:"minTopicOverlap"`
	Filters         *filters `json:"filters"`
	Date            string   `json:"date"`
	Limit           *int     `json:"limit"`
	Cursor          *string  `json:"cursor"`
}

// query merges a request with the saved audience that it names.
func (r request) query(saved query) query {
	q := saved
	set := func(into *int, value *int) {
		if value != nil {
			*into = *value
		}
	}
	if len(r.TopicIDs) > 0 {
		q.TopicIDs = r.TopicIDs
	}
	set(&q.MinScore, r.MinScore)
	set(&q.MaxScore, r.MaxScore)
	set(&q.MinTopicOverlap, r.MinTopicOverlap)
	if r.Filters != nil {
		q.Filters = *r.Filters
	}
	return q
}

var defaultQuery = query{MinScore: 70, MaxScore: 100, MinTopicOverlap: 1}

// readRequest reads and checks the body of a query or a preview.
func readRequest(c *call) (r request, q query, reply api.Answer, failed bool) {
	if err := c.Decode(&r); err != nil {
		return r, q, c.Problem(http.StatusBadRequest, "Malformed JSON in request body"), true
	}
	c.Entry.Date = r.Date
	if r.Cursor != nil {
		c.Entry.Cursor = *r.Cursor
	}
	q = r.query(defaultQuery)
	if r.AudienceID != nil {
		a, found := c.saved(*r.AudienceID)
		if !found {
			return r, q, c.Problem(http.StatusNotFound, "Audience not found"), true
		}
		q = r.query(a.config)
	}
	if message := q.valid(); message != "" {
		return r, q, c.Problem(http.StatusBadRequest, message), true
	}
	return r, q, api.Answer{}, false
}

// queryPage answers POST audiences/query: one page of the people found
// on a day, by cursor; 202 until the day is materialised.
func queryPage(c *call) api.Answer {
	r, q, failure, failed := readRequest(c)
	if failed {
		return failure
	}
	limit := 50
	if r.Limit != nil {
		limit = *r.Limit
	}
	cursor := ""
	if r.Cursor != nil {
		cursor = *r.Cursor
	}
	day, failure, failed := c.day(r.Date)
	if failed {
		return failure
	}
	ready, count := c.Ready(job(q, day))
	if !ready {
		reply := api.OK(api.Object{{"data", []api.Object{}}, {"meta", c.meta(0, 0, nil, "materializing", q, day, 1)}})
		reply.Status, reply.Done = http.StatusAccepted, count
		return reply
	}
	row := match.json
	if r.AudienceID == nil { // the SDK's type, "validated against the live API", has no hem
		row = match.sdkJSON
	}
	reply := c.page(q, day, cursor, limit, row)
	if reply.Done == nil {
		reply.Done = count
	}
	return reply
}

func job(q query, day string) string { return Name + "/" + day + "/" + q.key() }

// meta is the envelope's second half.
func (c *call) meta(count, total int, next any, status string, q query, day string, page int) api.Object {
	return api.Object{
		{"count", count}, {"totalCount", total}, {"nextCursor", next}, {"hasMore", next != nil},
		{"status", status}, {"cacheKey", c.cacheKey(q, day, page)}, {"dataDate", day},
	}
}

// cacheKey is the id of one materialised run.
func (c *call) cacheKey(q query, day string, page int) string {
	a := world.HashText(c.Sim.Options.Seed, job(q, day))
	if c.On(api.MovingRun) {
		a = world.Mix(a ^ uint64(page))
	}
	return world.UUID(a, world.Mix(a))
}

// place is a place in a query's people. It belongs to that query and day.
type place struct {
	Query uint64 `json:"q"`
	From  int    `json:"f"`
	Page  int    `json:"p"`
}

func (k place) String() string {
	text, err := json.Marshal(k)
	if err != nil {
		panic("simulate: " + err.Error())
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// locate reads a cursor; the empty one is the first page.
func (c *call) locate(text string, query uint64) (k place, reply api.Answer, failed bool) {
	if text == "" {
		return place{query, 0, 1}, api.Answer{}, false
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || json.Unmarshal(raw, &k) != nil || k.Query != query || k.From < 0 || k.From > c.Sim.Universe.People {
		return k, c.Problem(http.StatusBadRequest, "Invalid cursor for this query"), true
	}
	if c.On(api.ExpiredCursor) && c.cursors.refuseOnce(query) {
		return k, c.Problem(http.StatusBadRequest, "Cursor expired"), true
	}
	return k, api.Answer{}, false
}

// cursors remembers the queries of which a cursor was refused as expired.
type cursors struct {
	mu      sync.Mutex
	refused map[uint64]bool
}

// refuseOnce is true the first time a cursor of a query is shown.
func (k *cursors) refuseOnce(query uint64) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	first := !k.refused[query]
	k.refused[query] = true
	return first
}

// page is one page by cursor.
func (c *call) page(q query, day, cursor string, limit int, row func(match) api.Object) api.Answer {
	if limit < 1 || limit > 100 {
		return c.Problem(http.StatusBadRequest, "limit must be 1 to 100")
	}
	query := world.HashText(c.Sim.Options.Seed, job(q, day))
	at, failure, failed := c.locate(cursor, query)
	if failed {
		return failure
	}
	found := c.matches(q, day)
	s, failure, failed := c.Span(at.Page, limit, len(found))
	if failed {
		return failure
	}
	if !c.On(api.RepeatedPage) { // a cursor goes on where it stands, whatever the limit
		size := s.To - s.From
		s.From = min(at.From, len(found))
		s.To = min(s.From+size, len(found))
	}
	end := min(at.From+limit, len(found))
	var next any
	switch {
	case at.Page == 2 && c.On(api.RepeatedCursor):
		next = cursor
	case end < len(found):
		next = place{query, end, at.Page + 1}.String()
	}
	rows := c.rows(q, day, found[s.From:s.To], row)
	return api.OK(api.Object{{"data", rows}, {"meta", c.meta(len(rows), s.Declared, next, "ready", q, day, at.Page)}})
}

// rows makes the rows of some people.
func (c *call) rows(q query, day string, people []int32, row func(match) api.Object) []api.Object {
	rows := []api.Object{}
	drifts := c.On(api.SchemaDrift)
	for _, i := range people {
		record := row(c.match(q, day, int(i)))
		if drifts {
			record = api.Drift(record, "headline", "intentScore")
		}
		rows = append(rows, record)
	}
	return rows
}

// preview answers POST audiences/preview: a count and a few masked people.
func preview(c *call) api.Answer {
	_, q, failure, failed := readRequest(c)
	if failed {
		return failure
	}
	day := c.days()[0]
	found := c.matches(q, day)
	sample := []api.Object{}
	for _, i := range found[:min(len(found), 50)] {
		sample = append(sample, c.match(q, day, int(i)).maskedJSON())
	}
	return api.OK(api.Object{{"data", api.Object{
		{"totalCount", len(found)}, {"sample", sample}, {"previewKey", c.cacheKey(q, day, 1)}, {"dataDate", day},
	}}})
}

// stamp is when a day's run was made.
func stamp(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.Add(5*time.Hour + 12*time.Minute).Format("2006-01-02T15:04:05.000Z")
}
