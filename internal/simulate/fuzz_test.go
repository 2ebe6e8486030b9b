package simulate

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// serve answers one request in memory; whatever it is, the answer is JSON.
func serve(t *testing.T, s *Simulator, vendor string, r *http.Request) {
	t.Helper()
	r.Header.Set("X-Api-Key", DefaultKey(vendor))
	w := httptest.NewRecorder()
	s.Handler(vendor).ServeHTTP(w, r)
	require.True(t, json.Valid(w.Body.Bytes()), "%s", w.Body)
	require.Less(t, w.Code, 500)
}

func FuzzIntentQuery(f *testing.F) {
	s := New(Options{People: 200, Warmup: -1, Today: testDay})
	for _, body := range []string{queryBody("", ""), queryBody("2026-11-19", "eyJxIjoxLCJmIjoxLCJwIjoyfQ"), `{"topicIds":[101],"filters":{"state":"NY"},"limit":-1}`, `[]`, "\x00"} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		serve(t, s, Intent, httptest.NewRequest(http.MethodPost, queryPath, strings.NewReader(body)))
	})
}

func FuzzPages(f *testing.F) {
	s := New(Options{People: 200, Warmup: -1, Today: testDay})
	for _, page := range []string{"1", "0", "-1", "9223372036854775807", "x"} {
		f.Add(page, "50")
		f.Add("2", page)
	}
	f.Fuzz(func(t *testing.T, page, size string) {
		query := "?" + url.Values{"page": {page}, "page_size": {size}, "websites": {size}, "key": {DefaultKey(Toofr)}}.Encode()
		serve(t, s, AudienceLab, httptest.NewRequest(http.MethodGet, "/segments/"+SegmentLeads+query, nil))
		serve(t, s, AudienceLab, httptest.NewRequest(http.MethodGet, "/segments/"+SegmentVisits+query, nil))
		serve(t, s, Toofr, httptest.NewRequest(http.MethodGet, "/api/v1/audiences"+query, nil))
	})
}
