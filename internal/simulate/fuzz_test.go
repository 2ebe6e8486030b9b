package simulate

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/internal/simulate/apitest"
	"contactsync/internal/simulate/audiencelab"
	"contactsync/internal/simulate/toofr"
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

func FuzzPages(f *testing.F) {
	s := New(Options{People: 200, Warmup: -1, Today: apitest.TestDay})
	for _, page := range []string{"1", "0", "-1", "9223372036854775807", "x"} {
		f.Add(page, "50")
		f.Add("2", page)
	}
	f.Fuzz(func(t *testing.T, page, size string) {
		query := "?" + url.Values{"page": {page}, "page_size": {size}, "websites": {size}, "key": {DefaultKey(toofr.Name)}}.Encode()
		serve(t, s, audiencelab.Name, httptest.NewRequest(http.MethodGet, "/segments/"+audiencelab.SegmentLeads+query, nil))
		serve(t, s, audiencelab.Name, httptest.NewRequest(http.MethodGet, "/segments/"+audiencelab.SegmentVisits+query, nil))
		serve(t, s, toofr.Name, httptest.NewRequest(http.MethodGet, "/api/v1/audiences"+query, nil))
	})
}
