//go:build duckdb_arrow

package run_test

import (
	"fmt"
	"slices"
	"testing"

	"contactsync/internal/runtest"
	"contactsync/internal/simulate/audiencelab"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

// saidSQL is what the payloads say of each address in its position: the status in
// lower-case letters, and the day.
const saidSQL = `WITH said AS (
	SELECT contact_id, source_id, lower(unnest(string_split(payload->>'$.BUSINESS_EMAIL', ', '))) AS address,
		regexp_replace(lower(unnest(string_split(payload->>'$.BUSINESS_EMAIL_VALIDATION_STATUS', ', '))), '[^a-z]', '', 'g') AS word,
		try_cast(unnest(string_split(payload->>'$.BUSINESS_EMAIL_LAST_SEEN_BY_ESP_DATE', ', ')) AS DATE) AS day FROM source_contacts
	UNION ALL
	SELECT contact_id, source_id, lower(unnest(string_split(payload->>'$.PERSONAL_EMAILS', ', '))),
		regexp_replace(lower(unnest(string_split(payload->>'$.PERSONAL_EMAIL_VALIDATION_STATUS', ', '))), '[^a-z]', '', 'g'),
		try_cast(unnest(string_split(payload->>'$.PERSONAL_EMAIL_LAST_SEEN_BY_ESP_DATE', ', ')) AS DATE) FROM source_contacts
) `

func TestWhatIsSaidOfAnAddressStandsBesideItInRecordsAndContacts(t *testing.T) {
	t.Parallel()
	w, _ := runtest.NewSimulated(t, 2_000)
	w.Configure(fmt.Sprintf("%s\n  reach: {from: audiencelab.segments, segments: [%s, %s]}\n", w.Text, audiencelab.SegmentDeliverable, audiencelab.SegmentLeads))
	require.Equal(t, schema.Succeeded, w.Night("reach")[0].Status)
	require.Equal(t, []string{"catch_all|catchall", "invalid|invalid", "unknown|unknown", "valid|valid", "valid_esp|validesp"},
		w.Rows(saidSQL+`SELECT DISTINCT s.email_status, word FROM source_contacts s JOIN said USING (source_id) WHERE s.email = address AND word <> '' ORDER BY ALL`))
	require.Empty(t, w.Rows(saidSQL+`SELECT source_id FROM source_contacts s JOIN said USING (source_id) WHERE s.email = address AND s.email_last_seen_at::DATE <> day`))

	require.Empty(t, w.Rows(saidSQL+`SELECT c.contact_id FROM contacts c JOIN said USING (contact_id) JOIN source_contacts s USING (source_id)
		WHERE c.email = address AND s.email = address AND word <> '' GROUP BY c.contact_id, c.email_status
		HAVING NOT bool_or(regexp_replace(c.email_status, '[^a-z]', '', 'g') = word) OR any_value(c.email_last_seen_at)::DATE <> max(day)`), "of the very address")
	require.Empty(t, w.Rows(saidSQL+`SELECT contact_id FROM contacts c JOIN said USING (contact_id) WHERE c.email_status = 'invalid' AND word <> 'invalid' AND word <> ''`), "an invalid address has no better one beside it")
	require.Equal(t, []string{"0"}, w.Rows(`SELECT count(*) FROM contacts WHERE email IS NULL AND email_status IS NOT NULL OR phone IS NULL AND phone_kind IS NOT NULL
		OR phone IS NOT NULL AND (phone_kind IS NULL OR phone_source IS NULL)`))
	kinds := w.Rows("SELECT DISTINCT phone_kind FROM contacts WHERE phone IS NOT NULL ORDER BY 1")
	require.True(t, slices.Contains(kinds, string(schema.PhoneMobile)) && slices.Contains(kinds, string(schema.PhoneDirect)), kinds)

	run := w.Night("reach")[0]
	require.Zero(t, run.RowsNew+run.RowsChanged, "the second night is quiet")
	require.Equal(t, []string{"0"}, w.Rows("SELECT count(*) FROM contact_changes WHERE run_id = '"+run.RunID+"'"))
}
