package toofr

import (
	"strings"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/world"
)

// record is what Toofr knows of a person.
type record struct {
	id         int
	person     world.Person
	first      string
	last       string
	email      string // "" = none found
	role       bool   // email is the company's info@
	linkedIn   string // "" = profile is {}
	confidence int
}

// iD is Toofr's employee id: the natural key of a prospect.
func iD(i int) int { return 200_000 + i*3 }

// profile reports whether Toofr has a complete profile of a person.
func profile(u world.Universe, i int) bool { return u.Chance(i, 65, world.SaltField, 10) }

// confidence is no percentage: samples go from 70 to 280, and one says 1994.
func confidence(u world.Universe, i int) int {
	return 70 + world.UpTo(u.About(i, world.SaltField, 11), 211)
}

func newRecord(u world.Universe, p world.Person) record {
	i := p.Index
	r := record{id: iD(i), person: p, first: p.Given.Full, last: p.Surname, confidence: confidence(u, i)}
	if p.Given.Short != "" && u.Chance(i, 20, world.SaltField, 12) {
		r.first = p.Given.Short
	}
	if u.Chance(i, 50, world.SaltField, 13) { // the document's own samples are in lower case
		r.first, r.last = strings.ToLower(r.first), strings.ToLower(r.last)
	}
	if profile(u, i) {
		r.linkedIn = world.LinkedInURL(p.Slug, world.UpTo(u.About(i, world.SaltField, 14), len(world.LinkedInForms)))
	}
	switch {
	case u.Chance(i, world.RoleAddressPer, world.SaltField, 15):
		r.email, r.role = "info@"+p.Employer.Domain, true
	case u.Chance(i, 95, world.SaltField, 16):
		r.email = p.Business
	}
	return r
}

// json is the record as the document shows it.
func (r record) json() api.Object {
	profile := api.Object{}
	if r.linkedIn != "" {
		profile = api.Object{
			{"fn", r.person.Given.Full + " " + r.person.Surname},
			{"photo", "https://media.example/photos/" + r.person.Slug + ".jpg"},
			{"title", r.person.Job.Title},
			{"linkedin_profile", r.linkedIn},
		}
	}
	email := api.Object{}
	if r.email != "" {
		state := "high"
		if r.confidence < 100 {
			state = "low"
		}
		email = api.Object{{"email", r.email}, {"confidence", r.confidence}, {"state", state}}
	}
	return api.Object{
		{"id", r.id}, {"first_name", r.first}, {"last_name", r.last}, {"title", r.person.Job.Title},
		{"profile", profile}, {"email", email}, {"domain", api.Object{{"domain", r.person.Employer.Domain}}},
		{"title_confidence", 100 + r.confidence%181},
	}
}
