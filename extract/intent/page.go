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

// stateOf reads the vendor's words for the state of a run: of the second
// generation materializing and failed, the others of the third. Any other word,
// such as ready, completed or none at all, comes with results.
func stateOf(status string) intentState {
	switch status {
	case materializing, "queued", "running", "pending":
		return intentPending
	case "failed", "cancelled":
		return intentFailed
	}
	return intentReady
}

func failure(status, what string) error {
	if stateOf(status) == intentFailed {
		return fmt.Errorf("intent: the vendor could not prepare %s (status %s); the next run asks again", what, status)
	}
	return nil
}

// decodeQuery reads an answer of POST audiences/query: a page, or, with
// status 202 or a status such as materializing, the state of one to come.
func decodeQuery(answer api.Response, date string, read int64) (page intentPage, pending string, err error) {
	var body struct {
		Data []json.RawMessage `json:"data"`
		Meta *struct {
			TotalCount extract.LenientInt  `json:"totalCount"`
			NextCursor extract.LenientText `json:"nextCursor"`
			HasMore    *bool               `json:"hasMore"`
			Status     string              `json:"status"`
			CacheKey   extract.LenientText `json:"cacheKey"`
			DataDate   extract.LenientText `json:"dataDate"`
		} `json:"meta"`
	}
	what := cmp.Or(date, "the latest day")
	if err := json.Unmarshal(answer.Body, &body); err != nil && answer.Status != http.StatusAccepted {
		return intentPage{}, "", fmt.Errorf("intent: the answer for %s has another form than documented: %w", what, err)
	}
	status := ""
	if body.Meta != nil {
		status = body.Meta.Status
	}
	if err := failure(status, what); err != nil {
		return intentPage{}, "", err
	}
	if answer.Status == http.StatusAccepted || stateOf(status) == intentPending {
		return intentPage{}, cmp.Or(status, materializing), nil
	}
	if body.Data == nil || body.Meta == nil {
		return intentPage{}, "", fmt.Errorf("intent: the answer for %s has no data or no meta; it is counted neither as empty nor as the end", what)
	}
	page = intentPage{
		cacheKey: string(body.Meta.CacheKey),
		date:     calendarDay(string(body.Meta.DataDate)),
		total:    int64(body.Meta.TotalCount),
	}
	page.records = recordsOf(body.Data, cmp.Or(date, page.date))
	read += int64(len(page.records))
	switch more, cursor := body.Meta.HasMore, string(body.Meta.NextCursor); {
	case more != nil && !*more:
	case cursor != "":
		page.cursor, page.more = cursor, true
	case more != nil && (page.total == 0 || read < page.total):
		return intentPage{}, "", fmt.Errorf("intent: the vendor promises more of %s after %d records and gives no cursor to it", what, read)
	}
	return page, "", nil
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
		EmailHashes json.RawMessage     `json:"emailHashes"`
		HashedEmail extract.LenientText `json:"hashedEmail"`
		PersonID    extract.LenientText `json:"personId"`
	}
	if json.Unmarshal(raw, &keys) != nil {
		return recordHash(raw)
	}
	var hashes struct {
		SHA256 extract.LenientText `json:"sha256"`
	}
	if len(keys.EmailHashes) > 0 {
		_ = json.Unmarshal(keys.EmailHashes, &hashes) // anything but an object has no hash
	}
	hash := strings.ToLower(string(cmp.Or(keys.HEM, hashes.SHA256, keys.HashedEmail)))
	if id := cmp.Or(hash, string(keys.PersonID)); id != "" {
		return id
	}
	return recordHash(raw)
}

// recordHash is the SHA-256 of a record, however it is indented.
func recordHash(raw json.RawMessage) string {
	var compact bytes.Buffer
	if json.Compact(&compact, raw) != nil {
		compact.Reset()
		compact.Write(raw)
	}
	sum := sha256.Sum256(compact.Bytes())
	return hex.EncodeToString(sum[:])
}

// calendarDay is the day of a date or of a timestamp.
func calendarDay(s string) string {
	if len(s) > len(schema.DateLayout) && (s[len(schema.DateLayout)] == 'T' || s[len(schema.DateLayout)] == ' ') {
		return s[:len(schema.DateLayout)]
	}
	return s
}
