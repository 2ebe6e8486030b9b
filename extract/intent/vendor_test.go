package intent

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"contactsync/extract"
	"contactsync/extract/vendortest"
	"contactsync/schema"
)

func TestIntentKeepsThePromisesOfEveryVendor(t *testing.T) {
	fake := func() *fakeIntent {
		f := newFakeIntent()
		f.day("2026-11-03", "k3", 5)
		f.day("2026-11-05", "k5", 7)
		return f
	}
	// wrong answers pages after the first.
	wrong := func(status int, body func(next int) string) func(http.Handler) http.Handler {
		return func(http.Handler) http.Handler {
			f := fake()
			f.answer = func(c *intentCall) {
				var at int
				if n, _ := fmt.Sscanf(c.Cursor, "k5@%d", &at); n == 1 {
					c.Status, c.Body = status, body(at+2)
				}
			}
			return f
		}
	}
	page := func(data, cursor string) string {
		return fmt.Sprintf(`{"data":[%s],"meta":{"totalCount":7,"nextCursor":%q,"hasMore":true,"status":"ready","cacheKey":"k5","dataDate":"2026-11-05"}}`, data, cursor)
	}
	vendortest.Suite{
		Vendor: Vendor(),
		Server: func(*testing.T) http.Handler { return fake() },
		Open: func(env extract.Env) extract.Source {
			env.Now = func() time.Time { return time.Date(2026, 11, 6, 2, 30, 0, 0, time.UTC) }
			return order{Matches: Matches{TopicIDs: []int64{101}, Since: date(t, "2026-11-03")}}.source(env)
		},
		Change: func(s *extract.Settings) { s.Credential, s.PageSize = schema.NewSecret("sk_test"), 2 },
		Wrong: map[vendortest.Mistake]vendortest.Wrong{
			vendortest.RepeatedPage: {Server: wrong(200, func(next int) string {
				return page(`{"hem":"2026-11-05-k5-0","intentScore":80,"topicId":101},{"hem":"2026-11-05-k5-1","intentScore":80,"topicId":101}`, fmt.Sprintf("k5@%d", next))
			}), Error: "repeats the page before it"},
			vendortest.EmptyPage:   {Server: wrong(200, func(next int) string { return page("", fmt.Sprintf("k5@%d", next)) }), Error: "is empty though"},
			vendortest.CursorLoop:  {Server: wrong(200, func(int) string { return page(`{"hem":"new"}`, "k5@2") }), Error: "repeats a cursor"},
			vendortest.NotReady:    {Server: wrong(202, func(int) string { return `{"data":[],"meta":{"status":"materializing"}}` }), Error: "is not ready (materializing)"},
			vendortest.ErrorAnswer: {Server: wrong(200, func(int) string { return `{"error":{"message":"oops"}}` }), Error: "the answer carries an error"},
		},
		Most: 200,
		Form: vendortest.Form{
			Lists: func(r *http.Request) bool { return r.URL.Path == root+"/audiences/query" },
			Rows:  []string{"data"}, Status: []string{"meta", "status"},
			Empty: func(page map[string]any) {
				meta := page["meta"].(map[string]any)
				page["data"], meta["totalCount"], meta["hasMore"], meta["nextCursor"] = []any{}, 0, false, nil
			},
			Short: func(page map[string]any) {
				meta := page["meta"].(map[string]any)
				meta["totalCount"] = meta["totalCount"].(float64) + 2
			},
		},
		Later: 4,
	}.Run(t)
}

// TestRunsAreReadByTheSameRules holds for the other generation of the interface.
func TestRunsAreReadByTheSameRules(t *testing.T) {
	vendortest.Suite{
		Vendor: Vendor(),
		Server: func(*testing.T) http.Handler {
			f := newFakeIntent()
			f.day("2026-11-03", "k3", 5)
			f.day("2026-11-05", "k5", 7)
			return f
		},
		Open: func(env extract.Env) extract.Source {
			env.Now = func() time.Time { return time.Date(2026, 11, 6, 2, 30, 0, 0, time.UTC) }
			return order{Matches: Matches{AudienceID: savedAudience}, api: RunsAPI}.source(env)
		},
		Change: func(s *extract.Settings) { s.Credential, s.PageSize = schema.NewSecret("sk_test"), 2 },
		Most:   200,
		Form: vendortest.Form{
			Lists: func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/results") },
			Rows:  []string{"data", "results"}, Status: []string{"data", "state"},
			Empty: func(page map[string]any) {
				data := page["data"].(map[string]any)
				data["results"], data["total"] = []any{}, 0
			},
		},
		Later: 4,
	}.Answers(t)
}
