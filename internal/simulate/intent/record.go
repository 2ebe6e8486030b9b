package intent

import (
	"encoding/json"
	"slices"
	"strconv"
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
	slug     string
	linkedIn string
	phones   []string
}

func newRecord(k world.Coverage, p world.Person) record {
	i := p.Index
	r := record{person: p, first: k.World.FirstName(p, 15, 50)}
	if k.World.Chance(i, 2, world.SaltField, 51) {
		r.hem, r.md5Only = world.MD5Hex(p.Personal[0]), true
		return r
	}
	if k.World.Chance(i, 70, world.SaltField, 52) {
		r.personal = p.Personal
	}
	r.business = k.World.Field(i, 60, 53, p.Business)
	if len(r.personal) == 0 {
		r.business = p.Business
	}
	r.hem = world.SHA256Hex(r.best())
	r.slug = k.World.Field(i, 45, 54, p.Slug)
	r.linkedIn = k.World.LinkedInURL(i, r.slug, 55)
	if k.World.Chance(i, 50, world.SaltField, 56) {
		r.phones = append(slices.Clone(p.Mobile), p.Direct)
	}
	return r
}

// emails are all addresses, the one that the vendor knows the person by first.
func (r record) emails() []string {
	if r.business == "" {
		return r.personal
	}
	return append(slices.Clone(r.personal), r.business)
}

func (r record) best() string { return first(r.emails()) }

// truth is what is true of the record.
func (r record) truth() world.Record {
	if r.md5Only {
		return world.Record{ID: r.hem, Person: r.person.Index, Identifiers: world.Own("email_md5", r.hem)}
	}
	ids := slices.Concat(world.EmailIdentifiers(true, r.emails()...), world.Own("linkedin", r.slug), world.PhoneIdentifiers(r.phones))
	return world.Record{ID: r.hem, Person: r.person.Index, Surname: r.person.Surname, Identifiers: ids}
}

// match is a person's interest on a day.
type match struct {
	record
	interest
}

func newMatch(c *api.Call, q query, d day, i int32) match {
	known, person := c.People(), int(i)
	return match{newRecord(known, known.World.Person(person, d.night(c))), strongest(known.World, person, q, d.number())}
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
	hashes := api.Object{{"sha256", nil}, {"sha1", nil}, {"md5", m.hem}}
	if best := m.best(); best != "" {
		hashes = api.Object{{"sha256", world.SHA256Hex(best)}, {"sha1", world.SHA1Hex(best)}, {"md5", world.MD5Hex(best)}}
	}
	return m.fields().With("emailHashes", hashes)
}

// resultJSON is a row of GET audiences/{id}/results: personId and no hashes.
func (m match) resultJSON() api.Object {
	return append(api.Object{{"personId", world.UUID(world.HashText(5, m.hem), world.HashText(6, m.hem))}}, m.fields()...)
}

func (m match) fields() api.Object {
	p, c := m.person, m.person.Employer
	found := api.Object{
		{"intentScore", m.number()}, {"topicId", m.topic}, {"topicName", topicName(m.topic)},
		{"matchedTopicIds", m.matched}, {"topicOverlap", len(m.matched)}, {"email", m.best()},
	}
	if m.md5Only {
		return append(found, api.Object{{"company", c.Name}, {"jobTitle", p.Job.Title}, {"firstName", nil}, {"lastName", nil}}...)
	}
	return append(found, api.Object{
		{"firstName", m.first}, {"lastName", p.Surname}, {"ageRange", world.AgeRange(p.Age)}, {"gender", p.Gender()},
		{"headline", p.Job.Title + " at " + c.Name}, {"photoUrl", nil}, {"linkedinUrl", orNull(m.linkedIn)},
		{"incomeRange", world.IncomeRanges[p.Index%len(world.IncomeRanges)]}, {"netWorth", world.NetWorths[p.Index%len(world.NetWorths)]},
		{"hasChildren", nil}, {"isHomeowner", "y"}, {"isMarried", nil}, {"isB2b", "y"}, {"isB2c", "n"},
		{"address", p.Street}, {"city", p.Home.City}, {"state", p.Home.Code}, {"zip", p.Home.ZIP}, {"personalCountry", "US"},
		{"jobTitle", p.Job.Title}, {"jobTitleNormalized", strings.ToLower(p.Job.Title)}, {"seniority", seniorityCode[p.Job.Seniority]},
		{"department", world.Code(p.Job.Department)}, {"company", c.Name}, {"companyDomain", c.Domain}, {"companyIndustry", c.Industry.Label},
		{"companySize", c.Size}, {"companyRevenue", nil}, {"companyRevenueRange", c.Revenue}, {"companyCity", c.Place.City},
		{"companyState", c.Place.Code}, {"companyZip", c.Place.ZIP}, {"country", "US"}, {"companyDescription", c.Description()},
		{"companyNaics", strings.Join(c.Industry.NAICS, ",")}, {"companySic", strings.Join(c.Industry.SIC, ",")},
		{"phones", orNull(strings.Join(m.phones, ","))}, {"mobilePhones", nil}, {"emails", strings.Join(m.emails(), ",")},
		{"personalEmail", orNull(first(m.personal))}, {"personalEmails", orNull(strings.Join(m.personal, ","))},
		{"businessEmail", orNull(m.business)}, {"businessEmails", orNull(m.business)},
	}...)
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
			{"primaryContactEmail", m.best()}, {"phone", orNull(first(m.phones))}, {"linkedinUrl", orNull(m.linkedIn)},
			{"headline", p.Job.Title + " at " + c.Name},
		}...)
	}
	return append(row, api.Object{
		{"jobTitle", p.Job.Title}, {"seniority", seniorityCode[p.Job.Seniority]}, {"department", world.Code(p.Job.Department)},
		{"company", api.Object{{"name", c.Name}, {"domain", c.Domain}, {"industry", c.Industry.Label}}},
		{"intent", api.Object{{"score", m.number()}, {"topicOverlap", len(m.matched)}, {"matchedTopics", matched}}},
	}...)
}

// maskedJSON is a row of a preview.
func (m match) maskedJSON() api.Object {
	return api.Object{
		{"hem", m.hem}, {"intentScore", m.score}, {"topicId", m.topic}, {"email", "***@***"},
		{"company", m.person.Employer.Name}, {"jobTitle", m.person.Job.Title}, {"masked", true},
	}
}

// number is a score as the vendor writes it: the type says number, not integer.
func (m interest) number() json.RawMessage {
	if m.score%5 == 0 {
		return json.RawMessage(strconv.Itoa(m.score) + ".0")
	}
	return json.RawMessage(strconv.Itoa(m.score))
}
