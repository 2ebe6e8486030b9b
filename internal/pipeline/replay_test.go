//go:build duckdb_arrow

package pipeline_test

import (
	"context"
	"strings"
	"testing"

	"contactsync/internal/pipeline"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

func TestReplayMakesTheSameRowsAsFetchingNowAndAsksNobody(t *testing.T) {
	w, s := newSimulated(t, 200)
	for _, run := range w.night() {
		require.Equal(t, schema.Succeeded, run.Status, "%s: %s", run.Pipeline, run.Error)
	}
	before := w.content()
	require.NotEmpty(t, before["events"])
	require.NotEmpty(t, before["intent_matches"])
	w.exec(
		"UPDATE etl.records SET job_title = 'x', email = 'x@example.com', record_hash = 'y' WHERE hash(source_id) % 3 = 0",
		"DELETE FROM etl.identifiers WHERE source_id IN (SELECT source_id FROM etl.records WHERE record_hash = 'y')",
		"UPDATE etl.matches SET score = 1, job_title = 'x' WHERE hash(source_id) % 2 = 0",
		"UPDATE etl.matches SET topic_id = 'gone' WHERE (data_date, hem) = (SELECT (data_date, hem) FROM etl.matches ORDER BY ALL LIMIT 1)",
		"UPDATE etl.events SET event_type = 'x' WHERE hash(event_id) % 2 = 0",
		"UPDATE etl.events SET event_id = 'gone' WHERE event_id = (SELECT min(event_id) FROM etl.events)",
	)
	require.NotEqual(t, before, w.content())
	s.ResetLog()
	report, err := w.runner.Replay(t.Context(), nil, false)
	require.NoError(t, err)
	for _, run := range report.Runs {
		require.Equal(t, schema.Succeeded, run.Status, "%s: %s", run.Pipeline, run.Error)
		require.True(t, run.Replay)
	}
	require.Empty(t, s.Log(), "no vendor was asked")
	for table, rows := range w.content() {
		require.Equal(t, before[table], rows, table)
	}

	report, err = w.runner.Replay(t.Context(), nil, false)
	require.NoError(t, err)
	for _, run := range report.Runs {
		require.Zero(t, run.RowsWritten, "%s: a second replay writes nothing", run.Pipeline)
		require.NotZero(t, run.RowsRead)
	}
	for _, run := range w.night() {
		require.Zero(t, run.RowsChanged, "%s: the next night changes nothing", run.Pipeline)
	}
}

func TestReplayOfAPipelineTakesOutWhatMustNoLongerBeStored(t *testing.T) {
	l, url := newLab(t)
	l.set("a", people(t, 3, map[string]any{"NET_WORTH": "$75,000 to $99,999"})...)
	w := newWorld(t, labConfig(url, "wide=a"))
	w.night()
	require.Len(t, w.rows("SELECT 1 FROM source_contacts WHERE payload LIKE '%NET_WORTH%'"), 3)
	w.configure(labConfig(url, "wide=a") + "    \n")
	w.runner.Config.Pipelines[0].DropFields = []string{"NET_*"}
	report, err := w.runner.Replay(t.Context(), []string{"wide"}, false)
	require.NoError(t, err)
	require.EqualValues(t, 3, report.Runs[0].RowsChanged)
	require.Empty(t, w.rows("SELECT 1 FROM source_contacts WHERE payload LIKE '%NET_WORTH%'"))
	require.Empty(t, w.rows("SELECT 1 FROM etl.versions WHERE payload LIKE '%NET_WORTH%'"))
	require.Zero(t, w.night()[0].RowsWritten, "fetched again they are the same")
}

func TestAReplayMakesNothingAnewOfSomebodyWhoIsSuppressed(t *testing.T) {
	w, _ := newSimulated(t, 200)
	w.night()
	address, visitor, _ := strings.Cut(w.rows(`SELECT c.email, e.source_id FROM contacts c JOIN events e USING (contact_id)
		WHERE c.email IS NOT NULL AND contact_id IN (SELECT contact_id FROM intent_matches) ORDER BY ALL LIMIT 1`)[0], "|")
	w.exec(suppressed(schema.EmailSHA256, hashOf(address)), suppressed(schema.VendorID(schema.AudienceLab), visitor),
		"UPDATE etl.records SET job_title = 'x', record_hash = 'y'",
		"UPDATE etl.matches SET job_title = 'x'",
		"UPDATE etl.events SET event_type = 'x'")
	report, err := w.runner.Replay(t.Context(), nil, false)
	require.NoError(t, err)
	warned := ""
	for _, run := range report.Runs {
		require.Equal(t, schema.Succeeded, run.Status, "%s: %s", run.Pipeline, run.Error)
		warned += strings.Join(run.Warnings, "\n")
	}
	require.Contains(t, warned, "stored records are of suppressed people")
	require.NotContains(t, warned, address)
	for table, column := range map[string]string{"source_contacts": "job_title", "intent_matches": "job_title", "events": "event_type"} {
		left := w.rows("SELECT source_id FROM " + table + " WHERE " + column + " = 'x'")
		require.NotEmpty(t, left, table)
		require.Equal(t, []string{"true"}, w.rows("SELECT count(*) > 1 FROM "+table+" WHERE "+column+" IS DISTINCT FROM 'x'"), "%s: everybody else's are made anew", table)
	}
	w.forget(address)
	require.Empty(t, w.rows("SELECT 1 FROM source_contacts WHERE job_title = 'x' UNION ALL SELECT 1 FROM intent_matches WHERE job_title = 'x' UNION ALL SELECT 1 FROM events WHERE event_type = 'x'"),
		"they go as the warning says")
}

func TestAReplayThatIsStoppedLeavesAWholeWarehouseAndIsMadeGoodByTheNext(t *testing.T) {
	l, url := newLab(t)
	l.set("a", people(t, 20, nil)...)
	l.set("b", people(t, 20, map[string]any{"PERSONAL_CITY": "Austin"})...)
	w := newWorld(t, labConfig(url, "one=a", "two=b"))
	w.night()
	before := w.content()
	w.exec("UPDATE etl.records SET job_title = 'x', record_hash = 'y'")
	ctx, cancel := context.WithCancel(t.Context())
	w.runner.Progress = func(p pipeline.Progress) {
		if p.Rows > 0 {
			cancel()
		}
	}
	report, err := w.runner.Replay(ctx, nil, false)
	require.NoError(t, err)
	require.Equal(t, schema.Interrupted, report.Runs[0].Status)
	w.runner.Progress = func(pipeline.Progress) {}
	require.Equal(t, []string{"20"}, w.rows("SELECT count(*) FROM contacts"))
	_, err = w.runner.Replay(t.Context(), nil, false)
	require.NoError(t, err)
	require.Equal(t, before, w.content())
}

func TestAReplayIsNoSignOfLifeOfTheVendor(t *testing.T) {
	l, url := newLab(t)
	l.set("a", people(t, 1, nil)...)
	w := newWorld(t, labConfig(url, "wide=a"))
	loaded := w.night()[0]
	_, err := w.runner.Replay(t.Context(), nil, false)
	require.NoError(t, err)
	require.Equal(t, []string{"2"}, w.rows("SELECT count(*) FROM etl.runs"))
	require.Equal(t, []string{loaded.RunID}, w.rows("SELECT run_id FROM etl.runs WHERE NOT replay"))
}
