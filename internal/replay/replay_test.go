//go:build duckdb_arrow

package replay_test

import (
	"contactsync/internal/replay"
	"contactsync/internal/runtest"
	"context"
	"strings"
	"testing"

	"contactsync/internal/run"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

func TestReplayMakesTheSameRowsAsFetchingNowAndAsksNobody(t *testing.T) {
	t.Parallel()
	w, s := runtest.NewSimulated(t, 200)
	for _, run := range w.Night() {
		require.Equal(t, schema.Succeeded, run.Status, "%s: %s", run.Pipeline, run.Error)
	}
	before := w.Content()
	require.NotEmpty(t, before["events"])
	require.NotEmpty(t, before["intent_matches"])
	w.Exec(
		"UPDATE etl.records SET job_title = 'x', email = 'x@example.com', record_hash = 'y' WHERE hash(source_id) % 3 = 0",
		"DELETE FROM etl.identifiers WHERE source_id IN (SELECT source_id FROM etl.records WHERE record_hash = 'y')",
		"UPDATE etl.matches SET score = 1, job_title = 'x' WHERE hash(source_id) % 2 = 0",
		"UPDATE etl.matches SET topic_id = 'gone' WHERE (data_date, hem) = (SELECT (data_date, hem) FROM etl.matches ORDER BY ALL LIMIT 1)",
		"UPDATE etl.events SET event_type = 'x' WHERE hash(event_id) % 2 = 0",
		"UPDATE etl.events SET event_id = 'gone' WHERE event_id = (SELECT min(event_id) FROM etl.events)",
	)
	require.NotEqual(t, before, w.Content())
	s.ResetLog()
	report, err := replay.Stored(t.Context(), w.Runner, nil, false)
	require.NoError(t, err)
	for _, run := range report.Runs {
		require.Equal(t, schema.Succeeded, run.Status, "%s: %s", run.Pipeline, run.Error)
		require.True(t, run.Replay)
	}
	require.Empty(t, s.Log(), "no vendor was asked")
	for table, rows := range w.Content() {
		require.Equal(t, before[table], rows, table)
	}

	report, err = replay.Stored(t.Context(), w.Runner, nil, false)
	require.NoError(t, err)
	for _, run := range report.Runs {
		require.Zero(t, run.RowsWritten, "%s: a second replay writes nothing", run.Pipeline)
		require.NotZero(t, run.RowsRead)
	}
	for _, run := range w.Night() {
		require.Zero(t, run.RowsChanged, "%s: the next night changes nothing", run.Pipeline)
	}
}

// TestReplayFillsWhatARowOfAnOlderLayoutLacks makes rows as an upgrade leaves them:
// what email_verified knew of an address is there, the rest is in the payloads alone.
func TestReplayFillsWhatARowOfAnOlderLayoutLacks(t *testing.T) {
	t.Parallel()
	l, url := runtest.NewLab(t)
	w := runtest.New(t, runtest.LabConfig(url, "p=a"))
	l.Set("a",
		runtest.Object(t, map[string]any{"UUID": "u1", "BUSINESS_EMAIL": "bad@acme.example, ann@acme.example", "BUSINESS_EMAIL_VALIDATION_STATUS": "Invalid, Valid (esp)",
			"BUSINESS_EMAIL_LAST_SEEN_BY_ESP_DATE": "2026-10-01, 2026-10-02", "DIRECT_NUMBER": "+12025550101", "DIRECT_NUMBER_DNC": "N"}),
		runtest.Object(t, map[string]any{"UUID": "u2", "BUSINESS_EMAIL": "bob@acme.example", "BUSINESS_EMAIL_VALIDATION_STATUS": "invalid", "PERSONAL_EMAILS": "bob@gmail.com"}),
		runtest.Object(t, map[string]any{"UUID": "u3", "FIRST_NAME": "Eve"}),
	)
	w.Night()
	const reach = "SELECT email, email_status, email_verified, email_last_seen_at::VARCHAR, phone, phone_kind, phone_source FROM "
	want := []string{
		"ann@acme.example|valid_esp|true|2026-10-02 00:00:00+00|+12025550101|direct|DIRECT_NUMBER",
		"bob@gmail.com|<nil>|<nil>|<nil>|<nil>|<nil>|<nil>",
		"<nil>|<nil>|<nil>|<nil>|<nil>|<nil>|<nil>",
	}
	tables := []string{"source_contacts ORDER BY email", "contacts ORDER BY email"}
	for _, table := range tables {
		require.Equal(t, want, w.Rows(reach+table), table)
	}
	for _, table := range []string{"etl.records", "etl.contacts"} {
		w.Exec("UPDATE " + table + " SET email_status = CASE WHEN email_verified THEN 'valid' END, email_last_seen_at = NULL, phone_kind = NULL, phone_source = NULL")
	}
	w.Exec("UPDATE etl.records SET record_hash = 'of before' WHERE source_id = 'u1'")
	require.Zero(t, w.Night()[0].RowsChanged, "a quiet night reads no payload again")
	require.Contains(t, w.Rows(reach+tables[0]), "ann@acme.example|valid|true|<nil>|+12025550101|<nil>|<nil>")

	report, err := replay.Stored(t.Context(), w.Runner, nil, false)
	require.NoError(t, err)
	require.EqualValues(t, 1, report.Runs[0].RowsChanged, "a record of which there is nothing to say stays as it is")
	for _, table := range tables {
		require.Equal(t, want, w.Rows(reach+table), table)
	}
	require.Equal(t, []string{"email_last_seen_at|<nil>|2026-10-02T00:00:00Z", "email_status|valid|valid_esp", "phone_kind|<nil>|direct", "phone_source|<nil>|DIRECT_NUMBER"},
		w.Rows("SELECT field, old_value, new_value FROM contact_changes ORDER BY field"))
	require.Zero(t, w.Night()[0].RowsChanged)
}

func TestReplayOfAPipelineTakesOutWhatMustNoLongerBeStored(t *testing.T) {
	t.Parallel()
	l, url := runtest.NewLab(t)
	l.Set("a", runtest.People(t, 3, map[string]any{"NET_WORTH": "$75,000 to $99,999"})...)
	w := runtest.New(t, runtest.LabConfig(url, "wide=a"))
	w.Night()
	require.Len(t, w.Rows("SELECT 1 FROM source_contacts WHERE payload LIKE '%NET_WORTH%'"), 3)
	w.Configure(runtest.LabConfig(url, "wide=a") + "    \n")
	w.Runner.Config.Pipelines[0].DropFields = []string{"NET_*"}
	report, err := replay.Stored(t.Context(), w.Runner, []string{"wide"}, false)
	require.NoError(t, err)
	require.EqualValues(t, 3, report.Runs[0].RowsChanged)
	require.Empty(t, w.Rows("SELECT 1 FROM source_contacts WHERE payload LIKE '%NET_WORTH%'"))
	require.Empty(t, w.Rows("SELECT 1 FROM etl.versions WHERE payload LIKE '%NET_WORTH%'"))
	require.Zero(t, w.Night()[0].RowsWritten, "fetched again they are the same")
}

func TestAReplayMakesNothingAnewOfSomebodyWhoIsSuppressed(t *testing.T) {
	t.Parallel()
	w, _ := runtest.NewSimulated(t, 200)
	w.Night()
	address, visitor, _ := strings.Cut(w.Rows(`SELECT c.email, e.source_id FROM contacts c JOIN events e USING (contact_id)
		WHERE c.email IS NOT NULL AND contact_id IN (SELECT contact_id FROM intent_matches) ORDER BY ALL LIMIT 1`)[0], "|")
	w.Exec(suppressed(schema.EmailSHA256, hashOf(address)), suppressed(schema.VendorID(schema.AudienceLab), visitor),
		"UPDATE etl.records SET job_title = 'x', record_hash = 'y'",
		"UPDATE etl.matches SET job_title = 'x'",
		"UPDATE etl.events SET event_type = 'x'")
	report, err := replay.Stored(t.Context(), w.Runner, nil, false)
	require.NoError(t, err)
	warned := ""
	for _, run := range report.Runs {
		require.Equal(t, schema.Succeeded, run.Status, "%s: %s", run.Pipeline, run.Error)
		warned += strings.Join(run.Warnings, "\n")
	}
	require.Contains(t, warned, "stored records are of suppressed people")
	require.NotContains(t, warned, address)
	for table, column := range map[string]string{"source_contacts": "job_title", "intent_matches": "job_title", "events": "event_type"} {
		left := w.Rows("SELECT source_id FROM " + table + " WHERE " + column + " = 'x'")
		require.NotEmpty(t, left, table)
		require.Equal(t, []string{"true"}, w.Rows("SELECT count(*) > 1 FROM "+table+" WHERE "+column+" IS DISTINCT FROM 'x'"), "%s: everybody else's are made anew", table)
	}
	forget(w, address)
	require.Empty(t, w.Rows("SELECT 1 FROM source_contacts WHERE job_title = 'x' UNION ALL SELECT 1 FROM intent_matches WHERE job_title = 'x' UNION ALL SELECT 1 FROM events WHERE event_type = 'x'"),
		"they go as the warning says")
}

func TestAReplayThatIsStoppedLeavesAWholeWarehouseAndIsMadeGoodByTheNext(t *testing.T) {
	t.Parallel()
	l, url := runtest.NewLab(t)
	l.Set("a", runtest.People(t, 20, nil)...)
	l.Set("b", runtest.People(t, 20, map[string]any{"PERSONAL_CITY": "Austin"})...)
	w := runtest.New(t, runtest.LabConfig(url, "one=a", "two=b"))
	w.Night()
	before := w.Content()
	w.Exec("UPDATE etl.records SET job_title = 'x', record_hash = 'y'")
	ctx, cancel := context.WithCancel(t.Context())
	w.Runner.Progress = func(p run.Progress) {
		if p.Rows > 0 {
			cancel()
		}
	}
	report, err := replay.Stored(ctx, w.Runner, nil, false)
	require.NoError(t, err)
	require.Equal(t, schema.Interrupted, report.Runs[0].Status)
	w.Runner.Progress = func(run.Progress) {}
	require.Equal(t, []string{"20"}, w.Rows("SELECT count(*) FROM contacts"))
	_, err = replay.Stored(t.Context(), w.Runner, nil, false)
	require.NoError(t, err)
	require.Equal(t, before, w.Content())
}

func TestAReplayIsNoSignOfLifeOfTheVendor(t *testing.T) {
	t.Parallel()
	l, url := runtest.NewLab(t)
	l.Set("a", runtest.People(t, 1, nil)...)
	w := runtest.New(t, runtest.LabConfig(url, "wide=a"))
	loaded := w.Night()[0]
	_, err := replay.Stored(t.Context(), w.Runner, nil, false)
	require.NoError(t, err)
	require.Equal(t, []string{"2"}, w.Rows("SELECT count(*) FROM etl.runs"))
	require.Equal(t, []string{loaded.RunID}, w.Rows("SELECT run_id FROM etl.runs WHERE NOT replay"))
}
