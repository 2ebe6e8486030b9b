package intent

import (
	"encoding/json"
	"net/http"
	"testing"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/apitest"
)

// start serves a small universe without waiting, unless the options say otherwise.
func start(t testing.TB, o api.Options) apitest.Client {
	t.Helper()
	return apitest.Serve(t, Vendor(), sign, o)
}

func sign(r *http.Request) { r.Header.Set("X-Api-Key", Vendor().DefaultKey) }

// queryAnswer is the intent vendor's answer by cursor.
type queryAnswer struct {
	Data []apitest.Row
	Meta struct {
		Count      int
		TotalCount int
		NextCursor *string
		HasMore    bool
		Status     string
		CacheKey   string
		DataDate   string
	}
}

// queryBody is a page of a saved audience.
func queryBody(date, cursor string) string {
	body := map[string]any{"audienceId": AudienceCRM, "limit": 20}
	if date != "" {
		body["date"] = date
	}
	if cursor != "" {
		body["cursor"] = cursor
	}
	text, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	return string(text)
}

const queryPath = "/v1/intent/audiences/query"
