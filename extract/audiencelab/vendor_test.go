package audiencelab

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"contactsync/extract"
	"contactsync/extract/vendortest"
)

func TestAudienceLabKeepsThePromisesOfEveryVendor(t *testing.T) {
	later := func(r *http.Request) bool { return r.URL.Path == "/segments/a" && r.URL.Query().Get("page") > "1" }
	edited := func(edit func(page map[string]any)) func(http.Handler) http.Handler {
		return func(next http.Handler) http.Handler {
			return vendortest.Edited(next, func(r *http.Request, body map[string]any) {
				if later(r) {
					edit(body)
				}
			})
		}
	}
	instead := func(body string) func(http.Handler) http.Handler {
		return func(next http.Handler) http.Handler {
			return vendortest.Instead(next, func(w http.ResponseWriter, r *http.Request) bool {
				if later(r) {
					vendortest.Answer(w, 200, body)
				}
				return later(r)
			})
		}
	}
	vendortest.Suite{
		Vendor: Vendor(),
		Server: func(t *testing.T) http.Handler { return newFakeLab(t, 73, 12) },
		Open:   func(env extract.Env) extract.Source { return sourceOf(segments("a", "b"), env) },
		Change: smallPages,
		Wrong: map[vendortest.Mistake]vendortest.Wrong{
			vendortest.RepeatedPage: {Server: firstPageOnly, Error: "page 2 repeats the page before it"},
			vendortest.EmptyPage:    {Server: edited(func(page map[string]any) { page["data"], page["has_more"] = []any{}, true }), Error: "is empty though more is promised"},
			vendortest.CursorLoop:   {Without: "pages are numbered"},
			vendortest.NotReady:     {Server: instead(`{"status":"no data"}`), Error: "is not ready (no data)"},
			vendortest.ErrorAnswer:  {Server: instead(`{"error":"bad"}`), Error: "the answer carries an error"},
		},
		Most: 300,
		Form: vendortest.Form{
			Lists: func(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/segments/") },
			Rows:  []string{"data"}, Status: []string{"status"},
			Empty: func(page map[string]any) {
				page["data"], page["total_records"], page["total_pages"], page["has_more"] = []any{}, 0, 0, false
			},
			Short: func(page map[string]any) { page["total_records"] = page["total_records"].(float64) + 2 },
		},
		Later: 3,
	}.Run(t)
}

// TestVisitsAreReadByTheSameRules holds for what else comes in pages.
func TestVisitsAreReadByTheSameRules(t *testing.T) {
	vendortest.Suite{
		Vendor: Vendor(),
		Server: func(t *testing.T) http.Handler {
			f := newFakeLab(t, 40, 7)
			f.rows = map[string][]string{"/pixels/a/v4": f.rows["/segments/a"], "/pixels/b/v4": f.rows["/segments/b"]}
			f.edit = func(page map[string]any, _ string, _ int) {
				page["events"] = page["data"]
				delete(page, "data")
			}
			return f
		},
		Open:   func(env extract.Env) extract.Source { return sourceOf(Visits{Pixels: []string{"a", "b"}}, env) },
		Change: smallPages,
		Most:   300,
		Form: vendortest.Form{
			Lists: func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/v4") },
			Rows:  []string{"events"}, Status: []string{"status"},
			Empty: func(page map[string]any) {
				page["events"], page["total_records"], page["total_pages"], page["has_more"] = []any{}, 0, 0, false
			},
		},
		Later: 3,
	}.Answers(t)
}

// firstPageOnly serves the rows of the first page whatever page is asked for.
func firstPageOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		asked, _ := strconv.Atoi(q.Get("page"))
		q.Set("page", "1")
		first := r.Clone(r.Context())
		first.URL.RawQuery = q.Encode()
		vendortest.Edited(next, func(_ *http.Request, body map[string]any) { body["page"] = asked }).ServeHTTP(w, first)
	})
}
