//go:build duckdb_arrow

package pipeline_test

import (
	"testing"

	"contactsync/internal/simulate"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

const drifts = "SELECT source, stream, field, change, coalesce(sample_type, '') FROM etl.drift ORDER BY ALL"

func TestEachChangeOfAFieldIsReportedOnce(t *testing.T) {
	l, url := newLab(t)
	w := newWorld(t, labConfig(url, "wide=a"))
	l.set("a", people(t, 60, map[string]any{"SKIPTRACE_MATCH_SCORE": 11, "MARRIED": "Y", "CHILDREN": nil, "GENDER": ""})...)
	run := w.night()[0]
	require.Empty(t, run.Warnings)
	require.Empty(t, w.rows(drifts), "what the documents name is not new on the first run")

	l.set("a", people(t, 60, map[string]any{"SKIPTRACE_MATCH_SCORE": "11", "Shoe_Size": 42, "CHILDREN": "N", "GENDER": nil, "ann@example.com": 1})...)
	run = w.night()[0]
	require.Equal(t, []string{"3 fields changed; see etl.drift"}, run.Warnings)
	changed := []string{
		"audiencelab|audiencelab.segments|MARRIED|missing|",
		"audiencelab|audiencelab.segments|SHOE_SIZE|new|number",
		"audiencelab|audiencelab.segments|SKIPTRACE_MATCH_SCORE|retyped|string",
	}
	require.Equal(t, changed, w.rows(drifts))
	require.Equal(t, []string{run.RunID}, w.rows("SELECT DISTINCT run_id FROM etl.drift"))
	require.Len(t, w.rows("SELECT 1 FROM source_contacts WHERE payload LIKE '%Shoe_Size%'"), 60, "the values survive")

	l.set("a", people(t, 61, map[string]any{"SKIPTRACE_MATCH_SCORE": 12, "SHOE_SIZE": 43, "children": "Y", "GENDER": "F"})...)
	require.Empty(t, w.night()[0].Warnings, "known by now, in either case")
	require.Equal(t, changed, w.rows(drifts))
}

func TestAFieldIsMissingOnlyWhereItWasUsual(t *testing.T) {
	l, url := newLab(t)
	w := newWorld(t, labConfig(url, "both=a,b"))
	l.set("a", people(t, 60, map[string]any{"MARRIED": "Y"})...)
	l.set("b", people(t, 60, nil)...)
	for range 2 {
		for _, run := range w.night() {
			require.Empty(t, run.Warnings, run.Pipeline)
		}
		l.set("a", people(t, 49, nil)...) // too few to tell
	}
	require.Empty(t, w.rows(drifts))
	l.set("a", people(t, 60, map[string]any{"JOB_TITLE": "CTO"})...)
	w.night()
	require.Equal(t, []string{"audiencelab|audiencelab.segments|MARRIED|missing|"}, w.rows(drifts))
}

func TestAVendorThatDriftsIsNoticedOnceByEverySource(t *testing.T) {
	w, s := newSimulated(t, 600)
	for _, run := range w.night("saas-leaders", "crm-intent", "site-leads") {
		require.Equal(t, schema.Succeeded, run.Status, run.Error)
	}
	before := w.rows(drifts)
	s.SetFaults(0, simulate.SchemaDrift)
	s.Advance(1)
	w.night("crm-intent", "site-leads")
	after := w.rows(drifts)
	require.Empty(t, before)
	require.Equal(t, []string{
		"audiencelab|audiencelab.segments|COMPANY_INDUSTRY|missing|",
		"audiencelab|audiencelab.segments|SIMULATED_NEW_FIELD|new|object",
		"audiencelab|audiencelab.segments|SKIPTRACE_EXACT_AGE|retyped|array",
		"intent|intent.matches|headline|missing|",
		"intent|intent.matches|intentScore|retyped|string",
		"intent|intent.matches|simulated_new_field|new|object",
	}, after)
	s.Advance(1)
	w.night("crm-intent", "site-leads")
	require.Equal(t, after, w.rows(drifts))
	require.Equal(t, w.rows("SELECT count(*) FROM etl.drift"), w.rows("SELECT count(DISTINCT (source, stream, field, change, sample_type)) FROM etl.drift"))
}
