package audiencelab

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/world"
)

// record is what AudienceLab knows of a person; "" and nil are not known.
type record struct {
	uuid     string // the key of the person
	person   world.Person
	h        uint64 // decides the small things
	first    string
	last     string
	personal []string
	business []string
	role     bool // business holds the company's info@
	slug     string
	linkedIn string
	twitter  string // handle
	mobile   []string
	direct   []string
}

func newRecord(k world.Coverage, p world.Person) record {
	i := p.Index
	knows := func(percent int, field uint64) bool { return k.World.Chance(i, percent, world.SaltField, field) }
	r := record{
		uuid: world.UUID(k.World.About(i, world.SaltID, 1), k.World.About(i, world.SaltID, 2)), person: p, h: k.World.About(i, world.SaltField, 20),
		first: k.World.FirstName(p, 25, 21), last: p.Surname, role: knows(world.RoleAddressPer, 24),
		slug: k.World.Field(i, 55, 27, p.Slug), twitter: k.World.Field(i, 12, 29, p.Handle),
	}
	r.linkedIn = k.World.LinkedInURL(i, r.slug, 28)
	if i%2 == 1 { // dashed for one half of the people, 26 hex digits for the other
		r.uuid = fmt.Sprintf("%016x%010x", k.World.About(i, world.SaltID, 1), k.World.About(i, world.SaltID, 2)&0xffffffffff)
	}
	if knows(15, 22) {
		r.first, r.last = strings.ToUpper(r.first), strings.ToUpper(r.last)
	}
	if knows(85, 23) {
		r.personal = p.Personal
		if p.Reused != "" {
			r.personal = append(slices.Clone(p.Personal), p.Reused)
		}
	}
	if r.role {
		r.business = []string{"info@" + p.Employer.Domain}
	} else if knows(65, 25) {
		r.business = []string{p.Business}
		if knows(6, 26) { // "BUSINESS_EMAIL can be multi-valued too"
			r.business = append(r.business, strings.Replace(p.Business, "@", "+list@", 1))
		}
	}
	if knows(80, 30) {
		r.mobile = p.Mobile
	}
	if knows(45, 31) {
		r.direct = []string{p.Direct, p.Employer.Phone()}
	}
	return r
}

// Person is a person of the universe on the first night, with all 74 fields, for who
// serves lists of their own.
func Person(u world.Universe, i int) api.Object {
	return newRecord(Vendor().People(u), u.Person(i, 0)).json()
}

// truth is what is true of the record; a basic one has fewer fields.
func (r record) truth(basic bool) world.Record {
	var ids []world.Identifier
	for _, address := range r.personal {
		ids = append(ids, world.EmailIdentifiers(address != r.person.Reused, address)...)
	}
	ids = slices.Concat(ids, world.EmailIdentifiers(!r.role, r.business...), world.Own("linkedin", r.slug))
	phones := r.mobile
	if !basic {
		phones = slices.Concat(r.mobile, r.direct, []string{r.person.HomeLine})
		ids = append(ids, world.Own("twitter_handle", r.twitter)...)
	}
	return world.Record{ID: r.uuid, Person: r.person.Index, Surname: r.last, Identifiers: append(ids, world.PhoneIdentifiers(phones)...)}
}

// bits takes a number in [0, n) for the detail of that number.
func (r record) bits(detail, n int) int { return world.UpTo(world.Mix(r.h^uint64(detail)<<8), n) }

// pick takes one of the values for the detail of that number.
func (r record) pick(detail int, values ...string) string { return values[r.bits(detail, len(values))] }

// json is the record with all 74 fields, in the order of the vendor's own list,
// and with the oddities that were seen in the field (vendors/README.md, 4.8).
func (r record) json() api.Object {
	p, c, twitterURL := r.person, r.person.Employer, ""
	if r.twitter != "" {
		twitterURL = "https://twitter.com/" + r.twitter
	}
	return api.Object{
		{"AGE_RANGE", world.AgeRange(p.Age)}, {"BUSINESS_EMAIL", joined(r.business)}, {"CHILDREN", r.flag(1)},
		{"COMPANY_ADDRESS", fmt.Sprintf("%d %s, Suite %d", 100+c.Number%900, world.Streets[c.Number%len(world.Streets)], c.Number%40+1)},
		{"COMPANY_CITY", c.Place.City}, {"COMPANY_DESCRIPTION", c.Description()}, {"COMPANY_DOMAIN", c.Domain},
		{"COMPANY_EMPLOYEE_COUNT", c.Size}, {"COMPANY_INDUSTRY", c.Industry.Label},
		{"COMPANY_NAICS", strings.Join(c.Industry.NAICS, ", ")}, {"COMPANY_NAME", c.Name},
		{"COMPANY_NAME_HISTORY", r.companyHistory()}, {"COMPANY_PHONE", c.Phone()}, {"COMPANY_REVENUE", c.Revenue},
		{"COMPANY_SIC", strings.Join(c.Industry.SIC, ",  ")}, {"COMPANY_STATE", c.Place.State}, {"COMPANY_ZIP", c.Place.ZIP},
		{"COMPANY_LINKEDIN_URL", "linkedin.com/company/" + strings.TrimSuffix(c.Domain, ".example")},
		{"PERSONAL_VERIFIED_EMAILS", r.verified(r.personal, 2)}, {"BUSINESS_VERIFIED_EMAILS", r.verified(r.business, 3)},
		{"DEPARTMENT", p.Job.Department}, {"DIRECT_NUMBER", joined(r.direct)}, {"DIRECT_NUMBER_DNC", r.dnc(r.direct, 4)},
		{"EDUCATION_HISTORY", r.education()}, {"FACEBOOK_URL", ""}, {"TWITTER_URL", twitterURL},
		{"FIRST_NAME", r.first}, {"GENDER", p.Gender()}, {"HEADLINE", p.Job.Title + " at " + c.Name},
		{"HOMEOWNER", r.flag(5)}, {"INCOME_RANGE", r.pick(6, world.IncomeRanges...)},
		{"INFERRED_YEARS_EXPERIENCE", strconv.Itoa(max(p.Age-22, 0))}, {"INTERESTS", r.absent(7)}, {"JOB_TITLE", p.Job.Title},
		{"JOB_TITLE_HISTORY", r.absent(8)}, {"LAST_NAME", r.last}, {"LINKEDIN_URL", r.linkedIn},
		{"MARRIED", r.flag(9)}, {"MOBILE_PHONE", joined(r.mobile)}, {"MOBILE_PHONE_DNC", r.dnc(r.mobile, 10)},
		{"NET_WORTH", r.pick(11, world.NetWorths...)}, {"PERSONAL_ADDRESS", p.Street}, {"PERSONAL_CITY", p.Home.City},
		{"PERSONAL_EMAILS", joined(r.personal)}, {"PERSONAL_PHONE", p.HomeLine},
		{"PERSONAL_PHONE_DNC", r.dnc([]string{p.HomeLine}, 12)},
		{"PERSONAL_STATE", r.pick(22, p.Home.State, p.Home.Code, p.Home.Code)}, {"PERSONAL_ZIP", p.Home.ZIP},
		{"PERSONAL_ZIP4", p.ZIP4}, {"SENIORITY_LEVEL", r.pick(23, strings.ToLower(p.Job.Seniority), p.Job.Seniority)},
		{"SHA256_BUSINESS_EMAIL", joined(world.Each(r.business, world.SHA256Hex))},
		{"SHA256_PERSONAL_EMAIL", joined(world.Each(r.personal, world.SHA256Hex))}, {"SKILLS", r.absent(13)},
		{"SKIPTRACE_ADDRESS", strings.ToUpper(p.Street)}, {"SKIPTRACE_B2B_ADDRESS", ""},
		{"SKIPTRACE_B2B_PHONE", strings.TrimPrefix(c.Phone(), "+1")}, {"SKIPTRACE_B2B_SOURCE", "nan"},
		{"SKIPTRACE_B2B_WEBSITE", c.Domain}, {"SKIPTRACE_CITY", strings.ToUpper(p.Home.City)},
		{"SKIPTRACE_CREDIT_RATING", r.pick(14, "A", "B", "C", "D", "E")}, {"SKIPTRACE_DNC", r.flag(15)},
		{"SKIPTRACE_ETHNIC_CODE", ""}, {"SKIPTRACE_EXACT_AGE", strconv.Itoa(p.Age)}, {"SKIPTRACE_IP", ""},
		{"SKIPTRACE_LANDLINE_NUMBERS", strings.TrimPrefix(p.HomeLine, "+")}, {"SKIPTRACE_LANGUAGE_CODE", "E1"},
		{"SKIPTRACE_MATCH_SCORE", r.matchScore()}, {"SKIPTRACE_NAME", strings.ToUpper(p.Given.Full + " " + p.Surname)},
		{"SKIPTRACE_STATE", p.Home.Code},
		{"SKIPTRACE_WIRELESS_NUMBERS", joined(world.Each(r.mobile, func(n string) string { return strings.TrimPrefix(n, "+") }))},
		{"SKIPTRACE_ZIP", p.Home.ZIP}, {"SOCIAL_CONNECTIONS", strconv.Itoa(r.bits(16, 500))}, {"UUID", r.uuid},
		{"VALID_PHONES", r.validPhones()},
	}
}

var universities = []string{"University of Northfield", "Lakeshore State College", "Harrow Institute of Technology",
	"Pinewood Community College"}

func (r record) flag(detail int) string { return r.pick(detail, "Y", "N", "") }

// absent is one of the vendor's ways to say nothing.
func (r record) absent(detail int) string { return r.pick(detail, "", "", "null", "nan", "none") }

// dnc is the do-not-call flag of each number, by position.
func (r record) dnc(numbers []string, detail int) string {
	flags := make([]string, len(numbers))
	for k := range numbers {
		flags[k] = r.pick(detail*100+k, "Y", "N")
	}
	return joined(flags)
}

// verified is the first address if it was verified; one client saw a list here.
func (r record) verified(addresses []string, detail int) any {
	switch {
	case len(addresses) == 0 || r.bits(detail, 100) < 30:
		return ""
	case r.bits(detail, 100) < 32:
		return addresses[:1]
	default:
		return addresses[0]
	}
}

// validPhones shows the broken prefix: +1 before a number that already has it.
func (r record) validPhones() string {
	if r.bits(17, 10) == 0 {
		return joined(world.Each(r.mobile, func(n string) string { return "+1" + strings.TrimPrefix(n, "+") }))
	}
	return joined(r.mobile)
}

// companyHistory is JSON in a string, or nothing.
func (r record) companyHistory() any {
	if len(r.person.Former) == 0 {
		if r.bits(18, 4) == 0 {
			return nil
		}
		return r.absent(19)
	}
	history := []api.Object{}
	for _, c := range r.person.Former {
		history = append(history, api.Object{{"company_name", c.Name}, {"company_domain", c.Domain}})
	}
	return string(api.Encode(history))
}

func (r record) education() string {
	if r.bits(20, 3) == 0 {
		return ""
	}
	return "Bachelor's degree, Business,\n" + r.pick(21, universities...) + ", " + strconv.Itoa(2026-r.person.Age+22)
}

// matchScore is a number 0 in one of the vendor's samples and "11" in another.
func (r record) matchScore() any {
	if score := r.bits(24, 20); score > 0 {
		return strconv.Itoa(score)
	}
	return json.RawMessage("0")
}

func joined(list []string) string { return strings.Join(list, ", ") }
