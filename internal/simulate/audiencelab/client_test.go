package audiencelab

import (
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

// answerPage is AudienceLab's answer, in any of its shapes.
type answerPage struct {
	Data         []apitest.Row
	Total        *int
	TotalRecords *int  `json:"total_records"`
	TotalPages   *int  `json:"total_pages"`
	HasMore      *bool `json:"has_more"`
	Page         int
	PageSize     int `json:"page_size"`
	Status       string
}
