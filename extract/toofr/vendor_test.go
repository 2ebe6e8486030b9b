package toofr

import (
	"net/http"
	"testing"

	"contactsync/extract"
	"contactsync/extract/vendortest"
)

func TestToofrKeepsThePromisesOfEveryVendor(t *testing.T) {
	from := func(r *http.Request, page string) bool { return r.URL.Query().Get("page") >= page }
	edited := func(edit func(page map[string]any)) func(http.Handler) http.Handler {
		return func(next http.Handler) http.Handler {
			return vendortest.Edited(next, func(r *http.Request, body map[string]any) {
				if from(r, "2") {
					edit(body)
				}
			})
		}
	}
	instead := func(status int, body string) func(http.Handler) http.Handler {
		return func(next http.Handler) http.Handler {
			return vendortest.Instead(next, func(w http.ResponseWriter, r *http.Request) bool {
				if from(r, "2") {
					vendortest.Answer(w, status, body)
				}
				return from(r, "2")
			})
		}
	}
	vendortest.Suite{
		Vendor: Vendor(),
		Server: func(t *testing.T) http.Handler { return &fakeToofr{t: t, prospects: 21} },
		Open: func(env extract.Env) extract.Source {
			return unlimited(order{websites: []string{"a.example", "b.example"}, batch: 1}).source(env)
		},
		Wrong: map[vendortest.Mistake]vendortest.Wrong{
			vendortest.RepeatedPage: {Server: firstPageOnly, Error: "page 2 repeats the page before it"},
			vendortest.EmptyPage:    {Server: edited(func(page map[string]any) { page["prospects"], page["next_page"], page["total_pages"] = []any{}, 9, 9 }), Error: "is empty though more is promised"},
			vendortest.CursorLoop:   {Without: "pages are numbered"},
			vendortest.NotReady:     {Server: instead(202, `{"status":"Searching the internet."}`), Error: "is not ready (Searching the internet.)"},
			vendortest.ErrorAnswer:  {Server: instead(200, `{"message":"something went wrong"}`), Error: "the answer has no prospects"},
		},
		Most: 200,
		Form: vendortest.Form{
			Lists: func(r *http.Request) bool { return r.URL.Path == searchPath },
			Rows:  []string{"prospects"}, Status: []string{"status"},
			Empty: func(page map[string]any) {
				page["prospects"], page["total"], page["next_page"], page["total_pages"] = []any{}, 0, nil, 0
			},
			Short: func(page map[string]any) { page["next_page"], page["total_pages"] = nil, 3 },
		},
		Later: 3,
	}.Run(t)
}

// firstPageOnly serves the first page whatever page is asked for.
func firstPageOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		q.Set("page", "1")
		r.URL.RawQuery = q.Encode()
		next.ServeHTTP(w, r)
	})
}
