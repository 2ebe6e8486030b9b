//go:build duckdb_arrow

package run_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"contactsync/internal/plan"
	"contactsync/internal/run"
	"contactsync/internal/runtest"
	"contactsync/load/duckdb"

	"github.com/stretchr/testify/require"
)

const keptDays = 40

// keeping is a world whose retention is short, with two pipelines and an export.
func keeping(t *testing.T, keep string) (*runtest.World, *runtest.Lab) {
	t.Helper()
	lab, url := runtest.NewLab(t)
	return runtest.New(t, "retention: "+keep+"\nexports:\n  contacts: {table: contacts, path: out/contacts, mode: incremental}\n  events: {table: events, path: out/events}\n"+
		runtest.LabConfig(url, "one=a", "two=b")), lab
}

// days lets some days pass in which only the other pipeline runs.
func days(w *runtest.World, n int, names ...string) {
	w.Helper()
	w.Now = w.Now.Add(time.Duration(n-1) * 24 * time.Hour)
	for _, r := range w.Night(names...) {
		require.Empty(w, r.Error)
	}
}

func TestWhoNoVendorServesAnyMoreGoesAndIsNotKeptOut(t *testing.T) {
	t.Parallel()
	w, lab := keeping(t, fmt.Sprintf("{people: %dd}", keptDays))
	people := runtest.People(t, 4, nil)
	lab.Set("a", people[:2]...) // u0000 leaves, u0001 stays
	lab.Set("b", people[2:]...) // not read any more after a while
	w.Night()
	lab.Set("a", people[1])
	days(w, 1)
	before := inodeOf(t, w)

	days(w, keptDays-1, "one")
	require.Equal(t, []string{"u0000", "u0001", "u0002", "u0003"}, w.Rows("SELECT source_id FROM source_contacts ORDER BY ALL"), "no day too early")
	require.True(t, os.SameFile(before, inodeOf(t, w)), "nobody had to go")
	checked, err := plan.Check(t.Context(), w.Runner, nil, true)
	require.NoError(t, err)
	require.Contains(t, detailsOf(checked), "nothing is old enough to go at the next run")

	w.Now = w.Now.Add(48 * time.Hour)
	checked, err = plan.Check(t.Context(), w.Runner, nil, true)
	require.NoError(t, err)
	require.Contains(t, detailsOf(checked), "3 people would go at the next run, unless it serves them")
	require.Len(t, w.Rows("SELECT 1 FROM contacts"), 4, "a check changes nothing")

	// The run serves those of b once more, who stay; u0000 goes.
	days(w, 1)
	require.Equal(t, []string{"u0001", "u0002", "u0003"}, w.Rows("SELECT source_id FROM source_contacts ORDER BY ALL"))
	require.False(t, os.SameFile(before, inodeOf(t, w)), "their bytes are gone with the old file")
	nowhere(w, "u0000|ann0@")
	require.Equal(t, []string{"retention|1|1"}, w.Rows("SELECT reason, people, records FROM etl.erasures"))
	require.Empty(t, w.Rows("FROM etl.suppressions"))
	require.Empty(t, w.Rows("FROM etl.forgets"), "nobody asked for it")
	require.Equal(t, []string{"3"}, w.Rows("SELECT count(*) FROM read_parquet('"+filepath.Join(w.Dir, "out/contacts/*.parquet")+"')"))

	// Quiet nights bring nobody back; the vendor does.
	want := w.Content()
	days(w, 1)
	require.Equal(t, want, w.Content())
	requireRebuilt(w)
	lab.Set("a", people[:2]...)
	days(w, 1)
	require.Equal(t, []string{"4"}, w.Rows("SELECT count(*) FROM contacts"))
}

// TestWhoeverIsServedStays has a person whom one vendor has forgotten and another serves, a
// member of an audience that is in doubt, and one that a killed run has staged.
func TestWhoeverIsServedStays(t *testing.T) {
	t.Parallel()
	w, lab := keeping(t, fmt.Sprintf("{people: %dd}", keptDays))
	people := runtest.People(t, 3, nil)
	twin := runtest.Object(t, map[string]any{"UUID": "twin", "FIRST_NAME": "Ann", "LAST_NAME": "Lee0", "BUSINESS_EMAIL": "ann0@acme.example"})
	mention := runtest.Object(t, map[string]any{"UUID": "u9", "FIRST_NAME": "Bob", "LAST_NAME": "Ray", "BUSINESS_EMAIL": "bob@acme.example", "NOTE": "knows ann1@acme.example"})
	lab.Set("a", people[0], people[1], people[2])
	lab.Set("b", twin, mention)
	w.Night()
	lab.Set("a", people[0])
	days(w, 1)
	w.Exec("INSERT INTO etl.staged_seen BY NAME SELECT 'one' AS pipeline, 0 AS seq, 'audiencelab' AS source, 'z' AS audience_id, 's' AS sweep, 'u0002' AS source_id, 0 AS \"row\"")
	days(w, keptDays+2, "two")
	require.Equal(t, []string{"twin", "u0000", "u0002", "u9"}, w.Rows("SELECT source_id FROM source_contacts ORDER BY ALL"),
		"u0001 went: their person is served by nobody; nobody else for what a text says")
	requireRebuilt(w)
}

func TestFactsGoByTheirOwnDates(t *testing.T) {
	t.Parallel()
	w, lab := keeping(t, "{events: 30d, matches: 30d, memberships: 30d, changes: 30d}")
	people := runtest.People(t, 2, nil)
	lab.Set("a", people...)
	lab.Set("b", people[1])
	w.Night()
	for _, rows := range [][]string{people[:1], people, people[:1]} { // u0001 leaves, comes back, leaves
		lab.Set("a", rows...)
		w.Night()
	}
	require.Equal(t, []string{"2"}, w.Rows("SELECT count(*) FROM audience_members WHERE source_id = 'u0001' AND audience_id = 'a' AND valid_to IS NOT NULL"))
	at := w.Now.Format("2006-01-02")
	for _, day := range []string{"20", "5"} {
		w.Exec(fmt.Sprintf("INSERT INTO etl.events BY NAME SELECT 'e%[1]s' AS event_id, 'audiencelab' AS source, 'u0000' AS source_id, DATE '%[2]s' - %[1]s AS occurred_at, '{}' AS payload", day, at),
			fmt.Sprintf("INSERT INTO etl.matches BY NAME SELECT 'p' AS pipeline, DATE '%[2]s' - %[1]s AS data_date, 't' AS topic_id, 'h' AS hem, 'u0000' AS source_id", day, at),
			fmt.Sprintf("INSERT INTO contact_changes BY NAME SELECT 'c_1' AS contact_id, 'city' AS field, DATE '%[2]s' - %[1]s AS changed_at", day, at))
	}
	days(w, 1)
	facts := func() []string {
		return w.Rows(`SELECT (SELECT count(*) FROM etl.events), (SELECT count(*) FROM etl.matches),
			(SELECT count(*) FROM contact_changes WHERE contact_id = 'c_1'), (SELECT count(*) FROM etl.members WHERE source_id = 'u0001')`)
	}
	require.Equal(t, []string{"2|2|2|3"}, facts())
	left := w.Rows("SELECT source_id FROM etl.members WHERE valid_to IS NOT NULL AND audience_id = 'a' ORDER BY valid_to DESC LIMIT 1")
	days(w, 12)
	require.Equal(t, []string{"1|1|1|3"}, facts(), "those of 20 days before went")
	require.Equal(t, []string{"1"}, w.Rows("SELECT count(*) FROM read_parquet('"+filepath.Join(w.Dir, "out/events/*.parquet")+"')"), "from the export, too")
	days(w, 25)
	require.Equal(t, []string{"0|0|0|2"}, facts())
	require.Equal(t, left, w.Rows("SELECT source_id FROM etl.members WHERE valid_to IS NOT NULL AND audience_id = 'a'"), "that they left is still known")
	require.Equal(t, []string{"retention|0|3", "retention|0|4"}, w.Rows("SELECT reason, people, rows FROM etl.erasures ORDER BY erasure_id"))
	requireRebuilt(w)
	want := w.Content()
	days(w, 1)
	require.Equal(t, want, w.Content())
}

// TestAnErasureByAgeThatFailsHoldsUpNothing has the snapshot be impossible to write.
func TestAnErasureByAgeThatFailsHoldsUpNothing(t *testing.T) {
	t.Parallel()
	w, lab := keeping(t, fmt.Sprintf("{people: %dd}", keptDays))
	people := runtest.People(t, 2, nil)
	lab.Set("a", people...)
	lab.Set("b")
	w.Night()
	lab.Set("a", people[0])
	days(w, 1)
	blocked := w.Runner.Config.Warehouse.Snapshot
	w.Runner.Config.Warehouse.Snapshot = w.Runner.Config.Warehouse.Path
	w.Runner.Config.Warehouse.Snapshot.Full = w.Dir // a folder
	w.Now = w.Now.Add((keptDays + 2) * 24 * time.Hour)
	lab.Set("a", people[0], runtest.People(t, 3, nil)[2])
	report, err := run.Pipelines(t.Context(), w.Runner, []string{"one"}, run.Options{})
	require.ErrorContains(t, err, "retention: nobody was erased")
	require.Len(t, report.Exports, 2, "exports are written all the same")
	require.Equal(t, []string{"3"}, w.Rows("SELECT count(*) FROM contacts"))
	w.Runner.Config.Warehouse.Snapshot = blocked
	days(w, 1, "one")
	require.Equal(t, []string{"u0000", "u0002"}, w.Rows("SELECT source_id FROM source_contacts ORDER BY ALL"), "the next run makes it good")
}

func detailsOf(list []plan.Checked) (details []string) {
	for _, c := range list {
		details = append(details, c.Detail)
	}
	return details
}

func inodeOf(t *testing.T, w *runtest.World) os.FileInfo {
	t.Helper()
	info, err := os.Stat(filepath.Join(w.Dir, "warehouse.duckdb"))
	require.NoError(t, err)
	return info
}

// nowhere holds every table to have no row in which a pattern is found.
func nowhere(w *runtest.World, pattern string) {
	w.Helper()
	require.Empty(w, w.Mentions(pattern))
}

// requireRebuilt holds everybody to be who a resolution from nothing makes them.
func requireRebuilt(w *runtest.World) {
	w.Helper()
	before := w.Content()
	w.Open(func(warehouse *duckdb.Warehouse) {
		m, err := warehouse.Resolve(w.Context(), "again", w.Runner.People(), true)
		require.NoError(w, err)
		require.Zero(w, m.Moved)
	})
	require.Equal(w, before, w.Content())
}

// A vendor serves its old events for ever. They are removed once and not taken in again, so
// that nights stay quiet.
func TestEventsThatHaveGoneAreNotTakenInAgain(t *testing.T) {
	t.Parallel()
	lab, url := runtest.NewLab(t)
	var visits []string
	for i := range 4 {
		visits = append(visits, runtest.Object(t, map[string]any{
			"UUID": "v1", "EVENT_TYPE": "page_view", "EVENT_TIMESTAMP": fmt.Sprintf("2026-10-%02dT10:00:00Z", 10*i+1), "FIRST_NAME": "Bo",
		}))
	}
	lab.Set("visits", visits...)
	config := runtest.LabConfig(url, "p=visits")
	w := runtest.New(t, config)
	w.Night() // 3 November
	require.Len(t, w.Rows("FROM etl.events"), 4)
	w.Configure(config + "retention: {events: 30d}\n")
	w.Now = w.Now.Add(12 * 24 * time.Hour)
	for range 2 {
		for _, r := range w.Night() {
			require.Zero(t, r.RowsWritten)
		}
		require.Equal(t, []string{"21", "31"}, w.Rows("SELECT day(occurred_at) FROM etl.events ORDER BY ALL"))
	}
}
