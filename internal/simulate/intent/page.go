package intent

import (
	"encoding/base64"
	"encoding/json"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/world"
)

// request is the body of POST audiences/query; what is absent is nil.
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

// over is the query of a request, with what it does not say taken from another.
func (r request) over(q query) query {
	if len(r.TopicIDs) > 0 {
		q.TopicIDs = r.TopicIDs
	}
	q.MinScore, q.MaxScore = or(r.MinScore, q.MinScore), or(r.MaxScore, q.MaxScore)
	q.MinTopicOverlap, q.Filters = or(r.MinTopicOverlap, q.MinTopicOverlap), or(r.Filters, q.Filters)
	return q
}

func or[T any](given *T, otherwise T) T {
	if given == nil {
		return otherwise
	}
	return *given
}

// withRequest reads and checks the body of a query or a preview.
func (a *account) withRequest(c *api.Call, answer func(request, query) api.Answer) api.Answer {
	var r request
	if err := json.Unmarshal(c.Body, &r); err != nil {
		return c.Invalid("Malformed JSON in request body")
	}
	c.Entry.Date, c.Entry.Cursor = r.Date, or(r.Cursor, c.Entry.Cursor)
	over := func(saved audience) api.Answer {
		q := r.over(saved.config)
		if message := q.invalid(); message != "" {
			return c.Invalid(message)
		}
		return answer(r, heeded(c, q))
	}
	if r.AudienceID != nil {
		return a.withAudience(c, *r.AudienceID, over)
	}
	return over(audience{config: query{MinScore: 70, MaxScore: 100, MinTopicOverlap: 1}})
}

// queryPage answers POST audiences/query: one page of the people found
// on a day, by cursor; 202 until the day is materialised.
func (a *account) queryPage(c *api.Call) api.Answer {
	return a.withRequest(c, func(r request, q query) api.Answer {
		return onDay(c, r.Date, func(d day) api.Answer {
			row := match.json
			if r.AudienceID == nil { // the SDK's type, "validated against the live API", has no hem
				row = match.sdkJSON
			}
			waiting := api.Accepted(api.Object{{"data", []api.Object{}}, {"meta", meta(c, q, d, 0, 0, nil, "materializing", 1)}})
			return c.Await(runKey(q, d), waiting, func() api.Answer {
				return cursorPage(c, q, d, or(r.Cursor, ""), or(r.Limit, 50), row)
			})
		})
	})
}

// meta is the envelope's second half.
func meta(c *api.Call, q query, d day, count, total int, next any, status string, page int) api.Object {
	return api.Object{
		{"count", count}, {"totalCount", total}, {"nextCursor", next}, {"hasMore", next != nil},
		{"status", status}, {"cacheKey", cacheKey(c, q, d, page)}, {"dataDate", dataDate(c, d)},
	}
}

// dataDate is the day of a run, unless a fault moves it.
func dataDate(c *api.Call, d day) string {
	if c.On(api.FarDate) {
		return day{d.AddDate(10, 0, 0)}.String()
	}
	return d.String()
}

// cacheKey is the id of a run, unless a fault moves it with each page.
func cacheKey(c *api.Call, q query, d day, page int) string {
	if !c.On(api.MovingRun) {
		return runID(c, q, d)
	}
	h := world.Mix(runHash(c, q, d) ^ uint64(page))
	return world.UUID(h, world.Mix(h))
}

// cursor is a place in the people whom a query finds on a day; no other query takes it.
type cursor struct {
	Query uint64 `json:"q"`
	From  int    `json:"f"`
	Page  int    `json:"p"`
}

func (k cursor) String() string { return base64.RawURLEncoding.EncodeToString([]byte(encode(k))) }

// readCursor reads a cursor of a run, or says what is wrong with it; the empty one is the first page.
func readCursor(c *api.Call, text string, run uint64) (k cursor, problem string) {
	if text == "" {
		return cursor{run, 0, 1}, ""
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || json.Unmarshal(raw, &k) != nil || k.Query != run || k.From < 0 || k.From > c.Sim.Universe.People {
		return k, "Invalid cursor for this query"
	}
	if c.On(api.ExpiredCursor) && c.First(Name+"/expired/"+encode(run)) {
		return k, "Cursor expired"
	}
	return k, ""
}

// cursorPage is one page by cursor.
func cursorPage(c *api.Call, q query, d day, text string, limit int, row func(match) api.Object) api.Answer {
	if limit < 1 || limit > 100 {
		return c.Invalid("limit must be 1 to 100")
	}
	at, problem := readCursor(c, text, runHash(c, q, d))
	if problem != "" {
		return c.Invalid(problem)
	}
	found := matches(c, q, d)
	return c.PageFrom(at.From, at.Page, limit, len(found), func(s api.Span) api.Answer {
		var next any
		if end := at.From + limit; at.Page == 2 && c.On(api.RepeatedCursor) {
			next = text
		} else if end < s.Total {
			next = cursor{at.Query, end, at.Page + 1}.String()
		}
		rows := rows(c, q, d, found, s, row)
		return api.OK(api.Object{{"data", rows}, {"meta", meta(c, q, d, len(rows), s.Declared, next, "ready", at.Page)}})
	})
}

// rows makes the rows of a page.
func rows(c *api.Call, q query, d day, found []int32, s api.Span, row func(match) api.Object) []api.Object {
	return c.Rows(s, "headline", "intentScore", func(position int) api.Object { return row(newMatch(c, q, d, found[position])) })
}

// preview answers POST audiences/preview: a count and a few masked people.
func (a *account) preview(c *api.Call) api.Answer {
	return a.withRequest(c, func(_ request, q query) api.Answer {
		today := days(c)[0]
		found := matches(c, q, today)
		sample := []api.Object{}
		for _, i := range found[:min(len(found), 50)] {
			sample = append(sample, newMatch(c, q, today, i).maskedJSON())
		}
		return api.OK(api.Object{{"data", api.Object{
			{"totalCount", len(found)}, {"sample", sample}, {"previewKey", cacheKey(c, q, today, 1)}, {"dataDate", today.String()},
		}}})
	})
}
