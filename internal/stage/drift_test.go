//go:build duckdb_arrow

package stage_test

import (
	"testing"

	"contactsync/internal/runtest"

	"contactsync/internal/simulate/api"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

const (
	drifts   = "SELECT source, stream, field, change, coalesce(sample_type, '') FROM etl.drift WHERE change <> 'unmapped' ORDER BY ALL"
	unmapped = "SELECT source, stream, field, change, coalesce(sample_type, '') FROM etl.drift WHERE change = 'unmapped' ORDER BY ALL"
)

func TestEachChangeOfAFieldIsReportedOnce(t *testing.T) {
	t.Parallel()
	l, url := runtest.NewLab(t)
	w := runtest.New(t, runtest.LabConfig(url, "wide=a"))
	l.Set("a", runtest.People(t, 60, map[string]any{"SKIPTRACE_MATCH_SCORE": 11, "MARRIED": "Y", "CHILDREN": nil, "GENDER": ""})...)
	run := w.Night()[0]
	require.Empty(t, run.Warnings)
	require.Empty(t, w.Rows(drifts), "what the documents name is not new on the first run")

	l.Set("a", runtest.People(t, 60, map[string]any{"SKIPTRACE_MATCH_SCORE": "11", "Shoe_Size": 42, "CHILDREN": "N", "GENDER": nil, "ann@example.com": 1})...)
	run = w.Night()[0]
	require.Equal(t, []string{"3 fields changed; see etl.drift"}, run.Warnings)
	changed := []string{
		"audiencelab|audiencelab.segments|MARRIED|missing|",
		"audiencelab|audiencelab.segments|SHOE_SIZE|new|number",
		"audiencelab|audiencelab.segments|SKIPTRACE_MATCH_SCORE|retyped|string",
	}
	require.Equal(t, changed, w.Rows(drifts))
	require.Equal(t, []string{run.RunID}, w.Rows("SELECT DISTINCT run_id FROM etl.drift WHERE change <> 'unmapped'"))
	require.Len(t, w.Rows("SELECT 1 FROM source_contacts WHERE payload LIKE '%Shoe_Size%'"), 60, "the values survive")

	l.Set("a", runtest.People(t, 61, map[string]any{"SKIPTRACE_MATCH_SCORE": 12, "SHOE_SIZE": 43, "children": "Y", "GENDER": "F"})...)
	require.Empty(t, w.Night()[0].Warnings, "known by now, in either case")
	require.Equal(t, changed, w.Rows(drifts))
}

func TestAKnownFieldThatNoColumnTakesIsNamedOnce(t *testing.T) {
	t.Parallel()
	l, url := runtest.NewLab(t)
	w := runtest.New(t, runtest.LabConfig(url, "wide=a", "other=b"))
	l.Set("a", runtest.People(t, 3, map[string]any{"SKILLS": "", "married": "Y", "JOB_TITLE": "CTO", "PERSONAL_ZIP4": 1001})...)
	l.Set("b", runtest.People(t, 3, map[string]any{"CHILDREN": nil, "MARRIED": "N"})...)
	for _, run := range w.Night() {
		require.Empty(t, run.Warnings, "it is no change of what the vendor sends")
	}
	named := []string{
		"audiencelab|audiencelab.segments|MARRIED|unmapped|string",
		"audiencelab|audiencelab.segments|PERSONAL_ZIP4|unmapped|number",
	}
	require.Equal(t, named, w.Rows(unmapped), "what says something")
	require.Empty(t, w.Rows(drifts))

	l.Set("a", runtest.People(t, 4, map[string]any{"SKILLS": []any{"go"}, "MARRIED": "N", "JOB_TITLE": "CEO", "PERSONAL_ZIP4": 1002})...)
	w.Night()
	w.Night()
	require.Equal(t, append(named, "audiencelab|audiencelab.segments|SKILLS|unmapped|array"), w.Rows(unmapped))
	require.Equal(t, []string{"3"}, w.Rows("SELECT count(*) FROM etl.fields WHERE payload_only"))
}

func TestAFieldIsMissingOnlyWhereItWasUsual(t *testing.T) {
	t.Parallel()
	l, url := runtest.NewLab(t)
	w := runtest.New(t, runtest.LabConfig(url, "both=a,b"))
	l.Set("a", runtest.People(t, 60, map[string]any{"MARRIED": "Y"})...)
	l.Set("b", runtest.People(t, 60, nil)...)
	for range 2 {
		for _, run := range w.Night() {
			require.Empty(t, run.Warnings, run.Pipeline)
		}
		l.Set("a", runtest.People(t, 49, nil)...) // too few to tell
	}
	require.Empty(t, w.Rows(drifts))
	l.Set("a", runtest.People(t, 60, map[string]any{"JOB_TITLE": "CTO"})...)
	w.Night()
	require.Equal(t, []string{"audiencelab|audiencelab.segments|MARRIED|missing|"}, w.Rows(drifts))
}

func TestAVendorThatDriftsIsNoticedOnceByEverySource(t *testing.T) {
	t.Parallel()
	w, s := runtest.NewSimulated(t, 600)
	for _, run := range w.Night("saas-leaders", "crm-intent", "site-leads") {
		require.Equal(t, schema.Succeeded, run.Status, run.Error)
	}
	before := w.Rows(drifts)
	s.SetFaults(0, api.SchemaDrift)
	s.Advance(1)
	w.Night("crm-intent", "site-leads")
	after := w.Rows(drifts)
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
	w.Night("crm-intent", "site-leads")
	require.Equal(t, after, w.Rows(drifts))
	require.Contains(t, w.Rows(unmapped), "intent|intent.matches|headline|unmapped|string")
	require.Equal(t, w.Rows("SELECT count(*) FROM etl.drift"), w.Rows("SELECT count(DISTINCT (source, stream, field, change, sample_type)) FROM etl.drift"))
}
