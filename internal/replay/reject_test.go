//go:build duckdb_arrow

package replay_test

import (
	"contactsync/internal/privacy"
	"contactsync/internal/replay"
	"contactsync/internal/runtest"
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"
	"time"

	"contactsync/internal/selector"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

func TestARunWhoseRecordsAreAllRejectedFailsAndClosesNothing(t *testing.T) {
	t.Parallel()
	l, url := runtest.NewLab(t)
	l.Set("a", runtest.People(t, 4, nil)...)
	w := runtest.New(t, runtest.LabConfig(url, "wide=a"))
	w.Night()
	l.Set("a", `{"ID":"u0000","FIRST_NAME":"Ann"}`, `{"ID":"u0001"}`)
	run := w.Night()[0]
	require.Equal(t, schema.Failed, run.Status)
	require.Contains(t, run.Error, "all 2 records were rejected")
	require.Equal(t, []string{"4"}, w.Rows("SELECT count(*) FROM audience_members WHERE valid_to IS NULL"), "the vendor changed; nobody left")

	l.Set("a", runtest.People(t, 3, nil)...)
	require.Equal(t, schema.Succeeded, w.Night()[0].Status)
	require.Equal(t, []string{"3"}, w.Rows("SELECT count(*) FROM audience_members WHERE valid_to IS NULL"))
}

func TestARunWithSomeRejectsSaysHowMany(t *testing.T) {
	t.Parallel()
	l, url := runtest.NewLab(t)
	l.Set("a", append(runtest.People(t, 3, nil), `{"FIRST_NAME":"Nobody"}`)...)
	w := runtest.New(t, runtest.LabConfig(url, "wide=a"))
	run := w.Night()[0]
	require.Equal(t, schema.Succeeded, run.Status)
	require.EqualValues(t, 1, run.RowsRejected)
	require.Contains(t, run.Warnings, "1 of 4 records were rejected; see `sync rejects list`")
	require.Equal(t, []string{"wide|a|no UUID, usable address or LinkedIn profile, so the record has no stable key"}, w.Rows("SELECT pipeline, audience_id, reason FROM etl.rejects WHERE sweep IS NOT NULL AND \"partition\" IS NOT NULL"))
}

func TestRejectedPayloadsOfEveryShapeAreStored(t *testing.T) {
	t.Parallel()
	l, url := runtest.NewLab(t)
	odd := []string{`["no object"]`, `"text"`, `17`, `null`, `{"FIRST_NAME":"a\u0000b"}`, `{"FIRST_NAME":"\ud800"}`, "{\"FIRST_NAME\":\"Andr\xe9\"}", `{"UUID":null,"UUID":""}`}
	l.Set("a", append(runtest.People(t, 1, nil), odd...)...)
	w := runtest.New(t, runtest.LabConfig(url, "wide=a"))
	run := w.Night()[0]
	require.Equal(t, schema.Succeeded, run.Status, run.Error)
	require.EqualValues(t, len(odd), run.RowsRejected)
	report, err := replay.Rejects(t.Context(), w.Runner, nil, false)
	require.NoError(t, err)
	require.EqualValues(t, len(odd), report.Runs[0].RowsRejected, "they are as broken as they were")
}

func TestNothingThatMustNotBeStoredIsKeptInQuarantine(t *testing.T) {
	t.Parallel()
	l, url := runtest.NewLab(t)
	l.Set("a", append(runtest.People(t, 1, nil), `{"NET_WORTH":"$75,000"}`, `[{"NET_WORTH":"$75,000"}]`)...)
	w := runtest.New(t, runtest.LabConfig(url, "wide=a"))
	w.Runner.Config.Pipelines[0].DropFields = []string{"net_*"}
	require.EqualValues(t, 2, w.Night()[0].RowsRejected)
	require.Empty(t, w.Rows("SELECT 1 FROM etl.rejects WHERE payload LIKE '%NET_WORTH%'"))
	require.Len(t, w.Rows("SELECT 1 FROM etl.rejects WHERE reason LIKE '%its payload is not kept%'"), 1)
}

// forget erases somebody by a name.
func forget(w *runtest.World, name string) {
	w.Helper()
	requests, err := selector.ParsePeople([]selector.Name{{Place: "argument 1", Text: name}})
	require.NoError(w, err)
	_, err = privacy.Forget(w.Context(), w.Runner, requests, false)
	require.NoError(w, err)
}

// repair stands for a newer program that can use what an older one could not.
const repair = `UPDATE etl.rejects SET payload = replace(replace(payload, '"ID"', '"UUID"'), '"MAIL"', '"BUSINESS_EMAIL"') WHERE payload LIKE '%Ann%'`

// unknown is a row with names that this program does not know, so that it has no key.
func unknown(row string) string {
	return strings.NewReplacer(`"UUID"`, `"ID"`, `"BUSINESS_EMAIL"`, `"MAIL"`).Replace(row)
}

func TestRejectsThatCanBeUsedNowBecomeRowsAsIfJustFetched(t *testing.T) {
	t.Parallel()
	l, url := runtest.NewLab(t)
	good := runtest.People(t, 3, nil)
	w := runtest.New(t, runtest.LabConfig(url, "wide=a"))
	l.Set("a", good...)
	w.Night()
	want := w.Content()

	other := runtest.New(t, runtest.LabConfig(url, "wide=a"))
	l.Set("a", good[0], unknown(good[1]), unknown(good[2]), `{"broken":1}`)
	require.EqualValues(t, 3, other.Night()[0].RowsRejected)
	other.Exec(repair)
	other.Now = other.Now.Add(time.Hour)
	asked := l.Asked
	report, err := replay.Rejects(t.Context(), other.Runner, []string{"wide"}, false)
	require.NoError(t, err)
	require.Equal(t, asked, l.Asked, "no vendor was asked")
	require.Len(t, report.Runs, 1)
	require.Equal(t, schema.Succeeded, report.Runs[0].Status, report.Runs[0].Error)
	require.EqualValues(t, 2, report.Runs[0].RowsNew)
	require.EqualValues(t, 1, report.Runs[0].RowsRejected)
	require.Equal(t, []string{"2|1"}, other.Rows("SELECT count(replayed_at), count(*) FILTER (replayed_at IS NULL) FROM etl.rejects"))
	got := other.Content()
	for _, table := range []string{"contacts", "identifiers", "audience_members"} {
		require.Equal(t, want[table], got[table], table)
	}

	report, err = replay.Rejects(t.Context(), other.Runner, nil, false)
	require.NoError(t, err)
	require.Zero(t, report.Runs[0].RowsWritten, "the one that is left still fails")
	l.Set("a", good...)
	require.Equal(t, schema.Succeeded, other.Night()[0].Status)
	require.Equal(t, []string{"3"}, other.Rows("SELECT count(*) FROM audience_members WHERE valid_to IS NULL"))
}

// suppressed keeps an identifier out, put there behind the program's back: as if
// its rules of that day had not found whom the stored payloads name.
func suppressed(kind schema.Kind, value string) string {
	return fmt.Sprintf("INSERT INTO etl.suppressions BY NAME SELECT '%[1]s' AS kind, sha256('%[1]s:%[2]s') AS value_sha256, 'forgotten' AS reason, now() AS suppressed_at", kind, value)
}

// hashOf is the hash by which an address is suppressed.
func hashOf(address string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(address))) }

func TestARejectOfSomebodyWhoWasSuppressedMeanwhileIsDroppedAndNeverReplayed(t *testing.T) {
	t.Parallel()
	l, url := runtest.NewLab(t)
	for name, c := range map[string]struct {
		payload string
		hide    func(w *runtest.World)
	}{
		"erased with the person":        {`{"ID":"u9","FIRST_NAME":"Ann","MAIL":"ann9@acme.example"}`, func(w *runtest.World) { forget(w, "ann9@acme.example") }},
		"unreadable":                    {`["Ann","ann9@acme.example"]`, func(w *runtest.World) { forget(w, "ann9@acme.example") }},
		"by an id that stands bare":     {`["Ann","u0000"]`, func(w *runtest.World) { forget(w, "ann0@acme.example") }},
		"by the replay, by address":     {`{"ID":"u9","FIRST_NAME":"Ann","MAIL":"ann9@acme.example"}`, func(w *runtest.World) { w.Exec(suppressed(schema.EmailSHA256, hashOf("ann9@acme.example"))) }},
		"by the replay, escaped":        {`{"ID":"u9","FIRST_NAME":"Ann","MAIL":"ann9\u0040acme.example"}`, func(w *runtest.World) { w.Exec(suppressed(schema.EmailSHA256, hashOf("ann9@acme.example"))) }},
		"by the replay, not normalised": {`{"ID":"u9","FIRST_NAME":"Ann","MAIL":"ANN9@Acme.Example "}`, func(w *runtest.World) { w.Exec(suppressed(schema.EmailSHA256, hashOf("ann9@acme.example"))) }},
		"by the replay, in Latin-1":     {"{\"ID\":\"u9\",\"FIRST_NAME\":\"Ann\xe9\",\"MAIL\":\"ann9@acme.example\"}", func(w *runtest.World) { w.Exec(suppressed(schema.EmailSHA256, hashOf("ann9@acme.example"))) }},
	} {
		t.Run(name, func(t *testing.T) {
			l.Set("a", append(runtest.People(t, 2, nil), c.payload, `{"ID":"u8","FIRST_NAME":"Ann","MAIL":"ann8@acme.example"}`)...)
			w := runtest.New(t, runtest.LabConfig(url, "wide=a"))
			require.EqualValues(t, 2, w.Night()[0].RowsRejected)
			c.hide(w)
			w.Exec(repair)
			report, err := replay.Rejects(t.Context(), w.Runner, nil, false)
			require.NoError(t, err)
			require.Equal(t, schema.Succeeded, report.Runs[0].Status, report.Runs[0].Error)
			require.Equal(t, []string{"true"}, w.Rows("SELECT count(*) = 1 AND bool_and(replayed_at IS NOT NULL) FROM etl.rejects"), "the stranger's is replayed, the other one gone")
			require.Empty(t, w.Rows("SELECT source_id FROM source_contacts WHERE source_id = 'u9'"))
			require.Equal(t, []string{"u8"}, w.Rows("SELECT source_id FROM source_contacts WHERE source_id = 'u8'"))
			require.Empty(t, w.Rows("SELECT source_id FROM audience_members WHERE source_id = 'u9'"))
		})
	}
}

func TestARejectThatHasBeenOvertakenOnlyFillsWhatIsMissing(t *testing.T) {
	t.Parallel()
	l, url := runtest.NewLab(t)
	w := runtest.New(t, runtest.LabConfig(url, "wide=a"))
	l.Set("a", `{"ID":"u1","FIRST_NAME":"Anna","JOB_TITLE":"CTO","CITY":"Austin"}`, `{"UUID":"u2"}`)
	w.Night()
	l.Set("a", `{"UUID":"u1","FIRST_NAME":"Ann","JOB_TITLE":"CEO"}`)
	w.Night()
	w.Exec(repair)
	_, err := replay.Rejects(t.Context(), w.Runner, nil, false)
	require.NoError(t, err)
	require.Equal(t, []string{"Ann|CEO|Austin"}, w.Rows("SELECT first_name, job_title, city FROM source_contacts WHERE source_id = 'u1'"))
	require.Zero(t, w.Night()[0].RowsWritten)
}

func TestRejectedMatchesOfAnIntentDayAreReplayedIntoTheirDay(t *testing.T) {
	t.Parallel()
	w, _ := runtest.NewSimulated(t, 200)
	require.Equal(t, schema.Succeeded, w.Night("crm-intent")[0].Status)
	want := w.Content()
	// As if an older program had rejected everything that one person did that week.
	w.Exec(`INSERT INTO etl.rejects BY NAME
			SELECT DISTINCT ON (m.data_date, m.topic_id, m.hem) concat('r-', m.data_date, m.topic_id) AS reject_id, m.run_id, m.pipeline, 'intent' AS source, m.source_id, m.data_date::TIMESTAMPTZ AS as_of,
				m.data_date::VARCHAR AS "partition", m.sweep, 'no such rule yet' AS reason, m.payload::VARCHAR AS payload, now() AS rejected_at
			FROM etl.matches m WHERE m.source_id = (SELECT min(source_id) FROM etl.matches)`,
		`DELETE FROM etl.matches WHERE source_id = (SELECT min(source_id) FROM etl.matches)`)
	require.NotEqual(t, want["intent_matches"], w.Content()["intent_matches"])
	report, err := replay.Rejects(t.Context(), w.Runner, nil, false)
	require.NoError(t, err)
	require.NotZero(t, report.Runs[0].RowsNew)
	require.Equal(t, want["intent_matches"], w.Content()["intent_matches"])
	require.Empty(t, w.Rows("SELECT 1 FROM etl.rejects WHERE replayed_at IS NULL"))
}

func TestOldHistoryGoesButNotWhatIsStillNeeded(t *testing.T) {
	t.Parallel()
	l, url := runtest.NewLab(t)
	l.Set("a", append(runtest.People(t, 1, nil), `{"broken":1}`)...)
	l.Set("b", runtest.People(t, 1, nil)...)
	w := runtest.New(t, "retention: {runs: 10d, rejects: 5d}\n"+runtest.LabConfig(url, "one=a", "two=b"))
	w.Night("two")
	l.Set("b", `{"broken":1}`)
	w.Night("two") // fails, and is never run again
	for range 8 {
		w.Now = w.Now.Add(4 * 24 * time.Hour)
		w.Night("one")
	}
	require.Equal(t, []string{"failed|1", "succeeded|1"}, w.Rows("SELECT status, count(*) FROM etl.runs WHERE pipeline = 'two' GROUP BY ALL ORDER BY ALL"), "the last run and the last success stay")
	require.Equal(t, []string{"true"}, w.Rows("SELECT bool_and(started_at >= least(TIMESTAMPTZ '"+w.Now.Format(time.RFC3339)+"' - INTERVAL 10 DAYS, date_trunc('month', TIMESTAMPTZ '"+w.Now.Format(time.RFC3339)+"'))) FROM etl.runs WHERE pipeline = 'one'"))
	require.NotEqual(t, []string{"8"}, w.Rows("SELECT count(*) FROM etl.runs WHERE pipeline = 'one'"))
	require.Equal(t, []string{"true"}, w.Rows("SELECT min(rejected_at) >= TIMESTAMPTZ '"+w.Now.Format(time.RFC3339)+"' - INTERVAL 5 DAYS FROM etl.rejects"))
}
