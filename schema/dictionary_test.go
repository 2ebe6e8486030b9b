package schema

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEveryColumnIsShownOrHiddenOnPurpose names all that is hidden from who may not know
// who people are: a new column is hidden until it is listed as public, and must then, or
// else, be written down here.
func TestEveryColumnIsShownOrHiddenOnPurpose(t *testing.T) {
	hidden := map[string][]string{}
	shown := map[string][]string{}
	for _, table := range PublicDictionary() {
		for _, c := range table.Columns {
			shown[table.Name] = append(shown[table.Name], c.Name)
		}
	}
	for _, table := range Dictionary() {
		for _, c := range table.Columns {
			if !slices.Contains(shown[table.Name], c.Name) {
				hidden[table.Name] = append(hidden[table.Name], c.Name)
			}
		}
		require.ElementsMatch(t, strings.Fields(public[table.Name]), shown[table.Name], "%s: a public column that is none", table.Name)
	}
	person := strings.Fields("full_name first_name last_name email business_email personal_email email_sha256 email_md5 phone linkedin_url twitter_handle company_key postal_code")
	require.Equal(t, map[string][]string{
		"contacts":              person,
		"source_contacts":       append(append([]string{"source_id"}, person...), "emails", "phones", "notes", "payload", "record_hash"),
		"identifiers":           {"source_id", "value"},
		"intent_matches":        {"hem", "source_id", "email", "payload"},
		"accounts":              {"company_key"},
		"new_contacts":          {"full_name"},
		"job_changes":           {"full_name"},
		"audiences":             {"attributes"},
		"audience_members":      {"source_id"},
		"events":                {"event_id", "source_id", "payload"},
		"contact_changes":       {"old_value", "new_value"},
		"etl.merges":            {"source_id"},
		"etl.identity_warnings": {"value"},
		"etl.candidate_pairs":   {"source_id", "other_source_id", "value"},
		"etl.runs":              {"warnings", "error"},
		"etl.checkpoints":       {"partition", "position", "sweep"},
		"etl.rejects":           {"source_id", "partition", "sweep", "reason", "payload"},
		"etl.suppressions":      {"value_sha256"},
		"etl.enrichments":       {"job_id", "name"},
		"etl.asked":             {"job", "person", "value"},
	}, hidden)
}
