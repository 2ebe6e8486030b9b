package intent

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"contactsync/extract"
	"contactsync/extract/api"
	"contactsync/schema"
)

const root = "/v1/intent"

// intentSelection is whom a query asks for: the body of POST audiences/query
// without date and paging.
type intentSelection struct {
	AudienceID      string  `json:"audienceId,omitempty"`
	TopicIDs        []int64 `json:"topicIds,omitempty"`
	MinScore        int     `json:"minScore,omitempty"`
	MaxScore        int     `json:"maxScore,omitempty"`
	MinTopicOverlap int     `json:"minTopicOverlap,omitempty"`
	Filters         Filters `json:"filters,omitzero"`
}

func (m Matches) selection() intentSelection {
	return intentSelection{m.AudienceID, m.TopicIDs, m.MinScore, m.MaxScore, m.MinTopicOverlap, m.Filters}
}

// fingerprint tells one query from another: a cursor belongs to the query that made it.
func (m Matches) fingerprint() string {
	b, _ := json.Marshal(m.selection()) // strings, numbers and flags always encode
	api := m.API
	if api == "" {
		api = QueryAPI
	}
	return extract.Fingerprint([]schema.Record{{Raw: b}, {Raw: json.RawMessage(api)}})
}

// queryAPI is the second generation, the one of the published OpenAPI file:
// POST /v1/intent/audiences/query, paged by an opaque cursor.
type queryAPI struct {
	intentSelection
	env extract.Env
}

// queryRequest is the body of POST audiences/query.
type queryRequest struct {
	intentSelection
	Date   string `json:"date,omitempty"`
	Limit  int    `json:"limit"`
	Cursor string `json:"cursor,omitempty"`
}

func (q queryAPI) listed(ctx context.Context) ([]intentDay, error) {
	if q.AudienceID == "" {
		return nil, nil
	}
	r := api.Request{Method: http.MethodGet, Path: q.audiencePath("runs")}
	answer, err := q.env.API.Do(ctx, r)
	if api.NotFound(err) {
		return nil, fmt.Errorf("%w; is audience_id right, and of the same account as the key?", err)
	}
	if err != nil {
		return nil, err
	}
	return decodeRuns(answer.Body)
}

// latest asks without a date, so that the vendor names its latest day, and for
// one record only, since the day is then read with its date pinned.
func (q queryAPI) latest(ctx context.Context) (intentDay, error) {
	page, err := q.ready(ctx, queryRequest{intentSelection: q.intentSelection, Limit: 1}, position{})
	if err != nil {
		return intentDay{}, err
	}
	if page.date == "" {
		if len(page.records) > 0 {
			return intentDay{}, errors.New("intent: the vendor does not say of which day its latest answer is; no day can be pinned")
		}
		q.env.Log.Warn("intent has no data for this query", "audience", q.AudienceID, "topics", q.TopicIDs)
		return intentDay{}, nil
	}
	day, err := schema.ParseDate(page.date)
	if err != nil {
		return intentDay{}, fmt.Errorf("intent: the vendor's latest day %q is no date", page.date)
	}
	return intentDay{date: day, listed: page.cacheKey}, nil
}

func (q queryAPI) page(ctx context.Context, day intentDay, at position) (intentPage, error) {
	return q.ready(ctx, queryRequest{
		intentSelection: q.intentSelection,
		Date:            day.date.String(),
		Limit:           min(q.env.Client.Settings().PageSize, 100), // the documented maximum
		Cursor:          at.Cursor,
	}, at)
}

// ready asks until the answer is more than a promise. Of a saved audience the
// lightweight status is asked in between, as the vendor wishes; for topics the
// same POST is the only way to learn.
func (q queryAPI) ready(ctx context.Context, r queryRequest, at position) (intentPage, error) {
	var page intentPage
	waiting := false
	err := q.env.Poll(ctx, q.what(r.Date), func(ctx context.Context) (bool, string, error) {
		if waiting && q.AudienceID != "" {
			status, err := q.status(ctx, r.Date)
			if err != nil || status == materializing {
				return false, status, err
			}
		}
		var pending string
		var err error
		page, pending, err = q.ask(ctx, r, at)
		waiting = pending != ""
		return !waiting, pending, err
	})
	return page, err
}

func (q queryAPI) what(date string) string {
	if date == "" {
		date = "the latest day"
	}
	if q.AudienceID != "" {
		return date + " of audience " + q.AudienceID
	}
	return fmt.Sprintf("%s of topics %d", date, q.TopicIDs)
}

func (q queryAPI) ask(ctx context.Context, r queryRequest, at position) (page intentPage, pending string, err error) {
	body, err := json.Marshal(r)
	if err != nil {
		return intentPage{}, "", err
	}
	answer, err := q.env.API.Do(ctx, api.Request{Method: http.MethodPost, Path: root + "/audiences/query", Body: body, Page: at.Page + 1})
	if err != nil {
		return intentPage{}, "", err
	}
	return decodeQuery(answer, r.Date, at.Read)
}

// status is the state of a saved audience's run: ready, materializing, failed or none.
func (q queryAPI) status(ctx context.Context, date string) (string, error) {
	r := api.Request{Method: http.MethodGet, Path: q.audiencePath("status")}
	if date != "" {
		r.Query = url.Values{"date": {date}}
	}
	answer, err := q.env.API.Do(ctx, r)
	if err != nil {
		return "", err
	}
	var body struct {
		Data struct {
			Status string `json:"status"`
		} `json:"data"`
	}
	if err := json.Unmarshal(answer.Body, &body); err != nil {
		return "", fmt.Errorf("intent: the status of audience %s has another form than documented: %w", q.AudienceID, err)
	}
	return body.Data.Status, failure(body.Data.Status, q.what(date))
}

func (q queryAPI) audiencePath(resource string) string {
	return root + "/audiences/" + url.PathEscape(q.AudienceID) + "/" + resource
}
