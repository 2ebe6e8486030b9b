package audiencelab

import (
	"strconv"
	"strings"
	"time"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/world"
)

// visitForm says how the visits of a pixel are written (vendors' README, 4.9 and 6.1).
type visitForm int

const (
	v4Form    visitForm = iota // events, each with the person under resolution
	olderForm                  // data; an event has a type, and the person one level further down
)

const (
	visitPage    = 100  // rows of a page of visits where a request names none
	maxVisitPage = 1000 // "max 1000/page"
)

// visitsPage answers GET /pixels/{id}/v4: the visits of a site, newest first.
func visitsPage(c *api.Call) api.Answer {
	for _, s := range sites() {
		switch {
		case s.id != c.HTTP.PathValue("id"):
		case c.On(api.NotReady):
			return api.OK(noData)
		default:
			return s.visits(c)
		}
	}
	return c.NotFound("Pixel not found")
}

// visits answers one page of the visits of a site.
func (s site) visits(c *api.Call) api.Answer {
	known := c.People()
	total := visits(known.Window(s.from, s.to, 0).Size, c.Night)
	return paged(c, visitPage, maxVisitPage, total, func(number, size int, span api.Span) api.Answer {
		rows := c.Rows(span, "referrer_url", "edid", func(position int) api.Object {
			return s.visit(known, momentAt(known, s.id, s.from, s.to, position, c), c)
		})
		list := "events"
		if s.form == olderForm {
			list = "data"
		}
		return api.OK(api.Object{
			{"total_records", span.Declared}, {"page_size", size}, {"page", number}, {"total_pages", span.Pages}, {list, rows},
		})
	})
}

// visit is one visit. It has no UUID and, in the newer form, no type; the person
// stands in it as of the night of the visit, so that a visit never changes.
func (s site) visit(k world.Coverage, m moment, c *api.Call) api.Object {
	r := newRecord(k, k.World.Person(m.visitor, night(m.at, c)))
	at := m.at.Format("2006-01-02T15:04:05.000000-07:00")
	row := api.Object{{"pixel_id", s.id}, {"hem_sha256", r.hem()}, {"event_timestamp", at}, {"referrer_url", "https://search.example/?q=sync"}}
	if s.form == v4Form {
		return append(row, api.Object{{"full_url", m.page()}, {"edid", strconv.FormatUint(m.h, 16)}, {"resolution", r.v4JSON()}}...)
	}
	row = append(row, api.Object{{"event_type", world.Pick(world.Mix(m.h), eventTypes)}, {"full_url", m.page()}}...)
	if world.UpTo(world.Mix(m.h^4), 2) == 0 {
		return append(row, api.Object{{"page_url", m.page()},
			{"event_data", api.Object{{"duration", world.UpTo(world.Mix(m.h^3), 600)}, {"resolution", r.v4JSON()}}}}...)
	}
	return append(row, api.Object{{"landing_url", "https://" + s.name}, {"cookie_id", strconv.FormatUint(m.h, 36)},
		{"event", api.Object{{"data", api.Object{{"resolution", r.v4JSON()}}}}}}...)
}

// night is the night as of which a moment is served: the first for all before it.
func night(at time.Time, c *api.Call) int {
	return max(int(at.Sub(c.Sim.Options.Today)/(24*time.Hour)), 0)
}

// hem is the hash by which a pixel knows a person: of the first personal address,
// whether or not the vendor shows that.
func (r record) hem() string { return world.SHA256Hex(r.person.Personal[0]) }

// v4JSON is the record in the vocabulary of the visits: newer names for some
// fields, no UUID, and flags as words.
func (r record) v4JSON() api.Object {
	p, c, twitter := r.person, r.person.Employer, ""
	if r.twitter != "" {
		twitter = "https://x.com/" + r.twitter
	}
	return api.Object{
		{"FIRST_NAME", r.first}, {"LAST_NAME", r.last}, {"AGE", strconv.Itoa(p.Age)}, {"GENDER", p.Gender()},
		{"PERSONAL_EMAILS", joined(r.personal)}, {"BUSINESS_EMAIL", joined(r.business)},
		{"PERSONAL_VERIFIED_EMAILS", r.verified(r.personal, 2)}, {"BUSINESS_VERIFIED_EMAILS", r.verified(r.business, 3)},
		{"ALL_MOBILES", joined(r.mobile)}, {"MOBILE_DNC", r.words(r.mobile, 10)},
		{"ALL_LANDLINES", p.HomeLine}, {"LANDLINE_DNC", r.words([]string{p.HomeLine}, 12)},
		{"PERSONAL_ADDRESS", p.Street}, {"PERSONAL_CITY", p.Home.City}, {"STATE", p.Home.Code}, {"ZIP", p.Home.ZIP},
		{"INDIVIDUAL_LINKEDIN_URL", r.linkedIn}, {"INDIVIDUAL_TWITTER_URL", twitter}, {"INDIVIDUAL_FACEBOOK_URL", ""},
		{"JOB_TITLE", p.Job.Title}, {"SENIORITY_LEVEL", strings.ToLower(p.Job.Seniority)}, {"DEPARTMENT", p.Job.Department},
		{"COMPANY_NAME", c.Name}, {"COMPANY_DOMAIN", c.Domain}, {"COMPANY_INDUSTRY", c.Industry.Label}, {"COMPANY_EMPLOYEE_COUNT", c.Size},
		{"SHA256_PERSONAL_EMAIL", joined(world.Each(r.personal, world.SHA256Hex))},
	}
}

// words is dnc in the newer spelling, "true" or "false".
func (r record) words(numbers []string, detail int) string {
	return strings.NewReplacer("Y", "true", "N", "false").Replace(r.dnc(numbers, detail))
}

// visitTruth is what is true of a visitor: known by hash, with what all visits so
// far have shown.
func visitTruth(k world.Coverage, visitor, night int) world.Record {
	var all world.Record
	for moves := range k.World.Moves(visitor, night) + 1 {
		r := newRecord(k, k.World.PersonAfter(visitor, moves))
		of := r.truth(false)
		all.Person, all.Surname = of.Person, of.Surname
		all.ID = "hem:" + r.hem()
		all.Identifiers = append(all.Identifiers, of.Identifiers...)
		all.Identifiers = append(all.Identifiers, world.Identifier{Kind: "email_sha256", Value: r.hem(), Own: true})
	}
	return all
}
