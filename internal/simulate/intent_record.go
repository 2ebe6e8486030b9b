package simulate

import (
	"encoding/json"
	"strings"
)

// intentRecord is what the intent vendor knows of a person; "" is not known.
type intentRecord struct {
	person   person
	first    string
	hem      string // the vendor's key of the person: a hash of the best address
	md5Only  bool   // hem is an MD5 and no address is known
	business string
	personal []string
	linkedIn string
	phones   []string
}

func (k coverage) intentRecord(p person) intentRecord {
	i := p.index
	r := intentRecord{person: p, first: p.given.full}
	if p.given.short != "" && k.chance(i, 15, saltField, 50) {
		r.first = p.given.short
	}
	if k.chance(i, 2, saltField, 51) {
		r.hem, r.md5Only = md5Hex(p.personal[0]), true
		return r
	}
	if k.chance(i, 70, saltField, 52) {
		r.personal = p.personal
	}
	if len(r.personal) == 0 || k.chance(i, 60, saltField, 53) {
		r.business = p.business
	}
	r.hem = sha256Hex(r.best())
	if k.chance(i, 45, saltField, 54) {
		r.linkedIn = linkedInURL(p.slug, upTo(k.about(i, saltField, 55), len(linkedInForms)))
	}
	if k.chance(i, 50, saltField, 56) {
		r.phones = append(p.mobile[:len(p.mobile):len(p.mobile)], p.direct)
	}
	return r
}

// best is the address that the vendor knows the person by.
func (r intentRecord) best() string {
	if len(r.personal) > 0 {
		return r.personal[0]
	}
	return r.business
}

func (r intentRecord) gender() string { return map[bool]string{true: "F", false: "M"}[r.person.female] }

// intentMatch is a person's interest on a day.
type intentMatch struct {
	intentRecord
	interest
	day string
}

func (c *call) match(q intentQuery, day string, i int) intentMatch {
	known := c.sim.universe.coverage(Intent)
	return intentMatch{known.intentRecord(known.person(i, c.nightOf(day))), known.interest(i, q, dayNumber(day)), day}
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
func (m intentMatch) json() object {
	return append(object{{"hem", m.hem}}, m.fields()...)
}

// sdkJSON is a row for ad-hoc topics: the SDK's type, with hashes in place of hem.
func (m intentMatch) sdkJSON() object {
	hashes := func(f func(string) string, kind bool) any {
		if m.md5Only {
			if kind {
				return m.hem
			}
			return nil
		}
		return f(m.best())
	}
	own := object{{"sha256", hashes(sha256Hex, false)}, {"sha1", hashes(sha1Hex, false)}, {"md5", hashes(md5Hex, true)}}
	return m.fields().with("emailHashes", own)
}

// resultJSON is a row of GET audiences/{id}/results: personId and no hashes.
func (m intentMatch) resultJSON() object {
	return append(object{{"personId", uuid(hashText(5, m.hem), hashText(6, m.hem))}}, m.fields()...)
}

func (m intentMatch) fields() object {
	p, c := m.person, m.person.employer
	if m.md5Only {
		return object{
			{"intentScore", json.RawMessage(scoreText(m.interest))}, {"topicId", m.topic}, {"topicName", topicName(m.topic)},
			{"matchedTopicIds", m.matched}, {"topicOverlap", len(m.matched)}, {"email", ""}, {"company", c.name}, {"jobTitle", p.job.title},
			{"firstName", nil}, {"lastName", nil},
		}
	}
	return object{
		{"intentScore", json.RawMessage(scoreText(m.interest))}, {"topicId", m.topic}, {"topicName", topicName(m.topic)},
		{"matchedTopicIds", m.matched}, {"topicOverlap", len(m.matched)}, {"email", m.best()},
		{"firstName", m.first}, {"lastName", p.surname}, {"ageRange", ageRange(p.age)}, {"gender", m.gender()},
		{"headline", p.job.title + " at " + c.name}, {"photoUrl", nil}, {"linkedinUrl", orNull(m.linkedIn)},
		{"incomeRange", incomeRanges[p.index%len(incomeRanges)]}, {"netWorth", netWorths[p.index%len(netWorths)]},
		{"hasChildren", nil}, {"isHomeowner", "y"}, {"isMarried", nil}, {"isB2b", "y"}, {"isB2c", "n"},
		{"address", p.street}, {"city", p.home.city}, {"state", p.home.code}, {"zip", p.home.zip}, {"personalCountry", "US"},
		{"jobTitle", p.job.title}, {"jobTitleNormalized", strings.ToLower(p.job.title)}, {"seniority", seniorityCode[p.job.seniority]},
		{"department", departmentCode(p.job.department)}, {"company", c.name}, {"companyDomain", c.domain}, {"companyIndustry", c.industry.label},
		{"companySize", c.size}, {"companyRevenue", nil}, {"companyRevenueRange", c.revenue}, {"companyCity", c.place.city},
		{"companyState", c.place.code}, {"companyZip", c.place.zip}, {"country", "US"}, {"companyDescription", c.description()},
		{"companyNaics", strings.Join(c.industry.naics, ",")}, {"companySic", strings.Join(c.industry.sic, ",")},
		{"phones", orNull(strings.Join(m.phones, ","))}, {"mobilePhones", nil}, {"emails", strings.Join(m.emails(), ",")},
		{"personalEmail", orNull(first(m.personal))}, {"personalEmails", orNull(strings.Join(m.personal, ","))},
		{"businessEmail", orNull(m.business)}, {"businessEmails", orNull(m.business)},
	}
}

func (r intentRecord) emails() []string {
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
func (m intentMatch) nestedJSON() object {
	p, c := m.person, m.person.employer
	var matched []object
	for _, t := range m.matched {
		matched = append(matched, object{{"topicId", t}, {"topicName", topicName(t)}})
	}
	row := object{{"hashedEmail", m.hem}}
	if !m.md5Only {
		row = append(row, object{
			{"firstName", m.first}, {"lastName", p.surname}, {"fullName", m.first + " " + p.surname},
			{"businessEmail", orNull(m.business)}, {"personalEmail", orNull(first(m.personal))}, {"email", m.best()}, {"primaryContactEmail", m.best()},
			{"phone", orNull(first(m.phones))}, {"linkedinUrl", orNull(m.linkedIn)}, {"headline", p.job.title + " at " + c.name},
		}...)
	}
	return append(row, object{
		{"jobTitle", p.job.title}, {"seniority", seniorityCode[p.job.seniority]},
		{"department", departmentCode(p.job.department)}, {"company", object{{"name", c.name}, {"domain", c.domain}, {"industry", c.industry.label}}},
		{"intent", object{{"score", json.RawMessage(scoreText(m.interest))}, {"topicOverlap", len(m.matched)}, {"matchedTopics", matched}}},
	}...)
}

// maskedJSON is a row of a preview.
func (m intentMatch) maskedJSON() object {
	return object{
		{"hem", m.hem}, {"intentScore", m.score}, {"topicId", m.topic}, {"email", "***@***"},
		{"company", m.person.employer.name}, {"jobTitle", m.person.job.title}, {"masked", true},
	}
}
