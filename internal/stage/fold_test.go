//go:build duckdb_arrow

package stage_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"contactsync/internal/replay"
	"contactsync/internal/runtest"

	"contactsync/schema"
	"contactsync/transform"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// wide and narrow are one person as two segments of different fields show her.
const (
	wide   = `{"UUID":"u1","FIRST_NAME":"Ann","LAST_NAME":"Lee","JOB_TITLE":"CEO","BUSINESS_EMAIL":"ann@acme.example","PERSONAL_CITY":"Austin"}`
	narrow = `{"uuid":"u1","first_name":"Ann","job_title":"CTO","personal_city":""}`
)

func TestANarrowSegmentErasesNothingAndAQuietNightWritesNothing(t *testing.T) {
	l, url := runtest.NewLab(t)
	l.Set("wide", wide)
	l.Set("narrow", narrow)
	var first []string
	for _, order := range [][]string{{"one=wide", "two=narrow"}, {"two=narrow", "one=wide"}} {
		w := runtest.New(t, runtest.LabConfig(url, order...))
		for _, run := range w.Night() {
			require.Equal(t, schema.Succeeded, run.Status, run.Error)
		}
		rows := w.Rows("SELECT first_name, last_name, email, payload FROM source_contacts")
		require.Len(t, rows, 1)
		require.Contains(t, rows[0], "Ann|Lee|ann@acme.example|")
		require.NotRegexp(t, `(?i)job_title.*job_title`, rows[0], "one key in either case is one key")
		if first == nil {
			first = rows
		}
		require.Equal(t, first, rows, "the order of pipelines does not matter")
		content, parses := w.Content(), transform.Parses()
		for _, run := range w.Night() {
			require.Zero(t, run.RowsWritten, run.Pipeline)
			require.EqualValues(t, 1, run.RowsRead)
		}
		require.Equal(t, parses, transform.Parses(), "what did not change is not parsed")
		require.Equal(t, content, w.Content())
		require.Empty(t, w.Rows(drifts), "a field in either case is one field")
	}
}

func TestAVersionWithAnEarlierDateOnlyFillsWhatTheLaterLacks(t *testing.T) {
	t.Parallel()
	l, url := runtest.NewLab(t)
	w := runtest.New(t, runtest.LabConfig(url, "one=a"))
	l.Set("a", `{"UUID":"u1","JOB_TITLE":"CEO","BUSINESS_EMAIL_LAST_UPDATED":"2026-11-10"}`)
	w.Night()
	l.Set("a", `{"UUID":"u1","JOB_TITLE":"Clerk","PERSONAL_CITY":"Austin","BUSINESS_EMAIL_LAST_UPDATED":"2026-11-01"}`)
	require.EqualValues(t, 1, w.Night()[0].RowsChanged)
	require.Equal(t, []string{"CEO|Austin"}, w.Rows("SELECT job_title, city FROM source_contacts"))
	require.Zero(t, w.Night()[0].RowsWritten)
}

// TestTheOrderOfPipelinesDoesNotMatter lets segments with random fields, cases,
// values and dates be read in any order.
func TestTheOrderOfPipelinesDoesNotMatter(t *testing.T) {
	t.Parallel()
	l, url := runtest.NewLab(t)
	fields := []string{"FIRST_NAME", "first_name", "JOB_TITLE", "job_title", "PERSONAL_CITY", "COMPANY_NAME", "BUSINESS_EMAIL"}
	round := 0
	rapid.Check(t, func(rt *rapid.T) {
		if round++; round > 2 { // each round is four runs on real warehouses
			return
		}
		for _, segment := range []string{"a", "b", "c"} {
			var rows []string
			for id := range rapid.IntRange(1, 4).Draw(rt, "people") {
				row := map[string]any{"UUID": fmt.Sprint("u", id)}
				for _, f := range rapid.SliceOfDistinct(rapid.SampledFrom(fields), func(f string) string { return f }).Draw(rt, "fields") {
					row[f] = rapid.SampledFrom([]string{"", "Ann", "Bo", "Cy"}).Draw(rt, f)
				}
				if day := rapid.IntRange(0, 3).Draw(rt, "day"); day > 0 {
					row["MOBILE_PHONE_LAST_UPDATED"] = fmt.Sprintf("2026-11-%02d", day)
				}
				rows = append(rows, runtest.Object(t, row))
			}
			l.Set(segment, rows...)
		}
		var all []map[string][]string
		for _, order := range [][]string{{"p=a", "q=b", "r=c"}, {"r=c", "q=b", "p=a"}} {
			w := runtest.New(t, runtest.LabConfig(url, order...))
			w.Night()
			content := w.Content()
			for _, run := range w.Night() {
				require.Zero(rt, run.RowsWritten)
			}
			all = append(all, content)
		}
		for _, table := range slices.Sorted(maps.Keys(all[0])) {
			if table == "contacts" || table == "identifiers" {
				continue // who is whose oldest record is told by arrival
			}
			require.Equal(rt, withoutContact(all[0][table]), withoutContact(all[1][table]), table)
		}
	})
}

// withoutContact leaves out the id of the person, the first column.
func withoutContact(rows []string) []string {
	out := make([]string, len(rows))
	for i, row := range rows {
		out[i] = row[min(len(row), len("c_0123456789abcdefghij")):]
	}
	slices.Sort(out)
	return out
}

// TestWhatASegmentSaidOfThoseWhoLeftItCountsLess has two segments say otherwise of
// the same people. As long as both list them, the hash decides, so about every
// second would be wrong if it went on deciding.
func TestWhatASegmentSaidOfThoseWhoLeftItCountsLess(t *testing.T) {
	t.Parallel()
	const n = 12
	rows := func(title string) (rows []string) {
		for i := range n {
			rows = append(rows, fmt.Sprintf(`{"UUID":"u%d","JOB_TITLE":%q,"BUSINESS_EMAIL":"u%d@acme.example"}`, i, title, i))
		}
		return rows
	}
	count := func(w *runtest.World, title string) string {
		return w.Rows(fmt.Sprintf("SELECT count(*) FROM contacts WHERE job_title = '%s'", title))[0]
	}
	for name, pipelines := range map[string][]string{"one pipeline": {"one=ceos, all"}, "two": {"one=ceos", "two=all"}} {
		t.Run(name, func(t *testing.T) {
			l, url := runtest.NewLab(t)
			w := runtest.New(t, runtest.LabConfig(url, pipelines...))
			l.Set("ceos", append(rows("CEO"), `{"UUID":"old","JOB_TITLE":"CEO","PERSONAL_CITY":"Austin"}`)...)
			l.Set("all", append(rows("CEO"), `{"UUID":"old","JOB_TITLE":"CEO"}`)...)
			w.Night()
			l.Set("all", append(rows("CTO"), `{"UUID":"old","JOB_TITLE":"CEO"}`)...)
			w.Night()
			require.NotEqual(t, "12", count(w, "CTO"), "both list them")
			l.Set("ceos", `{"UUID":"new","JOB_TITLE":"CEO"}`)
			w.Night()
			require.Equal(t, "12", count(w, "CTO"))
			require.Equal(t, []string{"Austin"}, w.Rows("SELECT city FROM contacts WHERE city IS NOT NULL"), "what nobody else says is kept")
			content := w.Content()
			for _, run := range w.Night() {
				require.Zero(t, run.RowsWritten)
			}
			require.Equal(t, content, w.Content())
			_, err := replay.Stored(t.Context(), w.Runner, nil, false)
			require.NoError(t, err)
			require.Equal(t, "12", count(w, "CTO"), "a replay finds the same")

			l.Set("ceos", append(rows("CEO"), `{"UUID":"new","JOB_TITLE":"CEO"}`)...)
			for _, run := range w.Night() {
				require.Equal(t, schema.Succeeded, run.Status, run.Error)
			}
			require.NotEqual(t, "12", count(w, "CTO"), "they came back, and both list them again")
			for _, run := range w.Night() {
				require.Zero(t, run.RowsWritten)
			}
		})
	}
}

// TestTheDayCountsThoughThePayloadIsTheSame serves one person unchanged on two
// days, and on the day between a person of the same profile with another job.
func TestTheDayCountsThoughThePayloadIsTheSame(t *testing.T) {
	t.Parallel()
	const person = `{"hem":%q,"intentScore":80,"topicId":101,"linkedinUrl":"https://linkedin.com/in/ann","firstName":"Ann","lastName":"Lee","jobTitle":%q}`
	now := fmt.Sprintf(person, strings.Repeat("a", 64), "CTO")
	before := fmt.Sprintf(person, strings.Repeat("b", 64), "Engineer")
	days := map[string]string{"2026-11-01": now, "2026-11-02": before, "2026-11-03": now}
	served := func() (w *runtest.World, latest func(string)) {
		var mu sync.Mutex
		last := "2026-11-03"
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			var q struct{ Date string }
			_ = json.NewDecoder(r.Body).Decode(&q)
			mu.Lock()
			defer mu.Unlock()
			day := cmp.Or(q.Date, last)
			if days[day] == "" || day > last {
				w.WriteHeader(http.StatusNotFound)
				return
			}
			fmt.Fprintf(w, `{"data":[%s],"meta":{"count":1,"totalCount":1,"nextCursor":null,"hasMore":false,"status":"ready","cacheKey":%q,"dataDate":%q}}`, days[day], day, day)
		}))
		t.Cleanup(server.Close)
		w = runtest.New(t, fmt.Sprintf("sources: {intent: {api_key: k, base_url: %q}}\npipelines:\n  i: {from: intent.matches, topic_ids: [101], since: 2026-11-01}\n", server.URL))
		return w, func(day string) {
			mu.Lock()
			defer mu.Unlock()
			last = day
		}
	}
	const told = "SELECT source_id, job_title, as_of, record_hash FROM source_contacts ORDER BY ALL"
	atOnce, _ := served()
	atOnce.Night()
	require.Equal(t, []string{"CTO"}, atOnce.Rows("SELECT job_title FROM contacts"))

	nightly, latest := served()
	for _, day := range []string{"2026-11-01", "2026-11-02", "2026-11-03"} {
		latest(day)
		nightly.Night()
	}
	require.Equal(t, atOnce.Rows(told), nightly.Rows(told))
	require.Equal(t, []string{"CTO"}, nightly.Rows("SELECT job_title FROM contacts"))
	for _, run := range nightly.Night() {
		require.Zero(t, run.RowsWritten)
	}
}
