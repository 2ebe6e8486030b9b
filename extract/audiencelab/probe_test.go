package audiencelab

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/extract"
	"contactsync/extract/vendortest"
)

// ofPage declares as total what is on the page.
func ofPage(signals ...string) func(map[string]any, string, int) {
	return func(p map[string]any, _ string, n int) {
		keep(append(signals, "total ")...)(p, "", n)
		rows := len(p["data"].([]map[string]any))
		p["total"] = rows
		if p["total_pages"] != nil {
			p["total_pages"] = 1
		}
	}
}

func TestATotalThatIsTheLengthOfAFullPageIsNotBelieved(t *testing.T) {
	for name, edit := range map[string]func(map[string]any, string, int){
		"total alone": ofPage(), "page_size": ofPage("page_size", "page"), "total_pages": ofPage("page_size", "page", "total_pages"),
	} {
		for size, requests := range map[int]int{7: 1, 10: 2, 13: 3, 33: 5, 40: 5} {
			fake := newFakeLab(t, size)
			fake.edit = edit
			pages, _ := vendortest.Read(t, sourceOf(segments("a"), labEnv(t, fake)), nil, -1)
			require.Equal(t, fake.rows["/segments/a"], vendortest.IDs(pages), name)
			require.Len(t, fake.requests(), requests, "%s: %d", name, size)
			last := pages[len(pages)-1]
			require.True(t, last.Complete && last.Ended)
			require.Equal(t, size > 10, last.Declared == 0, "%d are declared of %d", last.Declared, size)
		}
	}
}

func TestTheLastPageOfAListThatIsAFullOneIsAskedAboutOnce(t *testing.T) {
	beyond := func(answer func(http.ResponseWriter)) func(http.ResponseWriter, string, int) bool {
		return func(w http.ResponseWriter, _ string, n int) bool {
			if n > 1 {
				answer(w)
			}
			return n > 1
		}
	}
	body := func(status int, text string) func(http.ResponseWriter, string, int) bool {
		return beyond(func(w http.ResponseWriter) { vendortest.Answer(w, status, text) })
	}
	for name, c := range map[string]struct {
		before   func(http.ResponseWriter, string, int) bool
		has      []string
		requests int
		complete bool
	}{
		"an empty page":      {nil, nil, 2, true},
		"no such page":       {body(404, `{"message":"no such page"}`), nil, 2, true},
		"an invalid page":    {body(400, `{"error":"page out of range"}`), nil, 2, true},
		"it says so":         {nil, []string{"has_more"}, 1, true},
		"an empty page more": {body(200, `{"data":[],"has_more":true}`), nil, 3, false},
		"an error":           {body(500, `{}`), nil, 6, false},
		"an error in a page": {body(200, `{"error":"timeout"}`), nil, 6, false},
	} {
		t.Run(name, func(t *testing.T) {
			fake := newFakeLab(t, 10)
			fake.before, fake.edit = c.before, keep(append(c.has, "total_records")...)
			env := vendortest.Env(t, Vendor(), fake, smallPages, func(s *extract.Settings) { s.MaxAttempts = 5 })
			pages, _, err := vendortest.ReadUntil(t.Context(), sourceOf(segments("a"), env), nil, -1)
			require.NoError(t, err)
			require.Len(t, vendortest.IDs(pages), 10)
			require.LessOrEqual(t, len(fake.requests()), c.requests)
			last := pages[len(pages)-1]
			require.True(t, last.Ended)
			require.Equal(t, c.complete, last.Complete)
			require.EqualValues(t, 10, last.Declared)
			require.Equal(t, c.complete, len(last.Warnings) == 0, last.Warnings)
		})
	}
}

func TestTheFirstPageAgainIsNoPageBeyondTheEnd(t *testing.T) {
	for _, echo := range []bool{true, false} {
		fake := newFakeLab(t, 10)
		fake.edit = keep("total_records", "page")
		var server http.Handler = fake
		if echo {
			server = firstPageOnly(fake) // and says that it is the page that was asked for
		} else {
			server = clamped(fake)
		}
		pages, _ := vendortest.Read(t, sourceOf(segments("a"), labEnv(t, server)), nil, -1)
		require.Len(t, vendortest.IDs(pages), 10)
		require.True(t, pages[len(pages)-1].Complete)
	}
}

// clamped serves the first page, under its number, whatever page is asked for.
func clamped(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		q.Set("page", "1")
		first := r.Clone(r.Context())
		first.URL.RawQuery = q.Encode()
		next.ServeHTTP(w, first)
	})
}

func TestAListOfPageTotalsResumesAfterAnyPage(t *testing.T) {
	for _, size := range []int{10, 33, 40} {
		fake := newFakeLab(t, size, 12)
		fake.edit = ofPage("page_size")
		vendortest.Resume(t, func() extract.Source { return sourceOf(segments("a", "b"), labEnv(t, fake)) })
	}
}

func TestAListThatGrowsBeyondItsFullFirstPageIsReadWhole(t *testing.T) {
	fake := newFakeLab(t, 10)
	fake.edit = keep("total_records", "page_size")
	fake.before = func(_ http.ResponseWriter, path string, n int) bool {
		if n == 2 && len(fake.rows[path]) == 10 {
			fake.rows[path] = append(numbered("n", 3), fake.rows[path]...)
		}
		return false
	}
	pages, _ := vendortest.Read(t, sourceOf(segments("a"), labEnv(t, fake)), nil, -1)
	require.Subset(t, vendortest.IDs(pages), fake.rows["/segments/a"])
	require.True(t, pages[len(pages)-1].Complete)
}
