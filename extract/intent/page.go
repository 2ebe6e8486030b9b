package intent

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"contactsync/extract"
	"contactsync/extract/api"
	"contactsync/schema"
)

const materializing = "materializing"

// latestDay is what messages call the day of a question without a date.
const latestDay = "the latest day"

// reply is one page of one day.
type reply struct {
	waits    string // what the vendor calls the state of a page that is not ready; "": it is
	word     string // for the state, where the status of HTTP does not say it already
	records  []schema.Record
	cacheKey string
	date     string // the day that the vendor served; "" when it does not say
	total    int64
	cursor   string // of the next page
	offset   int64  // of the next page
	more     bool
	counted  bool // another count of the vendor's confirms that this is the end
}

// An unusable answer tells nothing of its day: it is neither empty nor the end, and
// says nothing of other days.
type unusable struct{ error }

func (e unusable) Unwrap() error { return e.error }

func unusablef(format string, args ...any) error { return unusable{fmt.Errorf(format, args...)} }

// judge holds an answer to the vendor's words for the state of a run: it is to be
// waited for, or an error. Of several words the worst counts. Unnamed is what a page
// without a word is called while the status 202 says that it is not ready.
func judge(answer api.Response, what, unnamed string, rows int, words ...extract.StatusText) (reply, error) {
	var a reply
	for _, word := range words {
		status := extract.Judge(string(word), rows > 0)
		if status == extract.StatusFailed {
			return reply{}, failure(string(word), what)
		}
		if a.waits == "" && status == extract.StatusWaiting {
			a.waits = string(word)
		}
		if extract.StatusOf(string(word)) == extract.StatusUnknown {
			a.word = string(word)
		}
	}
	if answer.Status == http.StatusAccepted {
		a.waits, a.word = cmp.Or(a.waits, string(cmp.Or(words...)), unnamed), ""
	}
	return a, nil
}

func failure(status, what string) error {
	return unusablef("intent: the vendor could not prepare %s (status %s); the next run asks again", what, status)
}

// list is the rows of an answer. Anything but a list or null is an error.
type list struct {
	rows []json.RawMessage
	null bool
}

func (l *list) UnmarshalJSON(b []byte) error {
	l.null = string(b) == "null"
	return json.Unmarshal(b, &l.rows)
}

// there reports whether an answer has its rows. A null is an empty list only where
// the vendor says that there is nothing to list.
func (l list) there(total *extract.LenientInt) bool {
	return l.rows != nil || l.null && total != nil && *total == 0
}

// orZero is a number of an answer, or 0 where it does not have it.
func orZero(n *extract.LenientInt) int64 {
	if n == nil {
		return 0
	}
	return int64(*n)
}

// decodeQuery reads an answer of POST audiences/query.
func decodeQuery(answer api.Response, date string, read int64) (reply, error) {
	type meta struct {
		TotalCount *extract.LenientInt `json:"totalCount"`
		NextCursor extract.LenientText `json:"nextCursor"`
		HasMore    *bool               `json:"hasMore"`
		Status     extract.StatusText  `json:"status"`
		CacheKey   extract.LenientText `json:"cacheKey"`
		DataDate   extract.LenientText `json:"dataDate"`
	}
	var body struct {
		Data    list                `json:"data"`
		Meta    *meta               `json:"meta"`
		Message extract.LenientText `json:"message"`
	}
	what := cmp.Or(date, latestDay)
	if err := json.Unmarshal(answer.Body, &body); err != nil && answer.Status != http.StatusAccepted {
		return reply{}, unusablef("intent: the answer for %s has another form than documented: %w", what, err)
	}
	m := cmp.Or(body.Meta, new(meta))
	a, err := judge(answer, what, materializing, len(body.Data.rows), m.Status.Or(body.Message))
	if a.waits != "" || err != nil {
		return a, err
	}
	if body.Meta == nil || !body.Data.there(m.TotalCount) {
		return reply{}, unusablef("intent: the answer for %s has no data or no meta; it is counted neither as empty nor as the end", what)
	}
	a.cacheKey, a.date, a.total = string(m.CacheKey), calendarDay(string(m.DataDate)), orZero(m.TotalCount)
	a.records = recordsOf(body.Data.rows, cmp.Or(date, a.date))
	read += int64(len(a.records))
	switch {
	case m.HasMore != nil && !*m.HasMore:
	case m.NextCursor != "":
		a.cursor, a.more = string(m.NextCursor), true
	case m.HasMore != nil && (a.total == 0 || read < a.total):
		return reply{}, unusablef("intent: the vendor promises more of %s after %d records and gives no cursor to it", what, read)
	}
	return a, nil
}

// decodeResults reads an answer of GET runs/{runId}/results.
func decodeResults(answer api.Response, at position) (reply, error) {
	type results struct {
		Run struct {
			ID          extract.LenientText `json:"id"`
			Status      extract.StatusText  `json:"status"`
			ResultCount extract.LenientInt  `json:"resultCount"`
		} `json:"run"`
		State   extract.StatusText  `json:"state"`
		Results list                `json:"results"`
		Total   *extract.LenientInt `json:"total"`
		Offset  *extract.LenientInt `json:"offset"`
	}
	var body struct {
		Data    *results            `json:"data"`
		Message extract.LenientText `json:"message"`
	}
	if err := json.Unmarshal(answer.Body, &body); err != nil && answer.Status != http.StatusAccepted {
		return reply{}, unusablef("intent: the results of %s have another form than documented: %w", at.DataDate, err)
	}
	data := cmp.Or(body.Data, new(results))
	a, err := judge(answer, at.DataDate, "queued", len(data.Results.rows), data.State, data.Run.Status.Or(body.Message))
	if a.waits != "" || err != nil {
		return a, err
	}
	switch {
	case body.Data == nil:
		return reply{}, unusablef("intent: the results of %s have no data; they are counted neither as empty nor as the end", at.DataDate)
	case !data.Results.there(data.Total):
		return reply{}, unusablef("intent: the results of %s have no list; they are counted neither as empty nor as the end", at.DataDate)
	case data.Offset != nil && int64(*data.Offset) != at.Offset:
		return reply{}, unusablef("intent: %s: results from %d on were asked for, those from %d on came", at.DataDate, at.Offset, *data.Offset)
	}
	a.records, a.cacheKey, a.offset = recordsOf(data.Results.rows, at.DataDate), string(data.Run.ID), at.Offset+int64(len(data.Results.rows))
	// Without a total the empty page after the last is the only end there is. A
	// total that promises more after the run's own count was read is mistaken.
	a.more = len(a.records) > 0
	if data.Total != nil {
		a.total = int64(*data.Total)
		a.counted = len(a.records) == 0 && a.offset == int64(data.Run.ResultCount)
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
