package toofr

import (
	"strconv"
	"strings"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/world"
)

// record is what Toofr knows of a person; "" is not known.
type record struct {
	id         int // of the employee: the natural key of a prospect
	person     world.Person
	first      string
	last       string
	email      string
	role       bool   // email is the company's info@
	slug       string // "": profile is {}
	linkedIn   string
	confidence int
}

// profile reports whether Toofr has a complete profile of a person.
func profile(u world.Universe, i int) bool { return u.Chance(i, 65, world.SaltField, 10) }

// confidence is no percentage: samples go from 70 to 280, and one says 1994.
func confidence(u world.Universe, i int) int {
	return 70 + world.UpTo(u.About(i, world.SaltField, 11), 211)
}

func newRecord(u world.Universe, p world.Person) record {
	i := p.Index
	r := record{
		id: 200_000 + i*3, person: p, first: u.FirstName(p, 20, 12), last: p.Surname, confidence: confidence(u, i),
		role: u.Chance(i, world.RoleAddressPer, world.SaltField, 15), email: u.Field(i, 95, 16, p.Business),
	}
	if u.Chance(i, 50, world.SaltField, 13) { // the document's own samples are in lower case
		r.first, r.last = strings.ToLower(r.first), strings.ToLower(r.last)
	}
	if profile(u, i) {
		r.slug, r.linkedIn = p.Slug, u.LinkedInURL(i, p.Slug, 14)
	}
	if r.role {
		r.email = "info@" + p.Employer.Domain
	}
	return r
}

// truth is what is true of the record.
func (r record) truth() world.Record {
	ids := append(world.EmailIdentifiers(!r.role, r.email), world.Own("linkedin", r.slug)...)
	return world.Record{ID: strconv.Itoa(r.id), Person: r.person.Index, Surname: r.last, Identifiers: ids}
}

// json is the record as the document shows it.
func (r record) json() api.Object {
	p, profile, email := r.person, api.Object{}, api.Object{}
	if r.slug != "" {
		profile = api.Object{
			{"fn", p.Given.Full + " " + p.Surname}, {"photo", "https://media.example/photos/" + p.Slug + ".jpg"},
			{"title", p.Job.Title}, {"linkedin_profile", r.linkedIn},
		}
	}
	if r.email != "" {
		state := "high"
		if r.confidence < 100 {
			state = "low"
		}
		email = api.Object{{"email", r.email}, {"confidence", r.confidence}, {"state", state}}
	}
	return api.Object{
		{"id", r.id}, {"first_name", r.first}, {"last_name", r.last}, {"title", p.Job.Title},
		{"profile", profile}, {"email", email}, {"domain", api.Object{{"domain", p.Employer.Domain}}},
		{"title_confidence", 100 + r.confidence%181},
	}
}
