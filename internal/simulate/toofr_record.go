package simulate

import "strings"

// toofrRecord is what Toofr knows of a person.
type toofrRecord struct {
	id         int
	person     person
	first      string
	last       string
	email      string // "" = none found
	role       bool   // email is the company's info@
	linkedIn   string // "" = profile is {}
	confidence int
}

// toofrID is Toofr's employee id: the natural key of a prospect.
func toofrID(i int) int { return 200_000 + i*3 }

// toofrProfile reports whether Toofr has a complete profile of a person.
func (u universe) toofrProfile(i int) bool { return u.chance(i, 65, saltField, 10) }

// toofrConfidence is no percentage: samples go from 70 to 280, and one says 1994.
func (u universe) toofrConfidence(i int) int { return 70 + upTo(u.about(i, saltField, 11), 211) }

func (u universe) toofrRecord(p person) toofrRecord {
	i := p.index
	r := toofrRecord{id: toofrID(i), person: p, first: p.given.full, last: p.surname, confidence: u.toofrConfidence(i)}
	if p.given.short != "" && u.chance(i, 20, saltField, 12) {
		r.first = p.given.short
	}
	if u.chance(i, 50, saltField, 13) { // the document's own samples are in lower case
		r.first, r.last = strings.ToLower(r.first), strings.ToLower(r.last)
	}
	if u.toofrProfile(i) {
		r.linkedIn = linkedInURL(p.slug, upTo(u.about(i, saltField, 14), len(linkedInForms)))
	}
	switch {
	case u.chance(i, roleAddressPer, saltField, 15):
		r.email, r.role = "info@"+p.employer.domain, true
	case u.chance(i, 95, saltField, 16):
		r.email = p.business
	}
	return r
}

// linkedInForms are the ways in which vendors write one profile's address.
var linkedInForms = []func(slug string) string{
	func(s string) string { return "https://www.linkedin.com/in/" + s },
	func(s string) string { return "https://www.linkedin.com/in/" + s + "/" },
	func(s string) string { return "http://linkedin.com/in/" + s },
	func(s string) string { return "linkedin.com/in/" + s },
	func(s string) string { return "https://uk.linkedin.com/in/" + s + "?trk=public_profile" },
	func(s string) string { return "https://www.linkedin.com/in/" + strings.ToUpper(s[:1]) + s[1:] },
}

func linkedInURL(slug string, form int) string { return linkedInForms[form](slug) }

// json is the record as the document shows it.
func (r toofrRecord) json() object {
	profile := object{}
	if r.linkedIn != "" {
		profile = object{
			{"fn", r.person.given.full + " " + r.person.surname},
			{"photo", "https://media.example/photos/" + r.person.slug + ".jpg"},
			{"title", r.person.job.title},
			{"linkedin_profile", r.linkedIn},
		}
	}
	email := object{}
	if r.email != "" {
		state := "high"
		if r.confidence < 100 {
			state = "low"
		}
		email = object{{"email", r.email}, {"confidence", r.confidence}, {"state", state}}
	}
	return object{
		{"id", r.id}, {"first_name", r.first}, {"last_name", r.last}, {"title", r.person.job.title},
		{"profile", profile}, {"email", email}, {"domain", object{{"domain", r.person.employer.domain}}},
		{"title_confidence", 100 + r.confidence%181},
	}
}
