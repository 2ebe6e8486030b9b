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
	people := func(n int) func(*testing.T) http.Handler {
		return func(*testing.T) http.Handler {
			f := newFakeStatSocial()
			for i := range n {
				f.files["ss_id"] += fmt.Sprintf("p%d\n", i)
			}
			f.counts["ss_id"] = n
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				f.mu.Lock()
				f.url = "http://" + r.Host
				f.mu.Unlock()
				f.ServeHTTP(w, r)
			})
		}
	}
	vendortest.Suite{
		Vendor: Vendor(),
		Server: people(2100),
		Small:  people(3),
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
		Form: vendortest.Form{
			Lists: func(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, audiencesPath+"/") },
			Rows:  []string{"response", "outputs"}, Status: []string{"response", "status"}, Strict: true,
			Empty: func(page map[string]any) {
				if a, ok := page["response"].(map[string]any); ok {
					a["outputs"], a["size"] = []any{}, 0
				}
			},
		},
	}.Run(t)
}
