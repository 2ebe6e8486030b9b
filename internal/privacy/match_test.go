//go:build duckdb_arrow

package privacy_test

import (
	"testing"

	"contactsync/internal/privacy"
	"contactsync/internal/runtest"
	"contactsync/internal/selector"

	"github.com/stretchr/testify/require"
)

// TestWhomEvidenceJoinedIsErasedWhole: two records share no identifier and are one person
// by identity.match. What was noted of the pair goes with them.
func TestWhomEvidenceJoinedIsErasedWhole(t *testing.T) {
	t.Parallel()
	lab, url := runtest.NewLab(t)
	w := runtest.New(t, "identity: {match: on}\n"+runtest.LabConfig(url, "one=a"))
	person := func(id, email string) string {
		return runtest.Object(t, map[string]any{
			"UUID": id, "FIRST_NAME": "Zebulon", "LAST_NAME": "Quillfeather", "PERSONAL_ADDRESS": "1 Elm St", "PERSONAL_CITY": "Springfield",
			"PERSONAL_STATE": "IL", "PERSONAL_ZIP": "62701", "MOBILE_PHONE": "+12025550143", "BUSINESS_EMAIL": email, "COMPANY_NAME": "Acme",
			"COMPANY_DOMAIN": "acme.example", "JOB_TITLE": "Falconer",
		})
	}
	lab.Set("a", append(runtest.People(t, 40, nil), person("z1", "zebulon@home.example"), person("z2", "quill@acme.example"))...)
	w.Night()
	w.Night() // the guard has told of everybody by then
	const pairs = "SELECT count(*) FROM etl.candidate_pairs WHERE reason = 'match' AND joined AND source_id IN ('z1', 'z2') AND other_source_id IN ('z1', 'z2')"
	require.Equal(t, []string{"1"}, w.Rows(pairs))
	require.Equal(t, []string{"2"}, w.Rows("SELECT record_count FROM contacts WHERE last_name = 'Quillfeather'"))

	const traces = `(?i)quillfeather|zebulon|quill@|\bz[12]\b`
	require.NotEmpty(t, w.Mentions(traces))

	requests, err := selector.ParsePeople([]selector.Name{{Place: "1", Text: "zebulon@home.example"}})
	require.NoError(t, err)
	found, err := privacy.Forget(t.Context(), w.Runner, requests, false)
	require.NoError(t, err)
	require.Len(t, found.Records, 2)
	require.EqualValues(t, 1, found.Rows["etl.candidate_pairs"])
	require.Empty(t, w.Mentions(traces))
	require.Equal(t, []string{"40"}, w.Rows("SELECT count(*) FROM source_contacts"))
	w.Night()
	require.Equal(t, []string{"0"}, w.Rows(pairs), "and a later night brings nothing back")
}
