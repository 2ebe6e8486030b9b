package intent

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"contactsync/extract"
	"contactsync/extract/api"
)

// runsAPI is the third generation: the results of one run, paged by offset.
// "Each run is a separate snapshot", so the run's id is the cache key of its day.
type runsAPI struct {
	audienceID string
	env        extract.Env
}

func (q runsAPI) path() string {
	return root + "/audiences/" + url.PathEscape(q.audienceID) + "/runs"
}

func (q runsAPI) listed(ctx context.Context) ([]intentDay, error) {
	const most = "100" // documented: 1 to 100, default 25
	answer, err := q.env.API.Do(ctx, api.Request{Method: http.MethodGet, Path: q.path(), Query: url.Values{"limit": {most}}})
	if api.NotFound(err) {
		return nil, fmt.Errorf("%w; is audience_id right, and of the same account as the key?", err)
	}
	if err != nil {
		return nil, err
	}
	days, err := decodeRuns(answer.Body)
	if err == nil && len(days) == 0 {
		q.env.Log.Warn("the audience has no runs yet", "source", "intent", "audience", q.audienceID)
	}
	return days, err
}

// latest is no day: what the vendor has is listed.
func (q runsAPI) latest(context.Context) (intentDay, error) { return intentDay{}, nil }

func (q runsAPI) page(ctx context.Context, day intentDay, at position) (intentPage, error) {
	var page intentPage
	err := q.env.Poll(ctx, day.date.String()+" of audience "+q.audienceID, func(ctx context.Context) (bool, string, error) {
		var pending string
		var err error
		page, pending, err = q.ask(ctx, day, at)
		return pending == "", pending, err
	})
	return page, err
}

func (q runsAPI) ask(ctx context.Context, day intentDay, at position) (page intentPage, pending string, err error) {
	answer, err := q.env.API.Do(ctx, api.Request{
		Method: http.MethodGet,
		Path:   q.path() + "/" + url.PathEscape(day.listed) + "/results",
		Query: url.Values{
			"limit":  {strconv.Itoa(min(q.env.Client.Settings().PageSize, 100))},
			"offset": {strconv.FormatInt(at.Offset, 10)},
		},
		Page: at.Page + 1,
	})
	if err != nil {
		return intentPage{}, "", err
	}
	page, pending, err = decodeResults(answer, at)
	page.cacheKey = cmp.Or(page.cacheKey, day.listed)
	return page, pending, err
}

// decodeResults reads an answer of GET runs/{runId}/results.
func decodeResults(answer api.Response, at position) (page intentPage, pending string, err error) {
	var body struct {
		Data *struct {
			Run struct {
				ID          extract.LenientText `json:"id"`
				Status      string              `json:"status"`
				ResultCount extract.LenientInt  `json:"resultCount"`
			} `json:"run"`
			State   string              `json:"state"`
			Results []json.RawMessage   `json:"results"`
			Total   *extract.LenientInt `json:"total"`
			Offset  *extract.LenientInt `json:"offset"`
		} `json:"data"`
	}
	if err := json.Unmarshal(answer.Body, &body); err != nil && answer.Status != http.StatusAccepted {
		return intentPage{}, "", fmt.Errorf("intent: the results of %s have another form than documented: %w", at.DataDate, err)
	}
	data := body.Data
	if data == nil && answer.Status == http.StatusAccepted {
		return intentPage{}, "queued", nil
	}
	if data == nil {
		return intentPage{}, "", fmt.Errorf("intent: the results of %s have no data; they are counted neither as empty nor as the end", at.DataDate)
	}
	status := cmp.Or(data.State, data.Run.Status)
	if err := failure(status, at.DataDate); err != nil {
		return intentPage{}, "", err
	}
	if answer.Status == http.StatusAccepted || stateOf(status) == intentPending {
		return intentPage{}, cmp.Or(status, "queued"), nil
	}
	if data.Results == nil {
		return intentPage{}, "", fmt.Errorf("intent: the results of %s have no list; they are counted neither as empty nor as the end", at.DataDate)
	}
	if data.Offset != nil && int64(*data.Offset) != at.Offset {
		return intentPage{}, "", fmt.Errorf("intent: %s: results from %d on were asked for, those from %d on came", at.DataDate, at.Offset, *data.Offset)
	}
	page = intentPage{
		records:  recordsOf(data.Results, at.DataDate),
		cacheKey: string(data.Run.ID),
		offset:   at.Offset + int64(len(data.Results)),
	}
	// Without a total the empty page after the last is the only end there is. A
	// total that promises more after the run's own count was read is mistaken.
	page.more = len(data.Results) > 0
	if data.Total != nil {
		page.total = int64(*data.Total)
		page.counted = len(data.Results) == 0 && page.offset == int64(data.Run.ResultCount)
		page.more = page.offset < page.total && !page.counted
	}
	return page, "", nil
}
