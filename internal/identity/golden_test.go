package identity

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"contactsync/schema"
)

var (
	yes, no = new(true), new(false)
	rules   = Rules{Priority: schema.Sources}
)

func day(n int) time.Time { return time.Date(2026, 11, n, 0, 0, 0, 0, time.UTC) }

func record(source, id string, p schema.Profile) schema.SourceContact {
	return schema.SourceContact{Source: source, SourceID: id, Profile: p, RecordHash: source + id, FirstSeenAt: day(1), LastSeenAt: day(1)}
}

func TestTheMostTrustedRecordWins(t *testing.T) {
	title := func(source, id, title string, asOf time.Time, hash string) schema.SourceContact {
		r := record(source, id, schema.Profile{JobTitle: title})
		r.AsOf, r.RecordHash = asOf, hash
		return r
	}
	for _, test := range []struct {
		name    string
		records []schema.SourceContact
		want    string
	}{
		{"by priority, however old", []schema.SourceContact{title(schema.Intent, "1", "CTO", day(9), "a"), title(schema.AudienceLab, "2", "CEO", day(1), "b")}, "CEO"},
		{"a source without a value is passed over", []schema.SourceContact{title(schema.AudienceLab, "1", "", day(9), "a"), title(schema.StatSocial, "2", "CEO", day(1), "b")}, "CEO"},
		{"then by recency", []schema.SourceContact{title(schema.Intent, "1", "CTO", day(1), "a"), title(schema.Intent, "2", "CEO", day(2), "b")}, "CEO"},
		{"a record without a date comes last", []schema.SourceContact{title(schema.Intent, "1", "CTO", time.Time{}, "a"), title(schema.Intent, "2", "CEO", day(2), "b")}, "CEO"},
		{"then by record hash", []schema.SourceContact{title(schema.Intent, "1", "CTO", day(1), "b"), title(schema.Intent, "2", "CEO", day(1), "a")}, "CEO"},
		{"sources not named are equals after the rest", []schema.SourceContact{title("csv", "1", "CTO", day(1), "a"), title("api", "2", "CIO", day(2), "b"), title(schema.StatSocial, "3", "CEO", day(1), "c")}, "CEO"},
	} {
		t.Run(test.name, func(t *testing.T) {
			require.Equal(t, test.want, Golden(test.records, rules).JobTitle)
		})
	}
}

func TestGroupsComeFromOneRecordGapsIncluded(t *testing.T) {
	records := []schema.SourceContact{
		record(schema.AudienceLab, "1", schema.Profile{FirstName: "A.", CompanyDomain: "old.example", Region: "NY", Country: "US", Gender: "female"}),
		record(schema.Toofr, "2", schema.Profile{FullName: "Ann Example", FirstName: "Ann", LastName: "Example", CompanyName: "Acme Inc", CompanyKey: "acme", CompanySize: "11-50", JobTitle: "CTO"}),
		record(schema.Intent, "3", schema.Profile{City: "Austin", Region: "TX", CompanyName: "Other", CompanyKey: "other", CompanyDomain: "other.example", CompanyIndustry: "Software", Seniority: "c_suite", Department: "engineering"}),
	}
	c := Golden(records, rules)
	require.Equal(t, schema.Profile{
		FullName: "Ann Example", FirstName: "Ann", LastName: "Example",
		CompanyName: "Acme Inc", CompanyKey: "acme", CompanySize: "11-50",
		City: "Austin", Region: "TX",
		JobTitle: "CTO",
		Gender:   "female",
	}, c.Profile)
}

func TestWithoutItsMainColumnAGroupComesFromWhoHasTheNext(t *testing.T) {
	c := Golden([]schema.SourceContact{
		record(schema.AudienceLab, "1", schema.Profile{Country: "US"}),
		record(schema.Intent, "2", schema.Profile{Region: "TX", PostalCode: "73301"}),
	}, rules)
	require.Equal(t, schema.Profile{Region: "TX", PostalCode: "73301"}, c.Profile)
}

func TestEmailIsTheBestBusinessAddressElsePersonal(t *testing.T) {
	business := func(source, address string, status schema.EmailStatus) schema.SourceContact {
		return record(source, address, schema.Profile{Email: address, BusinessEmail: address, EmailStatus: status, EmailVerified: status.Verified()})
	}
	personal := func(source, address string, status schema.EmailStatus) schema.SourceContact {
		return record(source, address, schema.Profile{Email: address, PersonalEmail: address, EmailStatus: status, EmailVerified: status.Verified()})
	}
	both := func(source, invalid, address string, status schema.EmailStatus) schema.SourceContact {
		r := personal(source, address, status)
		r.BusinessEmail = invalid
		return r
	}
	disposable := func(source, business, personal, address string) schema.SourceContact {
		return record(source, address, schema.Profile{Email: address, BusinessEmail: business, PersonalEmail: personal})
	}
	const none, esp, valid, catchAll, unknown, invalid = "", schema.EmailValidESP, schema.EmailValid, schema.EmailCatchAll, schema.EmailUnknown, schema.EmailInvalid
	for _, test := range []struct {
		name     string
		records  []schema.SourceContact
		want     string
		status   schema.EmailStatus
		verified *bool
	}{
		{"by rank", []schema.SourceContact{business(schema.Intent, "i@a.example", none), business(schema.Toofr, "t@a.example", none)}, "t@a.example", none, nil},
		{"verified first", []schema.SourceContact{business(schema.Intent, "i@a.example", valid), business(schema.Toofr, "t@a.example", none)}, "i@a.example", valid, yes},
		{"of the verified, what its provider knows", []schema.SourceContact{business(schema.Intent, "i@a.example", esp), business(schema.Toofr, "t@a.example", valid)}, "i@a.example", esp, yes},
		{"a server that takes all mail proves no more than silence", []schema.SourceContact{business(schema.Intent, "i@a.example", none), business(schema.Toofr, "t@a.example", catchAll)}, "t@a.example", catchAll, nil},
		{"refuted last", []schema.SourceContact{business(schema.Intent, "i@a.example", none), business(schema.Toofr, "t@a.example", invalid)}, "i@a.example", none, nil},
		{"business before personal", []schema.SourceContact{business(schema.StatSocial, "s@a.example", none), personal(schema.Toofr, "t@example.com", esp)}, "s@a.example", none, nil},
		{"but not an invalid one", []schema.SourceContact{business(schema.AudienceLab, "s@a.example", invalid), personal(schema.Toofr, "t@example.com", none)}, "t@example.com", none, nil},
		{"of two invalid ones business", []schema.SourceContact{business(schema.StatSocial, "s@a.example", invalid), personal(schema.Toofr, "t@example.com", invalid)}, "s@a.example", invalid, no},
		{"nor one for which its own record prefers the personal one", []schema.SourceContact{both(schema.AudienceLab, "s@a.example", "t@example.com", valid), business(schema.Toofr, "s@a.example", none)}, "t@example.com", valid, yes},
		{"unless somebody verified it", []schema.SourceContact{both(schema.AudienceLab, "s@a.example", "t@example.com", valid), business(schema.Toofr, "s@a.example", valid)}, "s@a.example", valid, yes},
		{"nor where there is another at work", []schema.SourceContact{both(schema.AudienceLab, "s@a.example", "t@example.com", valid), business(schema.Toofr, "u@a.example", none)}, "u@a.example", none, nil},
		{"personal where there is no business", []schema.SourceContact{personal(schema.Toofr, "t@example.com", invalid), record(schema.Intent, "1", schema.Profile{})}, "t@example.com", invalid, no},
		{"another vendor's verdict counts", []schema.SourceContact{business(schema.Toofr, "t@a.example", none), business(schema.AudienceLab, "l@a.example", none), business(schema.Intent, "t@a.example", valid)}, "t@a.example", valid, yes},
		{"who tried in vain hides nobody's verdict", []schema.SourceContact{business(schema.AudienceLab, "t@a.example", unknown), business(schema.Intent, "t@a.example", catchAll)}, "t@a.example", catchAll, nil},
		{"in vain is still a word", []schema.SourceContact{business(schema.AudienceLab, "t@a.example", none), business(schema.Intent, "t@a.example", unknown)}, "t@a.example", unknown, nil},
		{"of verdicts on one address the best-ranked", []schema.SourceContact{business(schema.AudienceLab, "t@a.example", catchAll), business(schema.Intent, "t@a.example", esp)}, "t@a.example", catchAll, nil},
		{"one thrown away after use after a business one", []schema.SourceContact{disposable(schema.AudienceLab, "", "", "d@bin.example"), business(schema.StatSocial, "s@a.example", none)}, "s@a.example", none, nil},
		{"and after a personal one", []schema.SourceContact{disposable(schema.AudienceLab, "", "", "d@bin.example"), personal(schema.StatSocial, "s@example.com", unknown)}, "s@example.com", unknown, nil},
		{"but before an invalid one", []schema.SourceContact{disposable(schema.AudienceLab, "s@a.example", "s@example.com", "d@bin.example")}, "d@bin.example", none, nil},
		{"also where another says so", []schema.SourceContact{business(schema.Toofr, "s@a.example", invalid), disposable(schema.AudienceLab, "", "", "d@bin.example")}, "d@bin.example", none, nil},
		{"unless that one is not invalid for all", []schema.SourceContact{disposable(schema.AudienceLab, "s@a.example", "s@example.com", "d@bin.example"), personal(schema.Toofr, "s@example.com", valid)}, "s@example.com", valid, yes},
		{"nor where it is as bad", []schema.SourceContact{personal(schema.Toofr, "s@example.com", invalid), record(schema.AudienceLab, "1", schema.Profile{Email: "d@bin.example", EmailStatus: invalid, EmailVerified: no})}, "s@example.com", invalid, no},
		{"an address of neither sort is better than none", []schema.SourceContact{record(schema.Toofr, "1", schema.Profile{Email: "t@example.org"})}, "t@example.org", none, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := Golden(test.records, rules)
			require.Equal(t, test.want, c.Email)
			require.Equal(t, test.status, c.EmailStatus)
			require.Equal(t, test.verified, c.EmailVerified)
			sha, md := sha256.Sum256([]byte(c.Email)), md5.Sum([]byte(c.Email))
			require.Equal(t, hex.EncodeToString(sha[:]), c.EmailSHA256)
			require.Equal(t, hex.EncodeToString(md[:]), c.EmailMD5)
		})
	}
}

func TestVendorHashesStandWhereThereIsNoAddress(t *testing.T) {
	c := Golden([]schema.SourceContact{
		record(schema.Intent, "1", schema.Profile{EmailSHA256: "aa"}),
		record(schema.StatSocial, "2", schema.Profile{EmailMD5: "bb", EmailVerified: yes, EmailStatus: schema.EmailValid, EmailLastSeenAt: day(3)}),
	}, rules)
	require.Equal(t, schema.Profile{EmailSHA256: "aa", EmailMD5: "bb"}, c.Profile)
}

func TestTheDoNotCallFlagIsTheNumbersOwn(t *testing.T) {
	phone := func(source, number string, dnc *bool) schema.SourceContact {
		return record(source, number, schema.Profile{Phone: number, PhoneDNC: dnc})
	}
	for _, test := range []struct {
		name    string
		records []schema.SourceContact
		want    *bool
	}{
		{"another number's flag says nothing", []schema.SourceContact{phone(schema.AudienceLab, "+12025550123", nil), phone(schema.Intent, "+12025550124", yes)}, nil},
		{"a flag of the number counts whoever gives it", []schema.SourceContact{phone(schema.AudienceLab, "+12025550123", nil), phone(schema.Intent, "+12025550123", no)}, no},
		{"a yes outweighs a better-ranked no", []schema.SourceContact{phone(schema.AudienceLab, "+12025550123", no), phone(schema.Intent, "+12025550123", yes)}, yes},
		{"a flag without a number is dropped", []schema.SourceContact{phone(schema.AudienceLab, "", yes)}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			require.Equal(t, test.want, Golden(test.records, rules).PhoneDNC)
		})
	}
}

func TestAnAddressWasLastSeenWhenAnyRecordSaysSo(t *testing.T) {
	seen := func(source, address string, on time.Time) schema.SourceContact {
		return record(source, address, schema.Profile{Email: address, BusinessEmail: address, EmailLastSeenAt: on})
	}
	records := []schema.SourceContact{
		seen(schema.AudienceLab, "l@a.example", day(2)), seen(schema.Toofr, "l@a.example", day(3)),
		seen(schema.Intent, "l@a.example", time.Time{}), seen(schema.StatSocial, "s@a.example", day(9)),
	}
	require.Equal(t, day(3), Golden(records, rules).EmailLastSeenAt)
	require.Contains(t, Explain(records, rules), Origin{"email_last_seen_at", "2026-11-03T00:00:00Z", schema.Toofr, "l@a.example"})
}

func TestKindAndSourceOfANumberTravelTogether(t *testing.T) {
	phone := func(source, number string, kind schema.PhoneKind, field string) schema.SourceContact {
		return record(source, number, schema.Profile{Phone: number, PhoneKind: kind, PhoneSource: field})
	}
	for _, test := range []struct {
		name    string
		records []schema.SourceContact
		kind    schema.PhoneKind
		source  string
	}{
		{"of its own record", []schema.SourceContact{phone(schema.AudienceLab, "+12025550123", schema.PhoneDirect, "DIRECT_NUMBER"), phone(schema.Intent, "+12025550124", schema.PhoneMobile, "mobilePhones")}, schema.PhoneDirect, "DIRECT_NUMBER"},
		{"or of who knows better", []schema.SourceContact{phone(schema.AudienceLab, "+12025550123", schema.PhoneUnknown, "VALID_PHONES"), phone(schema.Intent, "+12025550123", schema.PhoneMobile, "mobilePhones")}, schema.PhoneMobile, "mobilePhones"},
		{"of two who know, the best-ranked", []schema.SourceContact{phone(schema.AudienceLab, "+12025550123", schema.PhoneDirect, "DIRECT_NUMBER"), phone(schema.Intent, "+12025550123", schema.PhoneMobile, "mobilePhones")}, schema.PhoneDirect, "DIRECT_NUMBER"},
		{"a row of before has none", []schema.SourceContact{phone(schema.AudienceLab, "+12025550123", "", "")}, "", ""},
		{"nor has who has no number", []schema.SourceContact{phone(schema.AudienceLab, "", schema.PhoneDirect, "DIRECT_NUMBER")}, "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := Golden(test.records, rules)
			require.Equal(t, test.kind, c.PhoneKind)
			require.Equal(t, test.source, c.PhoneSource)
		})
	}
}

func TestAContactSumsUpItsRecords(t *testing.T) {
	a, b, c := record(schema.Toofr, "2", schema.Profile{}), record(schema.Intent, "1", schema.Profile{}), record(schema.Toofr, "1", schema.Profile{})
	a.FirstSeenAt, a.LastSeenAt = day(3), day(9)
	b.FirstSeenAt, b.LastSeenAt = day(2), day(8)
	c.FirstSeenAt, c.LastSeenAt = day(2), day(7)
	require.Equal(t, schema.Contact{
		ContactID: ContactID(schema.Intent, "1"), Sources: []string{schema.Intent, schema.Toofr}, RecordCount: 3, FirstSeenAt: day(2), LastSeenAt: day(9),
	}, Golden([]schema.SourceContact{a, b, c}, rules))
	require.Equal(t, schema.Contact{}, Golden(nil, rules))
}

func TestExplainNamesTheRecordBehindEachValue(t *testing.T) {
	records := []schema.SourceContact{
		record(schema.Toofr, "1", schema.Profile{Email: "ann@a.example", BusinessEmail: "ann@a.example", Phone: "+12025550123"}),
		record(schema.Intent, "2", schema.Profile{Email: "ann@a.example", BusinessEmail: "ann@a.example", EmailVerified: yes, EmailStatus: schema.EmailValidESP, EmailLastSeenAt: day(2), Phone: "+12025550123", PhoneDNC: yes, PhoneKind: schema.PhoneMobile, PhoneSource: "mobilePhones", City: "Austin"}),
	}
	c := Golden(records, rules)
	require.Equal(t, []Origin{
		{"email", "ann@a.example", schema.Toofr, "1"},
		{"business_email", "ann@a.example", schema.Toofr, "1"},
		{"email_verified", "true", schema.Intent, "2"},
		{"email_status", "valid_esp", schema.Intent, "2"},
		{"email_last_seen_at", "2026-11-02T00:00:00Z", schema.Intent, "2"},
		{"email_sha256", c.EmailSHA256, schema.Toofr, "1"},
		{"email_md5", c.EmailMD5, schema.Toofr, "1"},
		{"phone", "+12025550123", schema.Toofr, "1"},
		{"phone_dnc", "true", schema.Intent, "2"},
		{"phone_kind", "mobile", schema.Intent, "2"},
		{"phone_source", "mobilePhones", schema.Intent, "2"},
		{"city", "Austin", schema.Intent, "2"},
	}, Explain(records, rules))
	require.Empty(t, Explain(nil, rules))
}

// peoples draws records of one person with few values, so that they often agree.
var peoples = rapid.Custom(func(t *rapid.T) []schema.SourceContact {
	records := make([]schema.SourceContact, rapid.IntRange(1, 6).Draw(t, "records"))
	for i := range records {
		r := &records[i]
		r.Source, r.SourceID = rapid.SampledFrom(schema.Sources).Draw(t, "source"), fmt.Sprint(i)
		r.FirstSeenAt, r.LastSeenAt = day(rapid.IntRange(1, 3).Draw(t, "first")), day(rapid.IntRange(3, 5).Draw(t, "last"))
		r.RecordHash = rapid.SampledFrom([]string{"a", "b"}).Draw(t, "hash")
		for _, column := range schema.ProfileColumns {
			switch v := column.Field(&r.Profile).(type) {
			case *string:
				*v = rapid.SampledFrom([]string{"", "x", "y", "z"}).Draw(t, column.Name)
			case **bool:
				*v = rapid.SampledFrom([]*bool{nil, yes, no}).Draw(t, column.Name)
			case *time.Time:
				*v = rapid.SampledFrom([]time.Time{{}, day(1), day(2)}).Draw(t, column.Name)
			}
		}
	}
	return records
})

func TestTheOrderOfRecordsDoesNotMatterForTheirGoldenValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		records := peoples.Draw(t, "records")
		shuffled := rapid.Permutation(records).Draw(t, "shuffled")
		require.Equal(t, Golden(records, rules), Golden(shuffled, rules))
		require.Equal(t, Explain(records, rules), Explain(shuffled, rules))
	})
}

func TestExplainTellsOfEveryGoldenValueAndEveryOneStandsInItsRecord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		records := peoples.Draw(t, "records")
		c := Golden(records, rules)
		told := map[string]Origin{}
		for _, o := range Explain(records, rules) {
			told[o.Field] = o
		}
		for _, column := range schema.ProfileColumns {
			require.Equal(t, text(column, &c.Profile), told[column.Name].Value, column.Name)
			if told[column.Name].Value == "" || column.Name == "email" || column.Name == "email_sha256" || column.Name == "email_md5" {
				continue // email may stand in business_email only; its hashes are computed
			}
			for i := range records {
				if r := &records[i]; r.Source == told[column.Name].Source && r.SourceID == told[column.Name].SourceID {
					require.Equal(t, text(column, &r.Profile), told[column.Name].Value, column.Name)
				}
			}
		}
	})
}

func TestEveryProfileColumnReachesTheGoldenRecord(t *testing.T) {
	var p schema.Profile
	for _, column := range schema.ProfileColumns {
		switch v := column.Field(&p).(type) {
		case *string:
			*v = column.Name
		case **bool:
			*v = yes
		case *time.Time:
			*v = day(1)
		}
	}
	p.Email = p.BusinessEmail
	golden := reflect.ValueOf(Golden([]schema.SourceContact{record(schema.Toofr, "1", p)}, rules).Profile)
	for i := range golden.NumField() {
		require.False(t, golden.Field(i).IsZero(), golden.Type().Field(i).Name)
	}
}

func TestChangesListProfileValuesThatDiffer(t *testing.T) {
	before := schema.Contact{ContactID: "c_1", Profile: schema.Profile{JobTitle: "CTO", City: "Austin", PhoneDNC: no, EmailVerified: yes, EmailLastSeenAt: day(1)}, RecordCount: 1}
	after := schema.Contact{ContactID: "c_1", Profile: schema.Profile{JobTitle: "CEO", Gender: "female", PhoneDNC: new(false), EmailLastSeenAt: day(2).In(time.FixedZone("", 3600)), PhoneKind: schema.PhoneMobile}, RecordCount: 2}
	require.Equal(t, []schema.Change{
		{ContactID: "c_1", Field: "email_verified", OldValue: "true"},
		{ContactID: "c_1", Field: "email_last_seen_at", OldValue: "2026-11-01T00:00:00Z", NewValue: "2026-11-02T00:00:00Z"},
		{ContactID: "c_1", Field: "phone_kind", NewValue: "mobile"},
		{ContactID: "c_1", Field: "job_title", OldValue: "CTO", NewValue: "CEO"},
		{ContactID: "c_1", Field: "city", OldValue: "Austin"},
		{ContactID: "c_1", Field: "gender", NewValue: "female"},
	}, Changes(before, after))
	require.Empty(t, Changes(after, after))
}

func BenchmarkGolden(b *testing.B) {
	const perPerson = 3
	full := schema.Profile{
		FullName: "Ann Example", FirstName: "Ann", LastName: "Example", Email: "ann@a.example", BusinessEmail: "ann@a.example", EmailVerified: yes,
		Phone: "+12025550123", PhoneDNC: no, CompanyName: "Acme", CompanyDomain: "a.example", City: "Austin", Region: "TX", Country: "US", JobTitle: "CTO",
	}
	records := []schema.SourceContact{
		record(schema.Intent, "1", full), record(schema.AudienceLab, "2", full), record(schema.StatSocial, "3", schema.Profile{EmailMD5: "bb"}),
	}
	b.ReportAllocs()
	for b.Loop() {
		Golden(records, rules)
	}
	b.ReportMetric(perPerson*float64(b.N)/b.Elapsed().Seconds(), "records/s")
}
