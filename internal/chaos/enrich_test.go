package chaos_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"contactsync/internal/crash"
	"contactsync/internal/simulate"
	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/audiencelab"

	"github.com/stretchr/testify/require"
)

const (
	askedFor   = 45 // people, of whom the vendor knows some
	peopleAJob = 10
)

// newEnrichWorld is a world of one pipeline that asks for people of a file, in jobs.
// Answers get lost, and are lies.
func newEnrichWorld(t testing.TB, form string) *world {
	t.Helper()
	w := newWorld(t, func(o *simulate.Options) {
		o.Faults, o.FaultKinds = 0.2, []simulate.Fault{api.InternalError, api.Reset, api.LostAnswer, api.ErrorBesideEmpty, api.UnknownWord}
	})
	w.ask(0, askedFor)
	text := fmt.Sprintf(`version: 1
warehouse: {path: warehouse.duckdb, memory_limit: 192MB}
sources:
  audiencelab: {base_url: "%s", api_key: "${AUDIENCELAB_KEY}", poll_interval: 100ms}
pipelines:
  gaps:
    from: audiencelab.enrichments
    people: {file: people.csv}
    batch: %d
    api: %s
`, w.urls[audiencelab.Name], peopleAJob, form)
	require.NoError(t, os.WriteFile(w.path("pipelines.yaml"), []byte(text), 0o600))
	return w
}

// ask writes the file of those who are asked for: the people from one number to another.
func (w *world) ask(from, to int) {
	w.Helper()
	var rows strings.Builder
	rows.WriteString("EMAIL,FIRST_NAME\n")
	for i := from; i < to; i++ {
		p := w.vendors.Universe.Person(i, 0)
		fmt.Fprintf(&rows, "%s,%s\n", p.Personal[0], p.Given.Full)
	}
	require.NoError(w, os.WriteFile(w.path("people.csv"), []byte(rows.String()), 0o600))
}

// enriched is what analysts see, and how many were asked for and found.
func (w *world) enriched() result {
	w.Helper()
	db := w.open("warehouse.duckdb")
	defer db.Close()
	all := w.seen(db)
	all["jobs"] = rowsOf(w, db, "SELECT concat_ws('|', sum(asked), sum(found)) FROM etl.enrichments")
	require.NotEmpty(w, all["main.contacts"])
	return all
}

// requireBooked holds the warehouse's books to the vendor's: so many jobs, and nobody
// asked for twice.
func (w *world) requireBooked(people int) {
	w.Helper()
	orders := w.vendors.Orders(audiencelab.Name)
	db := w.open("warehouse.duckdb")
	defer db.Close()
	jobs := rowsOf(w, db, "SELECT count(DISTINCT job_id) FROM etl.enrichments")
	require.Equal(w, []string{strconv.Itoa(len(orders))}, jobs)
	asked := orders.Asked()
	require.Len(w, asked, people)
	for person, times := range asked {
		require.Equal(w, 1, times, person)
	}
}

func TestEachPersonIsAskedForOnceWhereverTheRunDies(t *testing.T) {
	t.Parallel()
	for _, form := range []string{"enrichments", "jobs"} {
		t.Run(form, func(t *testing.T) {
			t.Parallel()
			whole := newEnrichWorld(t, form)
			whole.enrich(askedFor)
			want := whole.enriched()

			w := newEnrichWorld(t, form)
			died := 0
			for n := range 40 {
				point := []string{crash.CommitBefore, crash.CommitInside, crash.CommitAfter}[n%3]
				e := runs(w, w.dir, []string{batchRows, fmt.Sprintf("SYNC_CRASH_AT=%s:%d", point, 1+n%4)}, "run")
				if e.killed {
					died++
				} else if e.code == 0 {
					break
				}
			}
			require.Greater(t, died, 4)
			w.enrich(askedFor)
			got := w.enriched()
			for table := range want {
				require.Equal(t, want[table], got[table], table)
			}

			w.vendors.Advance(1)
			w.ask(10, askedFor+5) // most have been asked for
			w.enrich(askedFor + 5)
			w.enrich(askedFor + 5)
		})
	}
}

// enrich runs until a run succeeds, as nights do: one that lost the answer to a job
// ends, and the next one looks for the job. So many people have been asked for then.
func (w *world) enrich(people int) {
	w.Helper()
	e := ended{code: 1}
	for range 20 {
		if e = runs(w, w.dir, []string{batchRows}, "run"); e.code == 0 {
			break
		}
	}
	require.Zero(w, e.code, e.stderr)
	w.requireBooked(people)
}

// TestAnAudienceOfADefinitionIsMadeOnceWhereverTheRunDies: answers get lost, the run
// dies at each of its commits, and still the vendor has one audience.
func TestAnAudienceOfADefinitionIsMadeOnceWhereverTheRunDies(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *simulate.Options) {
		o.Faults, o.FaultKinds = 0.3, []simulate.Fault{api.InternalError, api.LostAnswer, api.ErrorBesideEmpty}
	})
	text := fmt.Sprintf(`version: 1
warehouse: {path: warehouse.duckdb, memory_limit: 192MB}
sources:
  audiencelab: {base_url: "%s", api_key: "${AUDIENCELAB_KEY}", poll_interval: 100ms, page_size: 10}
pipelines:
  engineers:
    from: audiencelab.members
    audience: {name: Engineers, filters: {businessProfile: {department: [engineering]}}}
`, w.urls[audiencelab.Name])
	require.NoError(t, os.WriteFile(w.path("pipelines.yaml"), []byte(text), 0o600))
	died := 0
	for n := range 12 {
		point := []string{crash.CommitBefore, crash.CommitInside, crash.CommitAfter}[n%3]
		e := runs(t, w.dir, []string{batchRows, fmt.Sprintf("SYNC_CRASH_AT=%s:%d", point, 1+n/3)}, "run")
		if e.killed {
			died++
		}
		require.LessOrEqual(t, len(w.vendors.Orders(audiencelab.Name)), 1)
	}
	require.Greater(t, died, 4)
	e := ended{code: 1}
	for range 10 {
		if e = runs(t, w.dir, nil, "run"); e.code == 0 {
			break
		}
	}
	require.Zero(t, e.code, e.stderr)
	require.Len(t, w.vendors.Orders(audiencelab.Name).Of(api.AudienceOrder), 1)
	open, closed := w.members()
	require.NotEqual(t, "0", open)
	require.Equal(t, "0", closed)
}
