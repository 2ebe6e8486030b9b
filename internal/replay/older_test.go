//go:build duckdb_arrow

package replay_test

import (
	"fmt"
	"testing"

	"contactsync/internal/replay"
	"contactsync/internal/run"
	"contactsync/internal/runtest"
	"contactsync/load/duckdb/layout"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// TestReplayBringsWhatOlderRulesMadeToTheRulesOfToday stores people as older rules
// made them: a slug that everybody had, a masked address that linked strangers, and
// a wrapped profile that linked nobody.
func TestReplayBringsWhatOlderRulesMadeToTheRulesOfToday(t *testing.T) {
	t.Parallel()
	l, url := runtest.NewLab(t)
	w := runtest.New(t, runtest.LabConfig(url, "p=a")+"identity: {guard: off}\n") // which older rules did not have
	row := func(id, first, last string, fields ...string) string {
		all := map[string]any{"UUID": id, "FIRST_NAME": first, "LAST_NAME": last}
		for i := 0; i < len(fields); i += 2 {
			all[fields[i]] = fields[i+1]
		}
		return runtest.Object(t, all)
	}
	l.Set("a",
		row("u1", "Ann", "Lee", "LINKEDIN_URL", "https://linkedin.com/in/linkedin.com/in/ann-lee", "MOBILE_PHONE", "0024762889", "JOB_TITLE", "EVP, CFO"),
		row("u2", "Bob", "Ray", "LINKEDIN_URL", "https://linkedin.com/in/linkedin.com/in/bob-ray", "COMPANY_DOMAIN", "facebook.com/acme"),
		row("u3", "Eve", "Orr", "BUSINESS_EMAIL", "e***@acme.example"),
		row("u4", "Edd", "Fox", "BUSINESS_EMAIL", "e***@acme.example", "PERSONAL_COUNTRY", "North Macedonia"),
		row("u5", "Ann", "Lee", "LINKEDIN_URL", "[profile](https://www.linkedin.com/in/ann-lee)", "COMPANY_NAME", "Acme &amp; Co"),
	)
	w.Night()
	fresh := w.Content()
	w.Exec(
		"UPDATE etl.records SET linkedin_url = NULL, phone = NULL, notes = NULL, record_hash = 'of before' WHERE true",
		"UPDATE etl.records SET linkedin_url = 'https://www.linkedin.com/in/linkedin.com', phone = NULL, seniority = 'vp' WHERE source_id IN ('u1', 'u2')",
		"UPDATE etl.records SET company_domain = 'facebook.com' WHERE source_id = 'u2'",
		"UPDATE etl.records SET notes = ['LINKEDIN_URL: unusable value dropped'], company_name = 'Acme &amp; Co' WHERE source_id = 'u5'",
		"UPDATE etl.records SET country = NULL WHERE source_id = 'u4'",
		"DELETE FROM etl.identifiers",
		identified("u1", schema.LinkedIn, "linkedin.com"), identified("u2", schema.LinkedIn, "linkedin.com"),
		identified("u3", schema.EmailSHA256, hashOf("e***@acme.example")), identified("u4", schema.EmailSHA256, hashOf("e***@acme.example")),
	)
	_, err := run.Resolve(t.Context(), w.Runner, run.ResolveOptions{Rebuild: true})
	require.NoError(t, err)
	const people = "SELECT string_agg(source_id, ' ' ORDER BY source_id) FROM source_contacts GROUP BY contact_id ORDER BY 1"
	require.Equal(t, []string{"u1 u2", "u3 u4", "u5"}, w.Rows(people), "as older rules told")
	ids := w.Rows("SELECT contact_id FROM source_contacts WHERE source_id IN ('u1', 'u3', 'u5') ORDER BY source_id")

	report, err := replay.Stored(t.Context(), w.Runner, nil, false)
	require.NoError(t, err)
	require.Equal(t, schema.Succeeded, report.Runs[0].Status, report.Runs[0].Error)
	require.EqualValues(t, 5, report.Runs[0].RowsChanged)
	require.Equal(t, []string{"u1 u5", "u2", "u3", "u4"}, w.Rows(people), "strangers part, and one person's records come together")
	require.Equal(t, ids[:2], w.Rows("SELECT contact_id FROM source_contacts WHERE source_id IN ('u1', 'u3') ORDER BY source_id"), "the oldest record keeps the id")
	require.Equal(t, []string{"1"}, w.Rows(fmt.Sprintf("SELECT count(*) FROM etl.merges WHERE contact_id = '%s'", ids[2])), "who was u5 is known as u1's")
	for table, rows := range w.Content() {
		require.Equal(t, fresh[table], rows, "%s: as if fetched now", table)
	}

	report, err = replay.Stored(t.Context(), w.Runner, nil, false)
	require.NoError(t, err)
	require.Zero(t, report.Runs[0].RowsWritten, "a second replay writes nothing")
	require.Zero(t, w.Night()[0].RowsChanged, "and so does the next night")
}

// identified gives a record an identifier, as older rules made it.
func identified(id string, kind schema.Kind, value string) string {
	return fmt.Sprintf(`INSERT INTO etl.identifiers BY NAME SELECT *, %s AS key FROM
		(SELECT '%s' AS source, '%s' AS source_id, '%s' AS kind, '%s' AS value) t`, layout.IdentifierKeySQL("t"), schema.AudienceLab, id, kind, value)
}
