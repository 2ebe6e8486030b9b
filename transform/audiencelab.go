package transform

import (
	"cmp"
	"strings"

	"contactsync/internal/normal"
	"contactsync/schema"
	"contactsync/transform/place"
)

var audienceLabRules = Rules{
	Source: schema.AudienceLab, key: "UUID, usable address or LinkedIn profile", spelling: audienceLabName,
	person: audienceLabPerson, facts: audienceLabFacts, nested: visitors, AudienceFields: true,
}

// audienceLabName is the documented spelling of a member: pixel segments send the
// same names in either case (vendors' README 4.7).
var audienceLabName = &spelling{strings.ToUpper}

// audienceLabPerson reads a contact of a segment or audience: the 74 fields that
// the vendor really sends, the 84 of the document that users have, and the other
// names that newer and older feeds use for them (vendors' README 4.7, 4.8). A
// segment shows the fields that its owner chose, so any may be absent.
//
// SKIPTRACE_* describes whoever a lookup by address, mail or name found, with a
// score of its own: its place and numbers fill gaps, its name is not used.
func audienceLabPerson(p *person, o object) {
	if recognised := o.at(audienceLabName, visitors); recognised.all != nil {
		p.visitor(o)
		o = recognised
	}
	p.lives(p.audienceLabHome(o))
	p.named(p.name(o, "FIRST_NAME"), p.name(o, "LAST_NAME"), p.name(o, "FULL_NAME"))
	p.titled(p.text(normal.TitleColumn, o, "JOB_TITLE"),
		p.texts(o, "SENIORITY_LEVEL", "JOB_TITLE_LEVELS"), p.texts(o, "DEPARTMENT", "JOB_TITLE_ROLE"))
	p.audienceLabEmails(o)
	p.audienceLabPhones(o)
	for _, field := range []string{"LINKEDIN_URL", "INDIVIDUAL_LINKEDIN_URL", "ASKED_LINKEDIN_URL"} {
		p.linkedIn(field, p.texts(o, field))
	}
	p.linkedIn("LINKEDIN_USERNAME", linkedInNames(p.texts(o, "LINKEDIN_USERNAME")))
	for _, field := range []string{"TWITTER_URL", "INDIVIDUAL_TWITTER_URL"} {
		p.twitter(field, p.texts(o, field))
	}
	for _, field := range []string{"FACEBOOK_URL", "INDIVIDUAL_FACEBOOK_URL"} {
		p.handles(schema.Facebook, field, p.texts(o, field), normal.FacebookHandle)
	}
	p.audienceLabCompany(o)
	p.profile.Gender = normalGender(p.text(normal.AnyColumn, o, "GENDER"))
	p.profile.AgeRange = p.text(normal.AnyColumn, o, "AGE_RANGE", "AGE")
}

// linkedInNames turns bare user names into paths, which cannot be mistaken.
func linkedInNames(names []string) []string {
	paths := make([]string, len(names))
	for i, s := range names {
		if s = clean(s); s != "" && !isNull(s) && !strings.Contains(s, "/") {
			s = "in/" + s
		}
		paths[i] = s
	}
	return paths
}

// audienceLabEmails reads the addresses, what the vendor found out about them, and
// its hashes. A list of verified addresses verifies them. A validation status, and
// the day on which a mail provider last saw an address, have the position of their
// address.
func (p *person) audienceLabEmails(o object) {
	for _, field := range []string{"BUSINESS_VERIFIED_EMAILS", "PERSONAL_VERIFIED_EMAILS", "DEEP_VERIFIED_EMAILS"} {
		p.emails(field, p.texts(o, field), nil, &yes)
	}
	for _, f := range []struct{ field, status, lastSeen string }{
		{"BUSINESS_EMAIL", "BUSINESS_EMAIL_VALIDATION_STATUS", "BUSINESS_EMAIL_LAST_SEEN_BY_ESP_DATE"},
		{"BUSINESS_EMAILS", "BUSINESS_EMAIL_VALIDATION_STATUS", "BUSINESS_EMAIL_LAST_SEEN_BY_ESP_DATE"},
		{"PERSONAL_EMAILS", "PERSONAL_EMAIL_VALIDATION_STATUS", "PERSONAL_EMAIL_LAST_SEEN_BY_ESP_DATE"},
		{"PERSONAL_EMAIL", "PERSONAL_EMAIL_VALIDATION_STATUS", "PERSONAL_EMAIL_LAST_SEEN_BY_ESP_DATE"},
		{"ADDITIONAL_PERSONAL_EMAILS", "", ""},
		{"EMAIL", "", ""}, // by which an enrichment asked, repeated in its result
		{"EMAIL_RAW", "", ""},
	} {
		addresses := p.texts(o, f.field)
		if len(addresses) == 0 {
			continue
		}
		p.emails(f.field, addresses, p.texts(o, f.status), nil)
		p.seen(addresses, f.lastSeen, p.texts(o, f.lastSeen))
	}
	for _, field := range []string{"SHA256_BUSINESS_EMAIL", "SHA256_PERSONAL_EMAIL", "HEM_SHA256", "ASKED_HASH"} {
		p.hashed(field, p.texts(o, field))
	}
}

// audienceLabPhones reads the numbers. A flag field belongs to its phone field by
// position; DNC and SKIPTRACE_DNC apply to all numbers of their block that have
// no flag of their own.
func (p *person) audienceLabPhones(o object) {
	record, traced := normalFlag(o.text("DNC")), normalFlag(o.text("SKIPTRACE_DNC"))
	if country := o.text("COMPANY_COUNTRY"); country != "" {
		at, _ := place.Normal("", "", "", country)
		p.companyCountry = at.Country
	}
	for i := range audienceLabNumbers {
		f := &audienceLabNumbers[i]
		numbers := p.texts(o, f.field)
		if len(numbers) == 0 {
			continue
		}
		own := record
		if strings.HasPrefix(f.field, "SKIPTRACE_") {
			own = cmp.Or(traced, record)
		}
		p.numbers(f.kind, f.field, numbers, p.flags(o, f.flags), own)
	}
}

// flags is the first of the flag fields that is present.
func (p *person) flags(o object, fields []string) []string {
	for _, field := range fields {
		if flags := p.texts(o, field); anyText(flags) {
			return flags
		}
	}
	return nil
}

var audienceLabNumbers = []phoneField{
	{"MOBILE_PHONE", mobilePhone, []string{"MOBILE_PHONE_DNC", "MOBILE_DNC"}},
	{"ALL_MOBILES", mobilePhone, []string{"MOBILE_DNC"}},
	{"PERSONAL_MOBILE", mobilePhone, nil},
	{"DIRECT_NUMBER", directPhone, []string{"DIRECT_NUMBER_DNC"}},
	{"PERSONAL_PHONE", personalPhone, []string{"PERSONAL_PHONE_DNC"}},
	{"PERSONAL_LANDLINE", landlinePhone, nil},
	{"ALL_LANDLINES", landlinePhone, []string{"LANDLINE_DNC"}},
	{"PHONE", personalPhone, nil},
	{"VALID_PHONES", personalPhone, nil},
	{"SKIPTRACE_WIRELESS_NUMBERS", tracedMobile, nil},
	{"SKIPTRACE_LANDLINE_NUMBERS", landlinePhone, nil},
	{"COMPANY_PHONE", companyPhone, nil},
	{"SKIPTRACE_B2B_PHONE", companyPhone, nil},
	{"SKIPTRACE_B2B_WIRELESS", companyPhone, nil},
	{"SKIPTRACE_B2B_LANDLINE", companyPhone, nil},
}

func (p *person) audienceLabCompany(o object) {
	out := &p.profile
	out.CompanyName = p.text(normal.CompanyColumn, o, "COMPANY_NAME", "JOB_COMPANY_NAME", "COMPANY_LEGAL_NAME", "SKIPTRACE_B2B_COMPANY_NAME")
	out.CompanyIndustry = p.text(normal.AnyColumn, o, "COMPANY_INDUSTRY", "JOB_COMPANY_INDUSTRY")
	out.CompanySize = p.text(normal.AnyColumn, o, "COMPANY_EMPLOYEE_COUNT", "COMPANY_SIZE", "JOB_COMPANY_SIZE")
	out.CompanyRevenue = p.text(normal.AnyColumn, o, "COMPANY_REVENUE", "COMPANY_REVENUE_RANGE")
	for _, field := range []string{"COMPANY_DOMAIN", "COMPANY_WEBSITE", "JOB_COMPANY_WEBSITE", "SKIPTRACE_B2B_WEBSITE"} {
		p.website(field, p.texts(o, field))
	}
}

// audienceLabHome is the home of the person; a place is taken whole, never half
// from one block and half from another. Newer feeds call the state and the ZIP of
// PERSONAL_CITY by the short names (vendors' README 6.1). What was dropped from a
// block that says nothing else is noted.
func (p *person) audienceLabHome(o object) home {
	if o.text("CITY", "PERSONAL_STATE", "PERSONAL_ZIP") == "" {
		newer := placeFields{"PERSONAL_CITY", "STATE", "ZIP", "PERSONAL_COUNTRY"}
		if o.text(newer.country) == "" {
			newer.country = "COUNTRY"
		}
		if at := p.homeOf(o, newer); at.Place != (place.Place{}) {
			return at
		}
	}
	for _, fields := range audienceLabHomes {
		at := p.homeOf(o, fields)
		if at.Place != (place.Place{}) {
			return at
		}
		p.moved(at)
	}
	return home{}
}

var audienceLabHomes = []placeFields{
	{"PERSONAL_CITY", "PERSONAL_STATE", "PERSONAL_ZIP", "PERSONAL_COUNTRY"},
	{"CITY", "STATE", "ZIP", "COUNTRY"},
	{"SKIPTRACE_CITY", "SKIPTRACE_STATE", "SKIPTRACE_ZIP", ""},
}
