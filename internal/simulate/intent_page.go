package simulate

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"time"
)

// intentRequest is the body of POST audiences/query.
type intentRequest struct {
	AudienceID      *string        `json:"audienceId"`
	TopicIDs        []int          `json:"topicIds"`
	MinScore        *int           `json:"minScore"`
	MaxScore        *int           `json:"maxScore"`
	MinTopicOverlap *int           `json:"minTopicOverlap"`
	Filters         *intentFilters `json:"filters"`
	Date            string         `json:"date"`
	Limit           *int           `json:"limit"`
	Cursor          *string        `json:"cursor"`
}

// query merges a request with the saved audience that it names.
func (r intentRequest) query(saved intentQuery) intentQuery {
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

var defaultIntentQuery = intentQuery{MinScore: 70, MaxScore: 100, MinTopicOverlap: 1}

// readIntentRequest reads and checks the body of a query or a preview.
func readIntentRequest(c *call) (r intentRequest, q intentQuery, reply answer, failed bool) {
	if err := c.decode(&r); err != nil {
		return r, q, c.problem(http.StatusBadRequest, "Malformed JSON in request body"), true
	}
	c.entry.Date = r.Date
	if r.Cursor != nil {
		c.entry.Cursor = *r.Cursor
	}
	q = r.query(defaultIntentQuery)
	if r.AudienceID != nil {
		a, found := c.saved(*r.AudienceID)
		if !found {
			return r, q, c.problem(http.StatusNotFound, "Audience not found"), true
		}
		q = r.query(a.config)
	}
	if message := q.valid(); message != "" {
		return r, q, c.problem(http.StatusBadRequest, message), true
	}
	return r, q, answer{}, false
}

// intentQueryPage answers POST audiences/query: one page of the people found
// on a day, by cursor; 202 until the day is materialised.
func intentQueryPage(c *call) answer {
	r, q, failure, failed := readIntentRequest(c)
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
	ready, count := c.sim.ready(c, intentJob(q, day))
	if !ready {
		reply := ok(object{{"data", []object{}}, {"meta", c.intentMeta(0, 0, nil, "materializing", q, day, 1)}})
		reply.status, reply.done = http.StatusAccepted, count
		return reply
	}
	row := intentMatch.json
	if r.AudienceID == nil { // the SDK's type, "validated against the live API", has no hem
		row = intentMatch.sdkJSON
	}
	reply := c.intentPage(q, day, cursor, limit, row)
	if reply.done == nil {
		reply.done = count
	}
	return reply
}

func intentJob(q intentQuery, day string) string { return Intent + "/" + day + "/" + q.key() }

// intentMeta is the envelope's second half.
func (c *call) intentMeta(count, total int, next any, status string, q intentQuery, day string, page int) object {
	return object{
		{"count", count}, {"totalCount", total}, {"nextCursor", next}, {"hasMore", next != nil},
		{"status", status}, {"cacheKey", c.cacheKey(q, day, page)}, {"dataDate", day},
	}
}

// cacheKey is the id of one materialised run.
func (c *call) cacheKey(q intentQuery, day string, page int) string {
	a := hashText(c.sim.options.Seed, intentJob(q, day))
	if c.on(MovingRun) {
		a = mix(a ^ uint64(page))
	}
	return uuid(a, mix(a))
}

// intentCursor is a place in a query's people. It belongs to that query and day.
type intentCursor struct {
	Query uint64 `json:"q"`
	From  int    `json:"f"`
	Page  int    `json:"p"`
}

func (k intentCursor) String() string {
	text, err := json.Marshal(k)
	if err != nil {
		panic("simulate: " + err.Error())
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// place reads a cursor; the empty one is the first page.
func (c *call) place(text string, query uint64) (k intentCursor, reply answer, failed bool) {
	if text == "" {
		return intentCursor{query, 0, 1}, answer{}, false
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || json.Unmarshal(raw, &k) != nil || k.Query != query || k.From < 0 || k.From > c.sim.universe.people {
		return k, c.problem(http.StatusBadRequest, "Invalid cursor for this query"), true
	}
	if c.on(ExpiredCursor) && c.refuseOnce(query) {
		return k, c.problem(http.StatusBadRequest, "Cursor expired"), true
	}
	return k, answer{}, false
}

// refuseOnce is true the first time a cursor of a query is shown.
func (c *call) refuseOnce(query uint64) bool {
	c.sim.mu.Lock()
	defer c.sim.mu.Unlock()
	first := !c.sim.refused[query]
	c.sim.refused[query] = true
	return first
}

// intentPage is one page by cursor.
func (c *call) intentPage(q intentQuery, day, cursor string, limit int, row func(intentMatch) object) answer {
	if limit < 1 || limit > 100 {
		return c.problem(http.StatusBadRequest, "limit must be 1 to 100")
	}
	query := hashText(c.sim.options.Seed, intentJob(q, day))
	at, failure, failed := c.place(cursor, query)
	if failed {
		return failure
	}
	found := c.matches(q, day)
	s, failure, failed := c.span(at.Page, limit, len(found))
	if failed {
		return failure
	}
	if !c.on(RepeatedPage) { // a cursor goes on where it stands, whatever the limit
		size := s.to - s.from
		s.from = min(at.From, len(found))
		s.to = min(s.from+size, len(found))
	}
	end := min(at.From+limit, len(found))
	var next any
	switch {
	case at.Page == 2 && c.on(RepeatedCursor):
		next = cursor
	case end < len(found):
		next = intentCursor{query, end, at.Page + 1}.String()
	}
	rows := c.intentRows(q, day, found[s.from:s.to], row)
	return ok(object{{"data", rows}, {"meta", c.intentMeta(len(rows), s.declared, next, "ready", q, day, at.Page)}})
}

// intentRows makes the rows of some people.
func (c *call) intentRows(q intentQuery, day string, people []int32, row func(intentMatch) object) []object {
	rows := []object{}
	drifts := c.on(SchemaDrift)
	for _, i := range people {
		record := row(c.match(q, day, int(i)))
		if drifts {
			record = drift(record, "headline", "intentScore")
		}
		rows = append(rows, record)
	}
	return rows
}

// intentPreview answers POST audiences/preview: a count and a few masked people.
func intentPreview(c *call) answer {
	_, q, failure, failed := readIntentRequest(c)
	if failed {
		return failure
	}
	day := c.days()[0]
	found := c.matches(q, day)
	sample := []object{}
	for _, i := range found[:min(len(found), 50)] {
		sample = append(sample, c.match(q, day, int(i)).maskedJSON())
	}
	return ok(object{{"data", object{
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
