package statsocial

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"contactsync/extract"
	"contactsync/extract/vendortest"
	"contactsync/schema"
)

func TestStatSocialKeepsThePromisesOfEveryVendor(t *testing.T) {
	instead := func(prefix, body string) func(http.Handler) http.Handler {
		return func(next http.Handler) http.Handler {
			return vendortest.Instead(next, func(w http.ResponseWriter, r *http.Request) bool {
				if strings.HasPrefix(r.URL.Path, prefix) {
					vendortest.Answer(w, 200, body)
					return true
				}
				return false
			})
		}
	}
	vendortest.Suite{
		Vendor: Vendor(),
		Server: func(*testing.T) http.Handler {
			f := newFakeStatSocial()
			for i := range 2100 {
				f.files["ss_id"] += fmt.Sprintf("p%d\n", i)
			}
			f.counts["ss_id"] = 2100
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				f.mu.Lock()
				f.url = "http://" + r.Host
				f.mu.Unlock()
				f.ServeHTTP(w, r)
			})
		},
		Open:   func(env extract.Env) extract.Source { return Outputs{AudienceID: 67454}.source(env) },
		Change: func(s *extract.Settings) { s.Credential = schema.NewSecret("token") },
		Wrong: map[vendortest.Mistake]vendortest.Wrong{
			vendortest.RepeatedPage: {Without: "people come in files"},
			vendortest.EmptyPage:    {Without: "people come in files"},
			vendortest.CursorLoop:   {Without: "people come in files"},
			vendortest.NotReady:     {Server: instead("/platform/v0/audiences/", `{"response":{"id":67454,"status":"running"}}`), Error: "is not ready (running)"},
			vendortest.ErrorAnswer:  {Server: instead("/files/", `{"error":"signature expired"}`), Error: "in the place of ids"},
		},
		Most: 200,
	}.Run(t)
}
