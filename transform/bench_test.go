package transform

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/internal/normal"
	"contactsync/schema"
)

// BenchmarkContact normalises one record per iteration; rows/s is what matters.
func BenchmarkContact(b *testing.B) {
	for _, source := range schema.Sources {
		b.Run(source, func(b *testing.B) {
			payloads := make([]json.RawMessage, 1000)
			for i := range payloads {
				payloads[i] = benchPayload(source, i)
			}
			b.ReportAllocs()
			b.ResetTimer()
			for i := range b.N {
				_, err := Contact(source, "id", payloads[i%len(payloads)])
				require.NoError(b, err)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// benchPayload is the i-th made-up record of a vendor, filled as densely as the
// vendor's samples are.
func benchPayload(source string, i int) json.RawMessage {
	email := fmt.Sprintf("person.%d@company%d.example", i, i%97)
	personal := fmt.Sprintf("person%d@gmail.com", i)
	phone := func(area int) string { return fmt.Sprintf("+1%d555%04d", area, i%10000) }
	switch source {
	case schema.Toofr:
		return fmt.Appendf(nil, `{"id":%d,"first_name":"robin","last_name":"o'hara","title":"Head of social media","profile":{"fn":"Robin O'Hara","linkedin_profile":"https://www.linkedin.com/in/robin%d/"},"email":{"email":%q,"confidence":140,"state":"high"},"domain":{"domain":"company%d.example"},"title_confidence":280}`, i, i, email, i%97)
	case schema.Intent:
		return fmt.Appendf(nil, `{"hem":%q,"intentScore":87,"topicId":123,"email":%q,"company":"Company %d","jobTitle":"Director of Demand Generation"}`, normal.SHA256(email), email, i%97)
	case schema.StatSocial:
		return fmt.Appendf(nil, `{"ss_id":"%d","md5":[%q,%q],"email_raw":%q,"twitter_id":"%d"}`, i, normal.MD5(email), normal.MD5(personal), email, 1000+i)
	}
	record := map[string]string{}
	for _, field := range KnownFields(schema.AudienceLab)[:60] {
		record[field] = ""
	}
	for field, value := range map[string]string{
		"UUID": fmt.Sprint(i), "FIRST_NAME": "ROBIN", "LAST_NAME": "O'HARA", "GENDER": "F", "AGE_RANGE": "35-44", "JOB_TITLE": "Vice President of Sales", "SENIORITY_LEVEL": "Cxo",
		"BUSINESS_EMAIL": email, "PERSONAL_EMAILS": personal + ", second." + personal, "PERSONAL_VERIFIED_EMAILS": personal,
		"SHA256_BUSINESS_EMAIL": normal.SHA256(email), "SHA256_PERSONAL_EMAIL": normal.SHA256(personal) + ", " + normal.SHA256("second."+personal),
		"MOBILE_PHONE": phone(202) + ", " + phone(617), "MOBILE_PHONE_DNC": "Y, N", "DIRECT_NUMBER": phone(312), "DIRECT_NUMBER_DNC": "N", "PERSONAL_PHONE": phone(415), "COMPANY_PHONE": phone(212),
		"LINKEDIN_URL": fmt.Sprintf("linkedin.com/in/robin-%d", i), "COMPANY_NAME": "Company", "COMPANY_DOMAIN": fmt.Sprintf("company%d.example", i%97), "COMPANY_INDUSTRY": "Software",
		"COMPANY_EMPLOYEE_COUNT": "101 to 250", "PERSONAL_CITY": "Boston", "PERSONAL_STATE": "MA", "PERSONAL_ZIP": "02134", "NET_WORTH": "$75,000 to $99,999", "INTERESTS": "soup, cycling, chess",
		"COMPANY_DESCRIPTION": "Makes soup and, on Tuesdays, more soup, for people all over the country, since 1931.",
	} {
		record[field] = value
	}
	payload, err := json.Marshal(record)
	if err != nil {
		panic(err)
	}
	return payload
}
