package intent

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/apitest"
)

func FuzzIntentQuery(f *testing.F) {
	s := api.New(api.Options{People: 200, Warmup: -1, Today: apitest.TestDay}, Vendor())
	for _, body := range []string{queryBody("", ""), queryBody("2026-11-19", "eyJxIjoxLCJmIjoxLCJwIjoyfQ"),
		`{"topicIds":[101],"filters":{"state":"NY"},"limit":-1}`, `[]`, "\x00"} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		r := httptest.NewRequest(http.MethodPost, queryPath, strings.NewReader(body))
		sign(r)
		w := httptest.NewRecorder()
		s.Handler(Name).ServeHTTP(w, r)
		require.True(t, json.Valid(w.Body.Bytes()), "%s", w.Body)
		require.Less(t, w.Code, 500)
	})
}
