//go:build duckdb_arrow

package run_test

import (
	"fmt"
	"strings"
	"testing"

	"contactsync/internal/normal"
	"contactsync/internal/run"
	"contactsync/internal/runtest"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// howTo are rows of a segment as the vendor's own how-to shows it: no UUID (vendors'
// README 6.1). Each is numbered by its person.
func howTo(t testing.TB, people ...int) []string {
	rows := make([]string, len(people))
	for i, n := range people {
		rows[i] = runtest.Object(t, map[string]any{
			"FIRST_NAME": "Ann", "LAST_NAME": fmt.Sprint("Lee", n), "COMPANY_NAME": "Acme", "COMPANY_DOMAIN": "acme.example",
			"BUSINESS_VERIFIED_EMAILS": fmt.Sprintf("ann%d@acme.example", n), "MOBILE_PHONE": fmt.Sprintf("+1202555010%d", n),
		})
	}
	return rows
}

// withUUID are the same rows once the column is shown.
func withUUID(rows ...string) []string {
	shown := make([]string, len(rows))
	for i, row := range rows {
		shown[i] = fmt.Sprintf(`{"UUID":"u%d",`, i) + row[1:]
	}
	return shown
}

func key(n int) string { return schema.HashKey + normal.SHA256(fmt.Sprintf("ann%d@acme.example", n)) }

const periods = "SELECT source_id, valid_from::DATE, valid_to::DATE FROM audience_members ORDER BY ALL"

func TestASegmentWithoutUUIDIsReadAsAnyOther(t *testing.T) {
	lab, url := runtest.NewLab(t)
	w := runtest.New(t, runtest.LabConfig(url, "people=a"))
	lab.Set("a", howTo(t, 1, 2, 3)...)
	first := w.Night()[0]
	require.Equal(t, schema.Succeeded, first.Status)
	require.Zero(t, first.RowsRejected)
	require.EqualValues(t, 3, first.RowsNew)
	require.Len(t, first.Warnings, 1)
	require.Contains(t, first.Warnings[0], "segment a: rows have no UUID")
	require.Equal(t, []string{"3|3"}, w.Rows("SELECT count(*), count(DISTINCT contact_id) FROM source_contacts WHERE starts_with(source_id, 'hem:') AND source_id = 'hem:' || email_sha256"))
	require.Equal(t, []string{"3"}, w.Rows("SELECT count(*) FROM contacts WHERE company_domain = 'acme.example' AND phone IS NOT NULL"))
	before := w.Content()

	quiet := w.Night()[0]
	require.Equal(t, []int64{3, 0, 0}, []int64{quiet.RowsRead, quiet.RowsNew, quiet.RowsChanged})
	require.Equal(t, before, w.Content())

	lab.Set("a", howTo(t, 1, 3)...)
	w.Night()
	require.Equal(t, []string{key(2)}, w.Rows("SELECT source_id FROM audience_members WHERE valid_to IS NOT NULL"))
	require.Equal(t, []string{"2"}, w.Rows("SELECT count(*) FROM audience_members WHERE valid_to IS NULL"))
}

func TestOnlyARowWithNothingToKnowItByIsRejected(t *testing.T) {
	lab, url := runtest.NewLab(t)
	w := runtest.New(t, runtest.LabConfig(url, "people=a"))
	lab.Set("a", append(howTo(t, 1), `{"FIRST_NAME":"Bob","LINKEDIN_URL":"https://uk.linkedin.com/in/Bob-Ray?x"}`, `{"FIRST_NAME":"Eve","MOBILE_PHONE":"+12025550109"}`)...)
	night := w.Night()[0]
	require.EqualValues(t, 1, night.RowsRejected)
	require.Equal(t, []string{"no UUID, usable address or LinkedIn profile, so the record has no stable key"}, w.Rows("SELECT reason FROM etl.rejects"))
	require.Equal(t, []string{key(1), "li:bob-ray"}, w.Rows("SELECT source_id FROM source_contacts ORDER BY ALL"))
}

const visitsConfig = "sources: {audiencelab: {api_key: k, base_url: %q, poll_interval: 100ms, max_attempts: 2}}\npipelines:\n" +
	"  people: {from: audiencelab.segments, segments: [a]}\n  visits: {from: audiencelab.visits, pixels: [px]%s}\n"

// visit is a visit of one of the people at a minute.
func visit(t testing.TB, n, minute int, more map[string]any) string {
	address := fmt.Sprintf("ann%d@acme.example", n)
	fields := map[string]any{
		"pixel_id": "px", "hem_sha256": normal.SHA256(address), "event_timestamp": fmt.Sprintf("2026-11-01T10:%02d:00Z", minute),
		"referrer_url": "", "full_url": fmt.Sprint("https://acme.example/", n), "edid": "e",
		"resolution": map[string]any{"FIRST_NAME": "Ann", "LAST_NAME": fmt.Sprint("Lee", n), "PERSONAL_CITY": "Boston", "STATE": "MA", "NET_WORTH": "$1"},
	}
	for k, v := range more {
		fields[k] = v
	}
	return runtest.Object(t, fields)
}

func TestEachVisitIsStoredOnceOverAllNights(t *testing.T) {
	lab, url := runtest.NewLab(t)
	w := runtest.New(t, fmt.Sprintf(visitsConfig, url, ", drop_fields: [NET_*]"))
	lab.Set("a", withUUID(howTo(t, 1, 2)...)...)
	list := []string{visit(t, 1, 1, nil), visit(t, 1, 2, nil), visit(t, 2, 3, nil), visit(t, 3, 4, nil)}
	lab.Set("/pixels/px/v4", list...)
	for _, r := range w.Night("people", "visits") {
		require.Equal(t, schema.Succeeded, r.Status, r.Error)
		require.Empty(t, r.Warnings)
	}
	require.Equal(t, []string{"4|4|3|px"}, w.Rows("SELECT count(*), count(DISTINCT event_id), count(DISTINCT contact_id), any_value(audience_id) FROM events"))
	hash := normal.SHA256("ann1@acme.example")
	id := normal.SHA256("px|" + hash + "|2026-11-01T10:01:00Z|https://acme.example/1")
	require.Equal(t, []string{"hem:" + hash}, w.Rows("SELECT source_id FROM events WHERE event_id = '"+id+"'"))
	require.Equal(t, []string{"px|pixel"}, w.Rows("SELECT audience_id, kind FROM audiences WHERE audience_id = 'px'"))
	require.Equal(t, []string{"3|2"}, w.Rows("SELECT count(*), count(*) FILTER (record_count = 2) FROM contacts"), "those of the segment are the same people")
	require.Equal(t, []string{"0"}, w.Rows("SELECT (SELECT count(*) FROM events WHERE contains(payload::VARCHAR, 'NET_WORTH')) + (SELECT count(*) FROM source_contacts WHERE contains(payload::VARCHAR, 'NET_WORTH'))"))
	require.Equal(t, []string{"Boston|MA"}, w.Rows("SELECT city, region FROM contacts WHERE full_name = 'Ann Lee3'"))
	before, runs := w.Content(), w.Rows("SELECT DISTINCT run_id FROM events")

	quiet := w.Night("visits")[0]
	require.Equal(t, []int64{4, 0, 0}, []int64{quiet.RowsRead, quiet.RowsNew, quiet.RowsChanged})
	require.Equal(t, before, w.Content())

	lab.Set("/pixels/px/v4", append([]string{visit(t, 1, 9, nil), visit(t, 4, 8, nil)}, list...)...)
	night := w.Night("visits")[0]
	require.Equal(t, []string{"6|2"}, w.Rows("SELECT count(*), count(*) FILTER (run_id = '"+night.RunID+"') FROM events"))
	require.Len(t, w.Rows("SELECT DISTINCT run_id FROM events WHERE run_id = '"+runs[0]+"'"), 1, "what was there is not written again")
	require.Len(t, w.Rows(periods), 6, "of the segment two, of the pixel four: nobody left and nobody joined twice")
	require.Equal(t, []string{"0"}, w.Rows("SELECT count(*) FROM audience_members WHERE valid_to IS NOT NULL"))
}

func TestAColumnUUIDThatIsShownLaterMakesNobodyLeave(t *testing.T) {
	lab, url := runtest.NewLab(t)
	w := runtest.New(t, runtest.LabConfig(url, "people=a"))
	rows := howTo(t, 1, 2, 3)
	lab.Set("a", rows...)
	w.Night()
	people := w.Rows("SELECT contact_id, full_name FROM contacts ORDER BY ALL")
	since := w.Rows("SELECT DISTINCT valid_from FROM audience_members")
	require.Len(t, since, 1)

	shown := withUUID(rows...)
	lab.Set("a", shown...)
	night := w.Night()[0]
	require.Equal(t, schema.Succeeded, night.Status)
	require.Empty(t, night.Warnings)
	require.Equal(t, people, w.Rows("SELECT contact_id, full_name FROM contacts ORDER BY ALL"), "the same people, by the same ids")
	now := []string{"u0|" + since[0] + "|<nil>", "u1|" + since[0] + "|<nil>", "u2|" + since[0] + "|<nil>"}
	require.Equal(t, now, w.Rows("SELECT source_id, valid_from, valid_to FROM audience_members ORDER BY ALL"), "each membership carries on")
	before := w.Content()
	w.Night()
	require.Equal(t, before, w.Content(), "and a quiet night")

	lab.Set("a", strings.Replace(shown[0], "+12025550101", "+12025550199", 1), shown[2])
	w.Night()
	require.Equal(t, []string{"u1"}, w.Rows("SELECT source_id FROM audience_members WHERE valid_to IS NOT NULL"))
	require.Equal(t, []string{"+12025550199"}, w.Rows("SELECT phone FROM contacts WHERE full_name = 'Ann Lee1'"), "the record of the old key is of the day before")
	content := w.Content()
	_, err := run.Resolve(t.Context(), w.Runner, run.ResolveOptions{Rebuild: true})
	require.NoError(t, err)
	require.Equal(t, content, w.Content(), "a rebuild gives the same")
}

func TestAListThatIsReadInTwoRunsCarriesOnWhenItIsComplete(t *testing.T) {
	lab, url := runtest.NewLab(t)
	w := runtest.New(t, runtest.LabConfig(url, "people=a", "others=b"))
	rows := howTo(t, 1, 2, 3)
	lab.Set("a", rows...)
	lab.Set("b", withUUID(rows...)[2])
	w.Night()
	lab.Set("a", append(withUUID(rows[0], rows[1]), rows[2])...) // not shown for everybody
	w.Night()
	require.Equal(t, []string{"3|1|0"}, w.Rows("SELECT count(*), count(DISTINCT valid_from), count(valid_to) FROM audience_members WHERE audience_id = 'a'"))
	lab.Set("a", rows...) // and hidden again
	w.Night()
	require.Equal(t, []string{"3|1|0"}, w.Rows("SELECT count(*), count(DISTINCT valid_from), count(valid_to) FROM audience_members WHERE audience_id = 'a'"))
	require.Equal(t, []string{"3"}, w.Rows("SELECT count(*) FROM contacts"))
}

func TestTwoPeopleWithOneAddressHoldNobodysMembershipOpen(t *testing.T) {
	lab, url := runtest.NewLab(t)
	w := runtest.New(t, runtest.LabConfig(url, "people=a"))
	twin := strings.Replace(howTo(t, 1)[0], `"FIRST_NAME":"Ann"`, `"FIRST_NAME":"Bob"`, 1)
	lab.Set("a", append(howTo(t, 1, 2, 3), twin)...)
	w.Night()
	require.Equal(t, []string{"3"}, w.Rows("SELECT count(*) FROM source_contacts"), "they are versions of one record")
	quiet := w.Night()[0]
	require.Zero(t, quiet.RowsWritten)
	lab.Set("a", append(howTo(t, 1, 2), twin)...)
	night := w.Night()[0]
	require.Len(t, night.Warnings, 1, "of the missing UUID: %v", night.Warnings)
	require.Equal(t, []string{key(3)}, w.Rows("SELECT source_id FROM audience_members WHERE valid_to IS NOT NULL"), "four rows were declared, and four served")
}
