package transform

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/schema"
)

// spoilt are values that no field takes as they are.
var spoilt = []string{
	"x", "no", "0", "???", "j***@gmail.com", "noemail@noemail.com", "a@b", "jane@mailinator.com", "ann@acme.example ,bob@", "Ann Lee <ann@acme.example>",
	"JosÃ©", "Tom &amp; Ann", "Ａｎｎ", "A\u200bnn", "Unknown", "LinkedIn Member", "xxxx", "Dr. Ann Lee, MD (she/her) 😊",
	"+112125550123", "0044 20 7946 0000", "2125550123.0", "212-555-0123 / 212-555-0124 (cell)", "123", "00000", `="02134"`, "MA 02134",
	"https://www.linkedin.com/in/linkedin.com/in/ann", "https://www.linkedin.com/company/acme", "https://www.linkedin.com/in/me",
	"[ann](https://www.linkedin.com/in/ann)",
	"https://twitter.com/jobs", "https://www.facebook.com/acme", "linktr.ee/acme", "acme.wordpress.com", "127.0.0.1", "http%3A%2F%2Facme.com", `["acme.com"]`,
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "abc123", "2026-13-45", "Perhaps", "Atlantis", "US-XX", "SU",
	"00000000-0000-0000-0000-000000000000",
}

// TestEveryNoteIsOfTheList puts spoilt values into every known field of every vendor.
func TestEveryNoteIsOfTheList(t *testing.T) {
	made := map[schema.Cause]bool{}
	noted := func(n schema.Normal, about any) {
		for _, line := range n.Notes {
			cause := schema.ParseNote(line).Cause
			require.NotEmpty(t, cause.Info().Outcome, "%q is not of the list: %s", line, about)
			made[cause] = true
		}
	}
	for _, source := range schema.Sources {
		for _, field := range KnownFields(source) {
			for _, value := range spoilt {
				payload := spoiltPayload(t, field, value)
				n, err := Contact(source, "1", payload)
				require.NoError(t, err)
				noted(n, string(payload))
			}
		}
		for _, sample := range sampleMembers(t, source) {
			payload, err := json.Marshal(sample)
			require.NoError(t, err)
			n, err := Contact(source, "1", payload)
			require.NoError(t, err)
			noted(n, string(payload))
		}
	}
	for _, c := range append(valueCases(t, "values.jsonl"), valueCases(t, "unlisted.jsonl")...) {
		payload, err := json.Marshal(c.Record)
		require.NoError(t, err)
		n, err := Contact(schema.AudienceLab, "1", payload)
		require.NoError(t, err)
		noted(n, c.Record)
	}
	for _, c := range schema.Causes {
		if c.Cause != schema.CauseUnusableValue { // of older rules alone
			require.True(t, made[c.Cause], "nothing here is noted with %q", c.Cause)
		}
	}
}

// spoiltPayload is a record with a value in a field, and in the places within it.
func spoiltPayload(t *testing.T, field, value string) json.RawMessage {
	t.Helper()
	record := map[string]any{field: value, "BUSINESS_EMAIL": "ann@acme.example"}
	switch field {
	case "profile", "email", "domain", "twitter", "facebook", "emailHashes": // objects of some vendors
		record[field] = map[string]string{
			"linkedin_profile": value, "fn": value, "email": value, "domain": value, "sha256": value, "md5": value,
		}
	case "BUSINESS_EMAIL":
		record[field] = value
	}
	payload, err := json.Marshal(record)
	require.NoError(t, err)
	return payload
}
