package intent

import (
	"encoding/json"
	"strings"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/world"
)

// record is what the intent vendor knows of a person; "" is not known.
type record struct {
	person   world.Person
	first    string
	hem      string // the vendor's key of the person: a hash of the best address
	md5Only  bool   // hem is an MD5 and no address is known
	business string
	personal []string
	linkedIn string
	phones   []string
}

func newRecord(k world.Coverage, p world.Person) record {
	i := p.Index
	r := record{person: p, first: p.Given.Full}
	if p.Given.Short != "" && k.Chance(i, 15, world.SaltField, 50) {
		r.first = p.Given.Short
	}
	if k.Chance(i, 2, world.SaltField, 51) {
		r.hem, r.md5Only = world.MD5Hex(p.Personal[0]), true
		return r
	}
	if k.Chance(i, 70, world.SaltField, 52) {
		r.personal = p.Personal
	}
	if len(r.personal) == 0 || k.Chance(i, 60, world.SaltField, 53) {
		r.business = p.Business
	}
	r.hem = world.SHA256Hex(r.best())
	if k.Chance(i, 45, world.SaltField, 54) {
		r.linkedIn = world.LinkedInURL(p.Slug, world.UpTo(k.About(i, world.SaltField, 55), len(world.LinkedInForms)))
	}
	if k.Chance(i, 50, world.SaltField, 56) {
		r.phones = append(p.Mobile[:len(p.Mobile):len(p.Mobile)], p.Direct)
	}
	return r
}

// best is the address that the vendor knows the person by.
func (r record) best() string {
	if len(r.personal) > 0 {
		return r.personal[0]
	}
	return r.business
}

func (r record) gender() string { return map[bool]string{true: "F", false: "M"}[r.person.Female] }

// match is a person's interest on a day.
type match struct {
	record
	interest
	day string
}

func (c *call) match(q query, day string, i int) match {
	known := people(c.Sim.Universe)
	return match{newRecord(known, known.Person(i, c.nightOf(day))), strongest(known.Universe, i, q, dayNumber(day)), day}
}

// orNull is how the vendor's SDK types what is not known.
func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// json is a row of POST audiences/query for a saved audience: the six fields
// that the OpenAPI file requires, and the many that the SDK knows.
func (m match) json() api.Object {
	return append(api.Object{{"hem", m.hem}}, m.fields()...)
}

// sdkJSON is a row for ad-hoc topics: the SDK's type, with hashes in place of hem.
func (m match) sdkJSON() api.Object {
	hashes := func(f func(string) string, kind bool) any {
		if m.md5Only {
			if kind {
				return m.hem
			}
			return nil
		}
		return f(m.best())
	}
	own := api.Object{{"sha256", hashes(world.SHA256Hex, false)}, {"sha1", hashes(world.SHA1Hex, false)}, {"md5", hashes(world.MD5Hex, true)}}
	return m.fields().With("emailHashes", own)
}

// resultJSON is a row of GET audiences/{id}/results: personId and no hashes.
func (m match) resultJSON() api.Object {
	return append(api.Object{{"personId", world.UUID(world.HashText(5, m.hem), world.HashText(6, m.hem))}}, m.fields()...)
}

func (m match) fields() api.Object {
	p, c := m.person, m.person.Employer
	if m.md5Only {
		return api.Object{
			{"intentScore", json.RawMessage(scoreText(m.interest))}, {"topicId", m.topic}, {"topicName", topicName(m.topic)},
			{"matchedTopicIds", m.matched}, {"topicOverlap", len(m.matched)}, {"email", ""}, {"company", c.Name}, {"jobTitle", p.Job.Title},
			{"firstName", nil}, {"lastName", nil},
		}
	}
	return api.Object{
		{"intentScore", json.RawMessage(scoreText(m.interest))}, {"topicId", m.topic}, {"topicName", topicName(m.topic)},
		{"matchedTopicIds", m.matched}, {"topicOverlap", len(m.matched)}, {"email", m.best()},
		{"firstName", m.first}, {"lastName", p.Surname}, {"ageRange", world.AgeRange(p.Age)}, {"gender", m.gender()},
		{"headline", p.Job.Title + " at " + c.Name}, {"photoUrl", nil}, {"linkedinUrl", orNull(m.linkedIn)},
		{"incomeRange", world.IncomeRanges[p.Index%len(world.IncomeRanges)]}, {"netWorth", world.NetWorths[p.Index%len(world.NetWorths)]},
		{"hasChildren", nil}, {"isHomeowner", "y"}, {"isMarried", nil}, {"isB2b", "y"}, {"isB2c", "n"},
		{"address", p.Street}, {"city", p.Home.City}, {"state", p.Home.Code}, {"zip", p.Home.ZIP}, {"personalCountry", "US"},
		{"jobTitle", p.Job.Title}, {"jobTitleNormalized", strings.ToLower(p.Job.Title)}, {"seniority", seniorityCode[p.Job.Seniority]},
		{"department", departmentCode(p.Job.Department)}, {"company", c.Name}, {"companyDomain", c.Domain}, {"companyIndustry", c.Industry.Label},
		{"companySize", c.Size}, {"companyRevenue", nil}, {"companyRevenueRange", c.Revenue}, {"companyCity", c.Place.City},
		{"companyState", c.Place.Code}, {"companyZip", c.Place.ZIP}, {"country", "US"}, {"companyDescription", c.Description()},
		{"companyNaics", strings.Join(c.Industry.NAICS, ",")}, {"companySic", strings.Join(c.Industry.SIC, ",")},
		{"phones", orNull(strings.Join(m.phones, ","))}, {"mobilePhones", nil}, {"emails", strings.Join(m.emails(), ",")},
		{"personalEmail", orNull(first(m.personal))}, {"personalEmails", orNull(strings.Join(m.personal, ","))},
		{"businessEmail", orNull(m.business)}, {"businessEmails", orNull(m.business)},
	}
}

func (r record) emails() []string {
	all := r.personal[:len(r.personal):len(r.personal)]
	if r.business != "" {
		all = append(all, r.business)
	}
	return all
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// nestedJSON is a row of the third generation.
func (m match) nestedJSON() api.Object {
	p, c := m.person, m.person.Employer
	var matched []api.Object
	for _, t := range m.matched {
		matched = append(matched, api.Object{{"topicId", t}, {"topicName", topicName(t)}})
	}
	row := api.Object{{"hashedEmail", m.hem}}
	if !m.md5Only {
		row = append(row, api.Object{
			{"firstName", m.first}, {"lastName", p.Surname}, {"fullName", m.first + " " + p.Surname},
			{"businessEmail", orNull(m.business)}, {"personalEmail", orNull(first(m.personal))}, {"email", m.best()},
			{"primaryContactEmail", m.best()},
			{"phone", orNull(first(m.phones))}, {"linkedinUrl", orNull(m.linkedIn)}, {"headline", p.Job.Title + " at " + c.Name},
		}...)
	}
	return append(row, api.Object{
		{"jobTitle", p.Job.Title}, {"seniority", seniorityCode[p.Job.Seniority]},
		{"department", departmentCode(p.Job.Department)}, {"company", api.Object{{"name", c.Name}, {"domain", c.Domain},
			{"industry", c.Industry.Label}}},
		{"intent", api.Object{{"score", json.RawMessage(scoreText(m.interest))}, {"topicOverlap", len(m.matched)}, {"matchedTopics", matched}}},
	}...)
}

// maskedJSON is a row of a preview.
func (m match) maskedJSON() api.Object {
	return api.Object{
		{"hem", m.hem}, {"intentScore", m.score}, {"topicId", m.topic}, {"email", "***@***"},
		{"company", m.person.Employer.Name}, {"jobTitle", m.person.Job.Title}, {"masked", true},
	}
}
