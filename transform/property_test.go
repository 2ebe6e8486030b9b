package transform

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"contactsync/schema"
)

// sampleMembers is a vendor's samples, a map of members each.
func sampleMembers(t *testing.T, source string) []map[string]json.RawMessage {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", source, "*.json"))
	require.NoError(t, err)
	var all []map[string]json.RawMessage
	for _, file := range files {
		if strings.HasSuffix(file, ".golden.json") {
			continue
		}
		for _, r := range sampleRecords(t, file) {
			var members map[string]json.RawMessage
			require.NoError(t, json.Unmarshal(r.Raw, &members))
			all = append(all, members)
		}
	}
	return all
}

// TestOrderOfMembersDoesNotMatter holds with members of the vendor's samples mixed
// as the folding of a record's versions mixes them.
func TestOrderOfMembersDoesNotMatter(t *testing.T) {
	for _, source := range schema.Sources {
		samples := sampleMembers(t, source)
		t.Run(source, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				folded := map[string]json.RawMessage{}
				for range rapid.IntRange(1, 3).Draw(t, "versions") {
					for name, value := range rapid.SampledFrom(samples).Draw(t, "version") {
						if source == schema.AudienceLab {
							name = audienceLabName.of(name)
						}
						folded[name] = value
					}
				}
				names := rapid.Permutation(KnownFields(source)).Draw(t, "order")
				want, err := Contact(source, "1", encode(folded, KnownFields(source)))
				require.NoError(t, err)
				got, err := Contact(source, "1", encode(folded, names))
				require.NoError(t, err)
				require.Equal(t, want, got)
			})
		})
	}
}

// encode writes the members in the given order.
func encode(members map[string]json.RawMessage, names []string) json.RawMessage {
	var parts []string
	for _, name := range names {
		if value, ok := members[name]; ok {
			parts = append(parts, `"`+name+`":`+string(value))
		}
	}
	return json.RawMessage("{" + strings.Join(parts, ",") + "}")
}

// TestNormalFormFedBackChangesNothing sends golden values in again, in the
// vendor's fields.
func TestNormalFormFedBackChangesNothing(t *testing.T) {
	for _, sample := range sampleMembers(t, schema.AudienceLab) {
		payload, err := json.Marshal(sample)
		require.NoError(t, err)
		once, err := Contact(schema.AudienceLab, "1", payload)
		require.NoError(t, err)
		payload, err = json.Marshal(map[string]any{
			"FIRST_NAME": once.FirstName, "LAST_NAME": once.LastName, "FULL_NAME": once.FullName,
			"BUSINESS_EMAIL": once.BusinessEmail, "PERSONAL_EMAIL": once.PersonalEmail, "SHA256_PERSONAL_EMAIL": once.EmailSHA256,
			"LINKEDIN_URL": once.LinkedInURL, "TWITTER_URL": once.TwitterHandle, "JOB_TITLE": once.JobTitle, "SENIORITY_LEVEL": once.Seniority, "DEPARTMENT": once.Department,
			"COMPANY_NAME": once.CompanyName, "COMPANY_DOMAIN": once.CompanyDomain, "COMPANY_INDUSTRY": once.CompanyIndustry, "COMPANY_SIZE": once.CompanySize, "COMPANY_REVENUE": once.CompanyRevenue,
			"PERSONAL_CITY": once.City, "PERSONAL_STATE": once.Region, "PERSONAL_ZIP": once.PostalCode, "PERSONAL_COUNTRY": once.Country,
			"GENDER": once.Gender, "AGE_RANGE": once.AgeRange, "PHONE": once.Phone, "DNC": once.PhoneDNC,
		})
		require.NoError(t, err)
		twice, err := Contact(schema.AudienceLab, "1", payload)
		require.NoError(t, err)
		for name, want := range profileColumns(&once.Profile) {
			switch name {
			case "email", "email_sha256", "email_md5", "email_verified", "email_status", "email_last_seen_at": // chosen by what the vendor verified
				continue
			case "phone_kind", "phone_source": // of the field, which is another
				continue
			}
			require.Equal(t, want, profileColumns(&twice.Profile)[name], name)
		}
		require.Empty(t, twice.Notes)
	}
}

// TestContactIsSafeForConcurrentUse shares the cache of exchanges; run with -race.
func TestContactIsSafeForConcurrentUse(t *testing.T) {
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for i := range 200 {
				for _, source := range schema.Sources {
					_, err := Contact(source, "1", benchPayload(source, i))
					if err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	group.Wait()
}
