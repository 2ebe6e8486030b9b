package intent

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"contactsync/extract"
	"contactsync/extract/api"
	"contactsync/schema"
)

const materializing = "materializing"

// states are the vendor's words for the state of a run: of the second generation
// materializing and failed, the others of the third. Any other word, such as ready,
// completed or none at all, comes with results.
var states = map[string]state{
	materializing: pending, "queued": pending, "running": pending, "pending": pending,
	"failed": failed, "cancelled": failed,
}

// latestDay is what messages call the day of a question without a date.
const latestDay = "the latest day"

// reply is one page of one day.
type reply struct {
	waits    string // what the vendor calls the state of a page that is not ready; "": it is
	records  []schema.Record
	cacheKey string
	date     string // the day that the vendor served; "" when it does not say
	total    int64
	cursor   string // of the next page
	offset   int64  // of the next page
	more     bool
	counted  bool // another count of the vendor's confirms that this is the end
}

// waiting is what the vendor calls the state of a page that is not ready, which a
// run's status or the status 202 says; "": it is ready.
func waiting(answer api.Response, status, what, unnamed string) (string, error) {
	if err := failure(status, what); err != nil {
		return "", err
	}
	if answer.Status == http.StatusAccepted || states[status] == pending {
		return cmp.Or(status, unnamed), nil
	}
	return "", nil
}

func failure(status, what string) error {
	if states[status] == failed {
		return fmt.Errorf("intent: the vendor could not prepare %s (status %s); the next run asks again", what, status)
	}
	return nil
}

// decodeQuery reads an answer of POST audiences/query.
func decodeQuery(answer api.Response, date string, read int64) (reply, error) {
	type meta struct {
		TotalCount extract.LenientInt  `json:"totalCount"`
		NextCursor extract.LenientText `json:"nextCursor"`
		HasMore    *bool               `json:"hasMore"`
		Status     string              `json:"status"`
		CacheKey   extract.LenientText `json:"cacheKey"`
		DataDate   extract.LenientText `json:"dataDate"`
	}
	var body struct {
		Data []json.RawMessage `json:"data"`
		Meta *meta             `json:"meta"`
	}
	what := cmp.Or(date, latestDay)
	if err := json.Unmarshal(answer.Body, &body); err != nil && answer.Status != http.StatusAccepted {
		return reply{}, fmt.Errorf("intent: the answer for %s has another form than documented: %w", what, err)
	}
	m := cmp.Or(body.Meta, new(meta))
	if waits, err := waiting(answer, m.Status, what, materializing); waits != "" || err != nil {
		return reply{waits: waits}, err
	}
	if body.Data == nil || body.Meta == nil {
		return reply{}, fmt.Errorf("intent: the answer for %s has no data or no meta; it is counted neither as empty nor as the end", what)
	}
	a := reply{cacheKey: string(m.CacheKey), date: calendarDay(string(m.DataDate)), total: int64(m.TotalCount)}
	a.records = recordsOf(body.Data, cmp.Or(date, a.date))
	read += int64(len(a.records))
	switch {
	case m.HasMore != nil && !*m.HasMore:
	case m.NextCursor != "":
		a.cursor, a.more = string(m.NextCursor), true
	case m.HasMore != nil && (a.total == 0 || read < a.total):
		return reply{}, fmt.Errorf("intent: the vendor promises more of %s after %d records and gives no cursor to it", what, read)
	}
	return a, nil
}

// decodeResults reads an answer of GET runs/{runId}/results.
func decodeResults(answer api.Response, at position) (reply, error) {
	type results struct {
		Run struct {
			ID          extract.LenientText `json:"id"`
			Status      string              `json:"status"`
			ResultCount extract.LenientInt  `json:"resultCount"`
		} `json:"run"`
		State   string              `json:"state"`
		Results []json.RawMessage   `json:"results"`
		Total   *extract.LenientInt `json:"total"`
		Offset  *extract.LenientInt `json:"offset"`
	}
	var body struct {
		Data *results `json:"data"`
	}
	if err := json.Unmarshal(answer.Body, &body); err != nil && answer.Status != http.StatusAccepted {
		return reply{}, fmt.Errorf("intent: the results of %s have another form than documented: %w", at.DataDate, err)
	}
	data := cmp.Or(body.Data, new(results))
	if waits, err := waiting(answer, cmp.Or(data.State, data.Run.Status), at.DataDate, "queued"); waits != "" || err != nil {
		return reply{waits: waits}, err
	}
	switch {
	case body.Data == nil:
		return reply{}, fmt.Errorf("intent: the results of %s have no data; they are counted neither as empty nor as the end", at.DataDate)
	case data.Results == nil:
		return reply{}, fmt.Errorf("intent: the results of %s have no list; they are counted neither as empty nor as the end", at.DataDate)
	case data.Offset != nil && int64(*data.Offset) != at.Offset:
		return reply{}, fmt.Errorf("intent: %s: results from %d on were asked for, those from %d on came", at.DataDate, at.Offset, *data.Offset)
	}
	a := reply{records: recordsOf(data.Results, at.DataDate), cacheKey: string(data.Run.ID), offset: at.Offset + int64(len(data.Results))}
	// Without a total the empty page after the last is the only end there is. A
	// total that promises more after the run's own count was read is mistaken.
	a.more = len(data.Results) > 0
	if data.Total != nil {
		a.total = int64(*data.Total)
		a.counted = len(data.Results) == 0 && a.offset == int64(data.Run.ResultCount)
		a.more = a.offset < a.total && !a.counted
	}
	return a, nil
}

// recordsOf gives each element of a page its key. AsOf is the day of the data.
func recordsOf(elements []json.RawMessage, date string) []schema.Record {
	day, _ := schema.ParseDate(date) // zero where the vendor names no day
	records := make([]schema.Record, len(elements))
	for i, raw := range elements {
		records[i] = schema.Record{Source: schema.Intent, ID: recordID(raw), AsOf: day.Time, Raw: raw}
	}
	return records
}

// recordID is the person's key in the generations of the record: hem in the
// reference, emailHashes in what the vendor's SDK was validated against,
// hashedEmail of the runs, personId of the results. A record without any is
// known by its own hash.
func recordID(raw json.RawMessage) string {
	var keys struct {
		HEM         extract.LenientText `json:"hem"`
		EmailHashes struct {
			SHA256 extract.LenientText `json:"sha256"`
		} `json:"emailHashes"`
		HashedEmail extract.LenientText `json:"hashedEmail"`
		PersonID    extract.LenientText `json:"personId"`
	}
	_ = json.Unmarshal(raw, &keys) // what is no object has none
	hash := strings.ToLower(string(cmp.Or(keys.HEM, keys.EmailHashes.SHA256, keys.HashedEmail)))
	if id := cmp.Or(hash, string(keys.PersonID)); id != "" {
		return id
	}
	return recordHash(raw)
}

// recordHash is the SHA-256 of a record, however it is indented.
func recordHash(raw json.RawMessage) string {
	var compact bytes.Buffer
	if json.Compact(&compact, raw) == nil {
		raw = compact.Bytes()
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// calendarDay is the day of a date or of a timestamp.
func calendarDay(s string) string {
	if len(s) > len(schema.DateLayout) && (s[len(schema.DateLayout)] == 'T' || s[len(schema.DateLayout)] == ' ') {
		return s[:len(schema.DateLayout)]
	}
	return s
}

// run is a run in the list of runs. The second generation sends cacheKey,
// dataDate and createdAt; of the third only the run's own fields are documented.
type run struct {
	CacheKey    extract.LenientText `json:"cacheKey"`
	DataDate    extract.LenientText `json:"dataDate"`
	CreatedAt   extract.LenientText `json:"createdAt"`
	ID          extract.LenientText `json:"id"`
	CompletedAt extract.LenientText `json:"completedAt"`
	Status      string              `json:"status"`
}

func (r run) made() string { return string(cmp.Or(r.CompletedAt, r.CreatedAt)) }

// decodeRuns reads the list of days: {"data": [...]}, or {"data": {"runs": [...]}} in
// the manner of the third generation's other answers. Of several runs of one day the
// newest that is ready counts. Days that are not ready come last, so that no day that
// is there waits for them.
func decodeRuns(body []byte) ([]day, error) {
	var answer struct {
		Data json.RawMessage `json:"data"`
	}
	var wrapped struct {
		Runs json.RawMessage `json:"runs"`
	}
	var runs []run
	err := json.Unmarshal(body, &answer)
	if json.Unmarshal(answer.Data, &wrapped) == nil && wrapped.Runs != nil {
		answer.Data = wrapped.Runs
	}
	if err == nil {
		err = json.Unmarshal(answer.Data, &runs)
	}
	if err == nil && runs == nil {
		err = errors.New("it has no data")
	}
	if err != nil {
		return nil, fmt.Errorf("intent: the list of runs has another form than documented: %w", err)
	}
	slices.SortStableFunc(runs, func(a, b run) int { return cmp.Compare(a.made(), b.made()) })
	best := map[schema.Date]day{}
	for _, r := range runs {
		date, err := schema.ParseDate(calendarDay(cmp.Or(string(r.DataDate), r.made())))
		d := day{date: date, listed: string(cmp.Or(r.CacheKey, r.ID)), state: states[r.Status]}
		if before, known := best[date]; err == nil && (!known || d.state <= before.state) {
			best[date] = d
		}
	}
	return slices.SortedFunc(maps.Values(best), func(a, b day) int {
		return cmp.Or(cmp.Compare(a.turn(), b.turn()), a.date.Compare(b.date.Time))
	}), nil
}

// turn puts the days that are not ready last.
func (d day) turn() int {
	if d.state == pending {
		return 1
	}
	return 0
}
