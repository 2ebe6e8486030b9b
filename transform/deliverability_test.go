package transform

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"contactsync/schema"
)

func TestStatusIsReadHoweverItIsWritten(t *testing.T) {
	for sent, want := range map[string]schema.EmailStatus{
		"Valid (esp)": schema.EmailValidESP, "valid(esp)": schema.EmailValidESP, "VALID (ESP)": schema.EmailValidESP, " Valid_ESP": schema.EmailValidESP,
		"Valid": schema.EmailValid, "valid": schema.EmailValid, "VALID ": schema.EmailValid,
		"Catch-all": schema.EmailCatchAll, "catch_all": schema.EmailCatchAll, "CatchAll": schema.EmailCatchAll, "catch all": schema.EmailCatchAll,
		"Unknown": schema.EmailUnknown, "UNKNOWN": schema.EmailUnknown,
		"Invalid": schema.EmailInvalid, "invalid": schema.EmailInvalid, "In-valid": schema.EmailInvalid,
		"": "", "null": "", "n/a": "", "-": "",
	} {
		p := new(person)
		p.emails("f", []string{"a@acme.example"}, []string{sent}, nil)
		require.Equal(t, want, p.normal("s", "1").EmailStatus, sent)
		require.Empty(t, p.notes, sent)
	}
	for _, sent := range []string{"ok", "probably valid", "1", "true", "válid"} {
		p := new(person)
		p.emails("f", []string{"a@acme.example"}, []string{sent}, nil)
		require.Empty(t, p.normal("s", "1").EmailStatus, sent)
		require.Equal(t, []string{"f: unknown status dropped"}, p.notes)
	}
}

func TestVerifiedIsWhatTheStatusComesTo(t *testing.T) {
	yes, no := true, false
	for status, want := range map[schema.EmailStatus]*bool{
		schema.EmailValidESP: &yes, schema.EmailValid: &yes, schema.EmailCatchAll: nil, schema.EmailUnknown: nil, schema.EmailInvalid: &no, "": nil,
	} {
		p := new(person)
		p.emails("f", []string{"a@acme.example"}, []string{string(status)}, nil)
		require.Equal(t, want, p.normal("s", "1").EmailVerified, status)
	}
}

// TestWhatIsSaidOfOneAddressComesToOneStatus says it in both orders.
func TestWhatIsSaidOfOneAddressComesToOneStatus(t *testing.T) {
	const list = "(listed as verified)"
	for _, c := range []struct {
		one, other string
		want       schema.EmailStatus
	}{
		{"Invalid", "Valid (esp)", schema.EmailInvalid},
		{"Invalid", list, schema.EmailInvalid},
		{"Valid", "Valid (esp)", schema.EmailValidESP},
		{"Catch-all", "Valid", schema.EmailValid},
		{list, "Valid (esp)", schema.EmailValidESP},
		{list, "Catch-all", schema.EmailCatchAll},
		{list, "Unknown", schema.EmailUnknown},
		{list, "", schema.EmailValid},
		{"Unknown", "Catch-all", schema.EmailCatchAll},
		{"Unknown", "", schema.EmailUnknown},
	} {
		for _, said := range [][]string{{c.one, c.other}, {c.other, c.one}} {
			p := new(person)
			for _, s := range said {
				if s == list {
					p.emails("f", []string{"a@acme.example"}, nil, new(true))
					continue
				}
				p.emails("f", []string{"a@acme.example"}, []string{s}, nil)
			}
			require.Equal(t, c.want, p.normal("s", "1").EmailStatus, strings.Join(said, " and "))
		}
	}
}

func TestTheBestAddressIsTheOneAtWhichMailArrives(t *testing.T) {
	for _, c := range []struct {
		name, addresses, statuses string
		want                      []string
	}{
		{"its provider knows it", "a@acme.example, b@acme.example, c@acme.example", "Catch-all, Valid, Valid (esp)", []string{"c@acme.example", "b@acme.example", "a@acme.example"}},
		{"nobody knows of these", "a@acme.example, b@acme.example, c@acme.example", "Catch-all, , Unknown", []string{"a@acme.example", "b@acme.example", "c@acme.example"}},
		{"business before personal", "a@gmail.com, b@acme.example", "Valid (esp), Catch-all", []string{"b@acme.example", "a@gmail.com"}},
		{"but no invalid one", "b@acme.example, a@gmail.com", "Invalid, ", []string{"a@gmail.com", "b@acme.example"}},
		{"a function's is better than an invalid one", "b@acme.example, info@acme.example", "Invalid, Unknown", []string{"info@acme.example", "b@acme.example"}},
		{"and worse than a person's", "info@acme.example, a@gmail.com", "Valid (esp), ", []string{"a@gmail.com", "info@acme.example"}},
	} {
		p := new(person)
		p.emails("f", []string{c.addresses}, []string{c.statuses}, nil)
		n := p.normal("s", "1")
		require.Equal(t, c.want, n.Emails, c.name)
		require.Equal(t, c.want[0], n.Email, c.name)
	}
}

func TestAnAddressWasSeenOnTheDateInItsPosition(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 11, n, 0, 0, 0, 0, time.UTC) }
	const addresses = "a@acme.example, broken@, b@acme.example"
	for _, c := range []struct {
		name  string
		dates []string
		want  [2]time.Time // of a and b
		notes []string
	}{
		{"a list", []string{"2026-11-01, 2026-11-02, 2026-11-03"}, [2]time.Time{day(1), day(3)}, nil},
		{"with gaps", []string{", , 2026-11-03"}, [2]time.Time{{}, day(3)}, nil},
		{"with nulls", []string{"null; nan; 2026-11-03"}, [2]time.Time{{}, day(3)}, nil},
		{"one date", []string{"11/20/2026"}, [2]time.Time{day(20), {}}, nil},
		{"a JSON list", []string{"2026-11-01T10:11:12.123456789+02:00", "", "1795651200"}, [2]time.Time{time.Date(2026, 11, 1, 8, 11, 12, 123456000, time.UTC), time.Unix(1795651200, 0).UTC()}, nil},
		{"a time with a comma", []string{"Tue, 03 Nov 2026 00:00:00 +0000"}, [2]time.Time{day(3), {}}, nil},
		{"more dates than addresses", []string{"2026-11-01, 2026-11-02, 2026-11-03, 2026-11-04"}, [2]time.Time{day(1), day(3)}, nil},
		{"none that can be read", []string{"last week, 2026-11-02, 2026-13-01"}, [2]time.Time{}, []string{"d: unreadable date dropped"}},
		{"none", nil, [2]time.Time{}, nil},
	} {
		p := new(person)
		p.emails("f", []string{addresses}, nil, nil)
		p.notes = nil
		p.seen([]string{addresses}, "d", c.dates)
		require.Equal(t, c.want, [2]time.Time{p.addresses[0].lastSeen, p.addresses[1].lastSeen}, c.name)
		require.Equal(t, c.notes, p.notes, c.name)
	}
}

func TestOfSeveralDatesOfAnAddressTheLatestCounts(t *testing.T) {
	for _, dates := range [][2]string{{"2026-11-02", "2026-11-01"}, {"2026-11-01", "2026-11-02"}} {
		p := new(person)
		p.emails("f", []string{"a@acme.example"}, nil, nil)
		for _, d := range dates {
			p.seen([]string{"A@acme.example"}, "d", []string{d})
		}
		require.Equal(t, time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC), p.normal("s", "1").EmailLastSeenAt)
	}
}

// TestEveryFieldOfNumbersHasItsKind reads a number from each field alone.
func TestEveryFieldOfNumbersHasItsKind(t *testing.T) {
	kinds := map[string]map[string]schema.PhoneKind{
		schema.AudienceLab: {
			"MOBILE_PHONE": schema.PhoneMobile, "ALL_MOBILES": schema.PhoneMobile, "PERSONAL_MOBILE": schema.PhoneMobile, "SKIPTRACE_WIRELESS_NUMBERS": schema.PhoneMobile,
			"DIRECT_NUMBER":     schema.PhoneDirect,
			"PERSONAL_LANDLINE": schema.PhoneLandline, "ALL_LANDLINES": schema.PhoneLandline, "SKIPTRACE_LANDLINE_NUMBERS": schema.PhoneLandline,
			"COMPANY_PHONE": schema.PhoneCompany, "SKIPTRACE_B2B_PHONE": schema.PhoneCompany, "SKIPTRACE_B2B_WIRELESS": schema.PhoneCompany, "SKIPTRACE_B2B_LANDLINE": schema.PhoneCompany,
			"PERSONAL_PHONE": schema.PhoneUnknown, "PHONE": schema.PhoneUnknown, "VALID_PHONES": schema.PhoneUnknown,
		},
		schema.Intent: {
			"mobilePhones": schema.PhoneMobile, "directNumbers": schema.PhoneDirect,
			"personalPhones": schema.PhoneUnknown, "phone": schema.PhoneUnknown, "phones": schema.PhoneUnknown,
		},
	}
	for source, fields := range map[string][]phoneField{schema.AudienceLab: audienceLabNumbers, schema.Intent: intentPhones} {
		require.Len(t, kinds[source], len(fields))
		for _, f := range fields {
			n, err := Contact(source, "1", []byte(`{"`+strings.ToLower(f.field)+`":"","`+f.field+`":"+12025550101"}`))
			require.NoError(t, err)
			require.Equal(t, kinds[source][f.field], n.PhoneKind, f.field)
			require.Equal(t, f.field, n.PhoneSource)
		}
	}
}

func TestKindAndSourceAreThoseOfTheBestNumber(t *testing.T) {
	for _, c := range []struct {
		name, payload string
		kind          schema.PhoneKind
		source        string
	}{
		{"the one that may be called", `{"MOBILE_PHONE":"+12025550101","MOBILE_PHONE_DNC":"Y","COMPANY_PHONE":"+12025550102"}`, schema.PhoneCompany, "COMPANY_PHONE"},
		{"a number's best field", `{"VALID_PHONES":"+12025550101","COMPANY_PHONE":"+12025550101","DIRECT_NUMBER":"+12025550101"}`, schema.PhoneDirect, "DIRECT_NUMBER"},
		{"of like fields one that tells the kind", `{"PERSONAL_PHONE":"+12025550101","SKIPTRACE_WIRELESS_NUMBERS":"12025550101"}`, schema.PhoneMobile, "SKIPTRACE_WIRELESS_NUMBERS"},
		{"a look-up's number is no better than any of the person", `{"PERSONAL_PHONE":"+12025550101","SKIPTRACE_WIRELESS_NUMBERS":"12025550102"}`, schema.PhoneUnknown, "PERSONAL_PHONE"},
		{"in either case", `{"direct_number":"+12025550101"}`, schema.PhoneDirect, "DIRECT_NUMBER"},
		{"none", `{"MOBILE_PHONE":"12345"}`, "", ""},
	} {
		n, err := Contact(schema.AudienceLab, "1", []byte(c.payload))
		require.NoError(t, err)
		require.Equal(t, c.kind, n.PhoneKind, c.name)
		require.Equal(t, c.source, n.PhoneSource, c.name)
	}
}
