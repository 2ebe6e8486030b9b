//go:build duckdb_arrow

package run_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"contactsync/internal/runtest"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// listed is a segment as a vendor lists it tonight, in pages of the size that is asked for.
type listed struct {
	from, to int                           // people, by number
	step     int                           // rows between the starts of two pages; 0: a page's
	most     int                           // rows on a page, whatever was asked for
	edit     func(map[string]any, []any)   // of a page
	before   func(l *listed, page int)     // what happens to the list when a page is asked for
	row      func(i int) map[string]string // nil: a person
}

// storyteller is an AudienceLab that need not tell the truth.
type storyteller struct {
	mu      sync.Mutex
	tonight listed
}

func (s *storyteller) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := &s.tonight
	page, _ := strconv.Atoi(r.URL.Query().Get("page"))
	size, _ := strconv.Atoi(r.URL.Query().Get("page_size"))
	if l.before != nil {
		l.before(l, page)
	}
	step, most := size, size
	if l.step > 0 {
		step = l.step
	}
	if l.most > 0 {
		most = l.most
	}
	rows := []any{}
	for i := l.from + (page-1)*step; i < l.to && len(rows) < most; i++ {
		row := map[string]string{"UUID": fmt.Sprintf("u%05d", i), "FIRST_NAME": "Ann", "LAST_NAME": fmt.Sprint("Lee", i), "BUSINESS_EMAIL": fmt.Sprintf("ann%d@acme.example", i)}
		if l.row != nil {
			row = l.row(i)
		}
		rows = append(rows, row)
	}
	n := l.to - l.from
	pages := (n + size - 1) / size
	body := map[string]any{"data": rows, "total_records": n, "total_pages": pages, "page": page, "page_size": size, "has_more": page < pages}
	if l.edit != nil {
		l.edit(body, rows)
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(body)
}

// TestMembershipsEndByListingsThatAreWhole has a vendor list one segment night by
// night, in all the ways in which a list can contradict itself.
func TestMembershipsEndByListingsThatAreWhole(t *testing.T) {
	t.Parallel()
	only := func(keys ...string) func(map[string]any, []any) {
		return func(body map[string]any, _ []any) {
			for k := range body {
				if !slices.Contains(keys, k) {
					delete(body, k)
				}
			}
		}
	}
	total := func(n int) func(map[string]any, []any) {
		return func(body map[string]any, _ []any) { body["total_records"] = n }
	}
	visit := func(i int) map[string]string {
		return map[string]string{
			"UUID": fmt.Sprint("v", i%3), "EVENT_TYPE": "page_view", "EVENT_TIMESTAMP": fmt.Sprintf("2026-10-%02dT10:00:00Z", 1+i/3), "FIRST_NAME": "Bo",
		}
	}
	grows := func(l *listed, _ int) { l.to++ }
	whole := listed{to: 25}
	const unsaid = -1
	type night struct {
		listed
		open int    // members after it; unsaid: how many depends on how far is read ahead
		warn string // part of a warning
	}
	for name, nights := range map[string][]night{
		"pages overlap": {
			{whole, 25, ""}, {listed{to: 25, step: 6}, 25, "the vendor declares 25 rows and served 30, of which only 22 are different: pages overlap; 3 members are missing, and no membership is closed until"},
			{listed{to: 25, step: 6}, 25, "pages overlap"}, {listed{to: 22}, 22, ""},
		},
		"a page is cut": {
			{listed{to: 50}, 50, ""}, {listed{to: 50, most: 6}, 50, "the vendor declares 50 rows, and 30 different ones came; 20 members are missing, and no membership is closed until"},
			{listed{to: 50, most: 6}, 50, "20 members are missing"}, {listed{to: 49}, 49, ""},
		},
		"an empty list, once":  {{whole, 25, ""}, {listed{edit: only("data")}, 25, "25 members are missing, and no membership is closed unless the next listing lacks them, too"}, {listed{to: 24}, 24, ""}},
		"an empty list, twice": {{whole, 25, ""}, {listed{edit: only("data")}, 25, "lists nobody"}, {listed{edit: only("data")}, 0, "the second such listing in a row, so 25 memberships are closed"}},
		"a total of nobody":    {{whole, 25, ""}, {listed{}, 25, "lists nobody"}, {listed{}, 0, "the second such listing"}, {listed{}, 0, ""}},
		"a total that is not exact": {
			{listed{to: 25, edit: total(26)}, 25, "declares 26 rows and served 25"}, {listed{to: 24, edit: total(25)}, 25, "1 member is missing, and no membership is closed unless"},
			{listed{to: 24, edit: total(25)}, 24, "1 membership is closed of those that both lack"}, {listed{to: 24, edit: total(25)}, 24, ""},
		},
		"a total of the page": {
			{whole, 25, ""}, {listed{to: 24, edit: func(body map[string]any, rows []any) {
				only("data", "page", "page_size")(body, nil)
				body["total"] = len(rows)
			}}, 24, ""},
		},
		"it keeps changing": {
			{whole, 25, ""}, {listed{from: 1, to: 25, before: grows}, unsaid, "1 member is missing, and no membership is closed unless"},
			{listed{from: 1, to: 30, before: grows}, unsaid, "1 membership is closed"},
		},
		"events of few people": {{listed{to: 90, row: visit}, 3, ""}, {listed{to: 90, row: visit}, 3, ""}},
		"rows without a key": {
			{whole, 25, ""}, {listed{to: 24, row: func(i int) map[string]string {
				if i == 3 {
					return map[string]string{"COMPANY_NAME": "Acme"}
				}
				return map[string]string{"UUID": fmt.Sprintf("u%05d", i)}
			}}, 23, "1 of 24 records were rejected"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			vendor := new(storyteller)
			server := httptest.NewServer(vendor)
			t.Cleanup(server.Close)
			w := runtest.New(t, fmt.Sprintf("sources: {audiencelab: {api_key: k, base_url: %q, page_size: 10, concurrency: 1}}\npipelines: {p: {from: audiencelab.segments, segments: [s]}}\n", server.URL))
			for i, n := range nights {
				vendor.mu.Lock()
				vendor.tonight = n.listed
				vendor.mu.Unlock()
				run := w.Night()[0]
				require.Equal(t, schema.Succeeded, run.Status, run.Error)
				open := w.Rows("SELECT count(*) FROM audience_members WHERE valid_to IS NULL")
				if n.open != unsaid {
					require.Equal(t, []string{fmt.Sprint(n.open)}, open, "night %d: %v", i, run.Warnings)
				}
				left := w.Rows("SELECT source_id FROM audience_members WHERE valid_to IS NOT NULL")
				if strings.Contains(n.warn, "missing") {
					require.Empty(t, left, "night %d", i)
				}
				require.Contains(t, strings.Join(run.Warnings, "\n"), n.warn, "night %d", i)
				if n.warn == "" {
					require.NotContains(t, strings.Join(run.Warnings, "\n"), "missing", "night %d", i)
				}
			}
		})
	}
}

// TestSuppressedPeopleDoNotMakeAListingDoubtful has somebody stay out whom the vendor
// goes on to list.
func TestSuppressedPeopleDoNotMakeAListingDoubtful(t *testing.T) {
	t.Parallel()
	l, url := runtest.NewLab(t)
	people := runtest.People(t, 4, nil)
	l.Set("s", people...)
	w := runtest.New(t, runtest.LabConfig(url, "p=s"))
	w.Night()
	w.Exec("INSERT INTO etl.suppressions (kind, value_sha256) VALUES ('source:audiencelab', sha256('source:audiencelab:u0000'))")
	l.Set("s", people[:3]...)
	w.Night()
	require.Equal(t, []string{"u0000|true", "u0001|false", "u0002|false", "u0003|true"}, w.Rows("SELECT source_id, valid_to IS NOT NULL FROM audience_members ORDER BY ALL"))
}
