//go:build duckdb_arrow

package pipeline_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"contactsync/schema"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// wide and narrow are one person as two segments of different fields show her.
const (
	wide   = `{"UUID":"u1","FIRST_NAME":"Ann","LAST_NAME":"Lee","JOB_TITLE":"CEO","BUSINESS_EMAIL":"ann@acme.example","PERSONAL_CITY":"Austin"}`
	narrow = `{"uuid":"u1","first_name":"Ann","job_title":"CTO","personal_city":""}`
)

func TestANarrowSegmentErasesNothingAndAQuietNightWritesNothing(t *testing.T) {
	l, url := newLab(t)
	l.set("wide", wide)
	l.set("narrow", narrow)
	var first []string
	for _, order := range [][]string{{"one=wide", "two=narrow"}, {"two=narrow", "one=wide"}} {
		w := newWorld(t, labConfig(url, order...))
		for _, run := range w.night() {
			require.Equal(t, schema.Succeeded, run.Status, run.Error)
		}
		rows := w.rows("SELECT first_name, last_name, email, payload FROM source_contacts")
		require.Len(t, rows, 1)
		require.Contains(t, rows[0], "Ann|Lee|ann@acme.example|")
		require.NotRegexp(t, `(?i)job_title.*job_title`, rows[0], "one key in either case is one key")
		if first == nil {
			first = rows
		}
		require.Equal(t, first, rows, "the order of pipelines does not matter")
		content := w.content()
		for _, run := range w.night() {
			require.Zero(t, run.RowsWritten, run.Pipeline)
			require.EqualValues(t, 1, run.RowsRead)
		}
		require.Equal(t, content, w.content())
		require.Empty(t, w.rows("SELECT 1 FROM etl.drift"), "a field in either case is one field")
	}
}

func TestAVersionWithAnEarlierDateOnlyFillsWhatTheLaterLacks(t *testing.T) {
	l, url := newLab(t)
	w := newWorld(t, labConfig(url, "one=a"))
	l.set("a", `{"UUID":"u1","JOB_TITLE":"CEO","BUSINESS_EMAIL_LAST_UPDATED":"2026-11-10"}`)
	w.night()
	l.set("a", `{"UUID":"u1","JOB_TITLE":"Clerk","PERSONAL_CITY":"Austin","BUSINESS_EMAIL_LAST_UPDATED":"2026-11-01"}`)
	require.EqualValues(t, 1, w.night()[0].RowsChanged)
	require.Equal(t, []string{"CEO|Austin"}, w.rows("SELECT job_title, city FROM source_contacts"))
	require.Zero(t, w.night()[0].RowsWritten)
}

// TestTheOrderOfPipelinesDoesNotMatter lets segments with random fields, cases,
// values and dates be read in any order.
func TestTheOrderOfPipelinesDoesNotMatter(t *testing.T) {
	l, url := newLab(t)
	fields := []string{"FIRST_NAME", "first_name", "JOB_TITLE", "job_title", "PERSONAL_CITY", "COMPANY_NAME", "BUSINESS_EMAIL"}
	round := 0
	rapid.Check(t, func(rt *rapid.T) {
		if round++; round > 6 { // each round is four runs on real warehouses
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
				rows = append(rows, object(t, row))
			}
			l.set(segment, rows...)
		}
		var all []map[string][]string
		for _, order := range [][]string{{"p=a", "q=b", "r=c"}, {"r=c", "q=b", "p=a"}} {
			w := newWorld(t, labConfig(url, order...))
			w.night()
			content := w.content()
			for _, run := range w.night() {
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
