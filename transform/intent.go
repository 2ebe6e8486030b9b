package transform

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"contactsync/internal/normal"
	"contactsync/schema"
)

var intentRules = Rules{Source: schema.Intent, key: "hem", person: intentPerson, facts: intentFacts, Daily: true}

// intentPerson reads a person of the intent vendor in all three generations of
// its API (vendors' README 2.2 to 2.4): the six fields of the documented query,
// the sixty of the vendor's own client library, whose plural fields are single
// strings, and the nested company of the runs API.
func intentPerson(p *person, o object) {
	p.lives(p.homeOf(o, placeFields{"city", "state", "zip", "personalCountry"}))
	p.named(p.name(o, "firstName"), p.name(o, "lastName"), p.name(o, "fullName"))
	p.titled(p.text(normal.TitleColumn, o, "jobTitle", "jobTitleNormalized"), p.texts(o, "seniority"), p.texts(o, "department"))
	for _, field := range intentEmails {
		p.emails(field, p.texts(o, field), nil, nil)
	}
	for _, field := range intentHashes {
		p.hashed(field, p.texts(o, field))
	}
	for _, field := range []string{"emailHashes", "allEmailHashes"} {
		p.hashed(field, p.texts(o.within(field), "sha256", "sha1", "md5"))
	}
	for _, f := range intentPhones {
		p.numbers(f.kind, f.field, p.texts(o, f.field), nil, nil)
	}
	p.linkedIn("linkedinUrl", p.texts(o, "linkedinUrl"))
	p.intentCompany(o)
	p.profile.Gender = normalGender(p.text(normal.AnyColumn, o, "gender"))
	p.profile.AgeRange = p.text(normal.AnyColumn, o, "ageRange")
}

var (
	intentEmails = []string{"businessEmail", "businessEmails", "email", "primaryContactEmail", "personalEmail", "personalEmails", "emails"}
	intentHashes = []string{"hem", "hashedEmail"}
	intentPhones = []phoneField{
		{field: "mobilePhones", kind: mobilePhone}, {field: "directNumbers", kind: directPhone},
		{field: "personalPhones", kind: personalPhone}, {field: "phone", kind: personalPhone}, {field: "phones", kind: personalPhone},
	}
)

// intentCompany reads the employer: flat fields, or a company object.
func (p *person) intentCompany(o object) {
	company := o.within("company")
	out := &p.profile
	out.CompanyName = cmp.Or(p.text(normal.CompanyColumn, o, "company"), p.text(normal.CompanyColumn, company, "name"))
	out.CompanyIndustry = cmp.Or(p.text(normal.AnyColumn, o, "companyIndustry"), p.text(normal.AnyColumn, company, "industry"))
	out.CompanySize = cmp.Or(p.text(normal.AnyColumn, o, "companySize"), p.text(normal.AnyColumn, company, "size", "employeeCount"))
	out.CompanyRevenue = cmp.Or(p.text(normal.AnyColumn, o, "companyRevenueRange", "companyRevenue"),
		p.text(normal.AnyColumn, company, "revenueRange", "revenue"))
	p.website("companyDomain", p.texts(o, "companyDomain"))
	p.website("company.domain", p.texts(company, "domain", "website"))
}

// intentFacts is a match per topic of the record. The day is the record's own
// date, which the vendor states per page (meta.dataDate).
func intentFacts(d *Document, asOf time.Time, pipeline, _ string) FactRows {
	topics := intentTopics(d.members)
	if len(topics) == 0 {
		return FactRows{}
	}
	who := d.Contact()
	day := schema.Date{Time: asOf.UTC().Truncate(24 * time.Hour)}
	rows := FactRows{Matches: make([]schema.Match, 0, len(topics))}
	for _, t := range topics {
		rows.Matches = append(rows.Matches, schema.Match{
			Pipeline: pipeline, DataDate: day, TopicID: t.id, HEM: intentHEM(d), Score: t.score, SourceID: d.id,
			Email: who.Email, CompanyName: who.CompanyName, JobTitle: who.JobTitle, Payload: d.text,
		})
	}
	return rows
}

// intentHEM is the vendor's key of the person, in the form of the record's generation.
func intentHEM(d *Document) string {
	o := d.members
	sent := cmp.Or(o.text(intentHashes...), o.within("emailHashes").text("sha256"), d.id)
	if h, ok := normal.Hash(sent); ok {
		return h.Value
	}
	return sent
}

// interest is a topic and how strong the interest in it is.
type interest struct {
	id    string
	score float64
}

// intentTopics lists the topics of a record: topicId, matchedTopicIds or
// intent.matchedTopics, each once. A topic without a score of its own has the
// record's.
func intentTopics(o object) []interest {
	nested := o.within("intent")
	score := cmp.Or(o.text("intentScore"), nested.text("score"))
	var all []interest
	add := func(id, score string) {
		known := slices.ContainsFunc(all, func(t interest) bool { return t.id == id })
		if id = clean(id); !isNull(id) && !known {
			all = append(all, interest{id, intentScore(score)})
		}
	}
	for _, field := range []string{"topicId", "matchedTopicIds"} {
		for _, id := range split(o.texts(field), separators) {
			add(id, score)
		}
	}
	for _, t := range nested.list("matchedTopics") {
		add(t.text("topicId"), cmp.Or(t.text("score"), score))
	}
	return all
}

// intentScore reads a score, which the vendor types as a number and so may send
// as 87, 87.5 or "87" (vendors' README 2.3). Without one it is 0, which the
// vendor's scale does not contain.
func intentScore(s string) float64 {
	score, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || !(score >= 0 && score <= 1000) {
		return 0
	}
	return score
}
