package audiencelab

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/extract"
	"contactsync/extract/vendortest"
)

// unreadable fails for some pages.
func unreadable(status int, pages ...int) func(http.ResponseWriter, string, int) bool {
	return func(w http.ResponseWriter, path string, n int) bool {
		for _, p := range pages {
			if p == n && path == "/segments/a" {
				vendortest.Answer(w, status, `{"error":"corrupt page"}`)
				return true
			}
		}
		return false
	}
}

func TestEveryPageThatAnswersIsStored(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		pages  []int
		alone  bool // one request at a time
		want   string
		rows   int
	}{
		"three in a row":      {500, []int{5, 6, 7}, false, "page 5, 6, 7 could not be read", 123 - 30},
		"three, one by one":   {500, []int{5, 6, 7}, true, "page 5, 6, 7 could not be read", 123 - 30},
		"not found":           {404, []int{5}, false, "page 5 could not be read", 123 - 10},
		"refused as wrong":    {400, []int{5}, true, "page 5 could not be read", 123 - 10},
		"here and there":      {500, []int{2, 4, 6, 8, 10, 12}, false, "page 2, 4, 6, 8, 10, 12 could not be read", 123 - 60},
		"the last two":        {500, []int{12, 13}, false, "page 12, 13 could not be read", 110},
		"the credential":      {403, []int{5}, false, "status 403: the vendor refuses the credential", 40},
		"the list altogether": {404, []int{1}, false, "status 404", 0},
	} {
		t.Run(name, func(t *testing.T) {
			fake := newFakeLab(t, 123)
			fake.before = unreadable(test.status, test.pages...)
			env := vendortest.Env(t, Vendor(), fake, smallPages, func(s *extract.Settings) {
				if s.MaxAttempts = 2; test.alone {
					s.Concurrency = 1
				}
			})
			pages, state, err := vendortest.ReadUntil(t.Context(), sourceOf(segments("a"), env), nil, -1)
			require.ErrorContains(t, err, test.want)
			require.Len(t, vendortest.IDs(pages), test.rows)
			for _, page := range pages {
				require.False(t, page.Complete)
			}
			fake.locked(func() { fake.before = nil })
			rest, _ := vendortest.Read(t, sourceOf(segments("a"), env), state, -1)
			require.ElementsMatch(t, fake.rows["/segments/a"], append(vendortest.IDs(pages), vendortest.IDs(rest)...))
			require.True(t, rest[len(rest)-1].Complete)
		})
	}
}

func TestAnOutageCostsFewRequests(t *testing.T) {
	for concurrency, most := range map[int]int{1: 40, 4: 100} {
		down := false
		fake := newFakeLab(t, 1000)
		fake.before = func(w http.ResponseWriter, _ string, n int) bool {
			if down = down || n == 4; down {
				vendortest.Answer(w, 503, `{}`)
			}
			return down
		}
		env := vendortest.Env(t, Vendor(), fake, smallPages, func(s *extract.Settings) { s.Concurrency = concurrency })
		_, state, err := vendortest.ReadUntil(t.Context(), sourceOf(segments("a"), env), nil, -1)
		require.ErrorContains(t, err, "status 503")
		require.LessOrEqual(t, len(fake.requests()), most+3)

		fake.forget()
		_, _, err = vendortest.ReadUntil(t.Context(), sourceOf(segments("a"), env), state, -1)
		require.ErrorContains(t, err, "status 503")
		require.LessOrEqual(t, len(fake.requests()), 2*13, "a run that begins in an outage: %v", fake.requests())
	}
}

func TestManyGapsInAnOutageCostFewRequests(t *testing.T) {
	fake := newFakeLab(t, 1000)
	var pages []int
	for n := 2; n < 80; n += 2 {
		pages = append(pages, n)
	}
	fake.before = unreadable(500, pages...)
	env := labEnv(t, fake)
	_, state, err := vendortest.ReadUntil(t.Context(), sourceOf(segments("a"), env), nil, -1)
	require.ErrorContains(t, err, "page 2, 4, 6")
	fake.locked(func() {
		fake.asked, fake.before = nil, func(w http.ResponseWriter, _ string, _ int) bool {
			vendortest.Answer(w, 503, `{}`)
			return true
		}
	})
	_, _, err = vendortest.ReadUntil(t.Context(), sourceOf(segments("a"), env), state, -1)
	require.ErrorContains(t, err, "could not be read")
	require.LessOrEqual(t, len(fake.requests()), 20)
}

// A page that could not be read is read when the vendor has recovered. By then
// its rows may stand on another page.
func TestAMendedPageOfAnotherListClosesNothingWrongly(t *testing.T) {
	for name, change := range map[string]func([]string) []string{
		"nothing":              func(rows []string) []string { return rows },
		"shrinks at the front": func(rows []string) []string { return rows[10:] },
		"shrinks a little":     func(rows []string) []string { return rows[4:] }, // by a page less, too
		"grows at the front":   func(rows []string) []string { return append(numbered("n", 15), rows...) },
		"grows at the end":     func(rows []string) []string { return append(rows, numbered("n", 15)...) },
		"shrinks below":        func(rows []string) []string { return rows[:33] },
		"shrinks to nothing":   func([]string) []string { return nil },
	} {
		for signals, edit := range map[string]func(map[string]any, string, int){
			"everything": nil, "total_pages": keep("total_pages"), "total": keep("total "), "total and has_more": keep("total ", "has_more"),
		} {
			for _, gaps := range [][]int{{5}, {2, 5, 6}} {
				t.Run(fmt.Sprint(name, ", ", signals, ", ", gaps), func(t *testing.T) {
					fake := newFakeLab(t, 103)
					fake.edit = edit
					fake.before = unreadable(500, gaps...)
					env := labEnv(t, fake)
					stored, state, err := vendortest.ReadUntil(t.Context(), sourceOf(segments("a"), env), nil, -1)
					require.Error(t, err)
					fake.locked(func() {
						fake.before, fake.asked = nil, nil
						fake.rows["/segments/a"] = change(fake.rows["/segments/a"])
					})
					pages, _ := vendortest.Read(t, sourceOf(segments("a"), env), state, -1)
					last := pages[len(pages)-1]
					if last.Complete {
						require.Subset(t, append(vendortest.IDs(pages), vendortest.IDs(stored)...), fake.rows["/segments/a"], "nobody is taken for gone")
					}
					if exact := signals == "everything" || signals == "total_pages"; exact || name == "nothing" {
						require.Equal(t, name != "shrinks to nothing", last.Complete)
					}
					if name == "nothing" {
						require.LessOrEqual(t, len(fake.requests()), len(gaps)+1, "only what is missing is asked for")
					} else if last.Complete {
						require.Subset(t, vendortest.IDs(pages), fake.rows["/segments/a"], "the list is read anew")
					}
				})
			}
		}
	}
}

func numbered(prefix string, n int) []string {
	var ids []string
	for i := range n {
		ids = append(ids, fmt.Sprint(prefix, i))
	}
	return ids
}

func TestAGapIsNotMendedByAnEmptyPage(t *testing.T) {
	for name, edit := range map[string]func(map[string]any){
		"has_more":           func(p map[string]any) { p["has_more"] = true },
		"the total":          func(p map[string]any) { delete(p, "has_more"); delete(p, "total_pages") },
		"has_more is false":  func(p map[string]any) { p["has_more"] = false },
		"the number of rows": func(p map[string]any) { keep("total ")(p, "", 0) },
	} {
		t.Run(name, func(t *testing.T) {
			fake := newFakeLab(t, 103)
			fake.before = unreadable(500, 5)
			env := labEnv(t, fake)
			_, state, err := vendortest.ReadUntil(t.Context(), sourceOf(segments("a"), env), nil, -1)
			require.ErrorContains(t, err, "page 5 could not be read")
			fake.locked(func() {
				fake.before = nil
				fake.edit = func(p map[string]any, _ string, n int) {
					if n == 5 {
						edit(p)
						p["data"] = []any{}
					}
				}
			})
			pages, _, err := vendortest.ReadUntil(t.Context(), sourceOf(segments("a"), env), state, -1)
			for _, page := range pages {
				require.False(t, page.Complete)
			}
			if len(pages) == 0 {
				require.ErrorContains(t, err, "page 5 could not be read (page 5 is empty though more is promised")
			}
		})
	}
}

// As many rows as before, but not on the pages on which they stood.
func TestAGapOfAListThatShiftedUnseenLeavesADoubt(t *testing.T) {
	for name, change := range map[string]func([]string) []string{
		"by a page":   func(rows []string) []string { return append(append([]string{}, rows[10:]...), numbered("n", 10)...) },
		"by a row":    func(rows []string) []string { return append(append([]string{}, rows[1:]...), "n") },
		"by 25":       func(rows []string) []string { return append(append([]string{}, rows[25:]...), numbered("n", 25)...) },
		"backwards":   func(rows []string) []string { return append([]string{"n"}, rows[:len(rows)-1]...) },
		"not at all":  func(rows []string) []string { return rows },
		"at its ends": func(rows []string) []string { return append(rows[:len(rows)-1], "n") },
	} {
		t.Run(name, func(t *testing.T) {
			fake := newFakeLab(t, 103)
			fake.before = unreadable(500, 5)
			env := labEnv(t, fake)
			_, state, err := vendortest.ReadUntil(t.Context(), sourceOf(segments("a"), env), nil, -1)
			require.Error(t, err)
			fake.locked(func() {
				fake.before, fake.rows["/segments/a"] = nil, change(fake.rows["/segments/a"])
			})
			pages, state := vendortest.Read(t, sourceOf(segments("a"), env), state, -1)
			last := pages[len(pages)-1]
			require.Equal(t, name == "not at all" || name == "at its ends", last.Complete)
			if !last.Complete {
				require.Contains(t, strings.Join(last.Warnings, " "), "it is not certain that every row was seen")
				anew, _ := vendortest.Read(t, sourceOf(segments("a"), env), state, -1)
				require.Equal(t, fake.rows["/segments/a"], vendortest.IDs(anew))
			}
		})
	}
}
