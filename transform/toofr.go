package transform

import (
	"cmp"

	"contactsync/internal/normal"
	"contactsync/schema"
)

var toofrRules = Rules{Source: schema.Toofr, key: "id", person: toofrPerson}

// toofrPerson reads a prospect of GET /api/v1/audiences (toofr-audiences.md, with
// the later additions of the vendors' README 1.3):
//
//	{"id":2,"first_name":..,"last_name":..,"title":..,
//	 "profile":{"fn":..,"photo":..,"title":..,"linkedin_profile":..},
//	 "email":{"email":..,"confidence":140,"state":"high"},
//	 "domain":{"domain":..,"company":..},"title_confidence":280}
//
// profile may be {}; the names and the title may be absent and stand in it alone.
// email.state and the confidences come from a guess of the address's pattern, not
// from a mail server, and their scale is not documented: they verify nothing.
func toofrPerson(p *person, o object) {
	profile, domain := o.within("profile"), o.within("domain")
	p.named(p.name(o, "first_name"), p.name(o, "last_name"), p.name(profile, "fn"))
	p.titled(cmp.Or(p.text(normal.TitleColumn, o, "title"), p.text(normal.TitleColumn, profile, "title")), nil, nil)
	p.emails("email", append(p.texts(o.within("email"), "email"), p.texts(o, "email")...), nil, nil) // a plain text in the vendor's other calls
	p.linkedIn("linkedin_profile", p.texts(profile, "linkedin_profile"))
	p.website("domain", append(p.texts(domain, "domain"), p.texts(o, "domain")...))
	p.profile.CompanyName = p.text(normal.CompanyColumn, domain, "company")
}
