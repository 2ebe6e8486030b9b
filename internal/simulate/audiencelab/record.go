package audiencelab

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/world"
)

// record is what AudienceLab knows of a person; "" and nil are not known.
type record struct {
	uuid     string
	person   world.Person
	h        uint64 // decides the small things
	first    string
	last     string
	personal []string
	business []string
	role     bool // business holds the company's info@
	linkedIn string
	twitter  bool
	mobile   []string
	direct   []string
}

// personUUID is AudienceLab's key of a person: dashed for one half of its
// people, 26 hex digits for the other, always the same form for the same person.
func personUUID(k world.Coverage, i int) string {
	a, b := k.About(i, world.SaltID, 1), k.About(i, world.SaltID, 2)
	if i%2 == 1 {
		return fmt.Sprintf("%016x%010x", a, b&0xffffffffff)
	}
	return world.UUID(a, b)
}

func newRecord(k world.Coverage, p world.Person) record {
	i := p.Index
	r := record{uuid: personUUID(k, i), person: p, h: k.About(i, world.SaltField, 20), first: p.Given.Full, last: p.Surname}
	if p.Given.Short != "" && k.Chance(i, 25, world.SaltField, 21) {
		r.first = p.Given.Short
	}
	if k.Chance(i, 15, world.SaltField, 22) {
		r.first, r.last = strings.ToUpper(r.first), strings.ToUpper(r.last)
	}
	if k.Chance(i, 85, world.SaltField, 23) {
		r.personal = p.Personal
		if p.Reused != "" {
			r.personal = append(r.personal[:len(r.personal):len(r.personal)], p.Reused)
		}
	}
	switch {
	case k.Chance(i, world.RoleAddressPer, world.SaltField, 24):
		r.business, r.role = []string{"info@" + p.Employer.Domain}, true
	case k.Chance(i, 65, world.SaltField, 25):
		r.business = []string{p.Business}
		if k.Chance(i, 6, world.SaltField, 26) { // "BUSINESS_EMAIL can be multi-valued too"
			r.business = append(r.business, strings.Replace(p.Business, "@", "+list@", 1))
		}
	}
	if k.Chance(i, 55, world.SaltField, 27) {
		r.linkedIn = world.LinkedInURL(p.Slug, world.UpTo(k.About(i, world.SaltField, 28), len(world.LinkedInForms)))
	}
	r.twitter = k.Chance(i, 12, world.SaltField, 29)
	if k.Chance(i, 80, world.SaltField, 30) {
		r.mobile = p.Mobile
	}
	if k.Chance(i, 45, world.SaltField, 31) {
		r.direct = []string{p.Direct, p.Employer.Phone()}
	}
	return r
}

// bits takes a number in [0, n) for the detail of that number.
func (r record) bits(detail, n int) int { return world.UpTo(world.Mix(r.h^uint64(detail)<<8), n) }

// json is the record with all 74 fields, in the order of the vendor's own list,
// and with the oddities that were seen in the field (vendors/README.md, 4.8).
func (r record) json() api.Object {
	p, c := r.person, r.person.Employer
	return api.Object{
		{"AGE_RANGE", world.AgeRange(p.Age)},
		{"BUSINESS_EMAIL", joined(r.business)},
		{"CHILDREN", r.flag(1)},
		{"COMPANY_ADDRESS", strconv.Itoa(100+c.Number%900) + " " + world.Streets[c.Number%len(world.Streets)] + ", Suite " +
			strconv.Itoa(c.Number%40+1)},
		{"COMPANY_CITY", c.Place.City},
		{"COMPANY_DESCRIPTION", c.Description()},
		{"COMPANY_DOMAIN", c.Domain},
		{"COMPANY_EMPLOYEE_COUNT", c.Size},
		{"COMPANY_INDUSTRY", c.Industry.Label},
		{"COMPANY_NAICS", strings.Join(c.Industry.NAICS, ", ")},
		{"COMPANY_NAME", c.Name},
		{"COMPANY_NAME_HISTORY", r.companyHistory()},
		{"COMPANY_PHONE", c.Phone()},
		{"COMPANY_REVENUE", c.Revenue},
		{"COMPANY_SIC", strings.Join(c.Industry.SIC, ",  ")},
		{"COMPANY_STATE", c.Place.State},
		{"COMPANY_ZIP", c.Place.ZIP},
		{"COMPANY_LINKEDIN_URL", "linkedin.com/company/" + strings.TrimSuffix(c.Domain, ".example")},
		{"PERSONAL_VERIFIED_EMAILS", r.verified(r.personal, 2)},
		{"BUSINESS_VERIFIED_EMAILS", r.verified(r.business, 3)},
		{"DEPARTMENT", p.Job.Department},
		{"DIRECT_NUMBER", joined(r.direct)},
		{"DIRECT_NUMBER_DNC", r.dnc(r.direct, 4)},
		{"EDUCATION_HISTORY", r.education()},
		{"FACEBOOK_URL", ""},
		{"TWITTER_URL", r.twitterURL()},
		{"FIRST_NAME", r.first},
		{"GENDER", map[bool]string{true: "F", false: "M"}[p.Female]},
		{"HEADLINE", p.Job.Title + " at " + c.Name},
		{"HOMEOWNER", r.flag(5)},
		{"INCOME_RANGE", world.IncomeRanges[r.bits(6, len(world.IncomeRanges))]},
		{"INFERRED_YEARS_EXPERIENCE", strconv.Itoa(max(p.Age-22, 0))},
		{"INTERESTS", r.absent(7)},
		{"JOB_TITLE", p.Job.Title},
		{"JOB_TITLE_HISTORY", r.absent(8)},
		{"LAST_NAME", r.last},
		{"LINKEDIN_URL", r.linkedIn},
		{"MARRIED", r.flag(9)},
		{"MOBILE_PHONE", joined(r.mobile)},
		{"MOBILE_PHONE_DNC", r.dnc(r.mobile, 10)},
		{"NET_WORTH", world.NetWorths[r.bits(11, len(world.NetWorths))]},
		{"PERSONAL_ADDRESS", p.Street},
		{"PERSONAL_CITY", p.Home.City},
		{"PERSONAL_EMAILS", joined(r.personal)},
		{"PERSONAL_PHONE", p.HomeLine},
		{"PERSONAL_PHONE_DNC", r.dnc([]string{p.HomeLine}, 12)},
		{"PERSONAL_STATE", r.state()},
		{"PERSONAL_ZIP", p.Home.ZIP},
		{"PERSONAL_ZIP4", p.ZIP4},
		{"SENIORITY_LEVEL", r.seniority()},
		{"SHA256_BUSINESS_EMAIL", joined(world.Each(r.business, world.SHA256Hex))},
		{"SHA256_PERSONAL_EMAIL", joined(world.Each(r.personal, world.SHA256Hex))},
		{"SKILLS", r.absent(13)},
		{"SKIPTRACE_ADDRESS", strings.ToUpper(p.Street)},
		{"SKIPTRACE_B2B_ADDRESS", ""},
		{"SKIPTRACE_B2B_PHONE", strings.TrimPrefix(c.Phone(), "+1")},
		{"SKIPTRACE_B2B_SOURCE", "nan"},
		{"SKIPTRACE_B2B_WEBSITE", c.Domain},
		{"SKIPTRACE_CITY", strings.ToUpper(p.Home.City)},
		{"SKIPTRACE_CREDIT_RATING", string(rune('A' + r.bits(14, 5)))},
		{"SKIPTRACE_DNC", r.flag(15)},
		{"SKIPTRACE_ETHNIC_CODE", ""},
		{"SKIPTRACE_EXACT_AGE", strconv.Itoa(p.Age)},
		{"SKIPTRACE_IP", ""},
		{"SKIPTRACE_LANDLINE_NUMBERS", strings.TrimPrefix(p.HomeLine, "+")},
		{"SKIPTRACE_LANGUAGE_CODE", "E1"},
		{"SKIPTRACE_MATCH_SCORE", r.matchScore()},
		{"SKIPTRACE_NAME", strings.ToUpper(p.Given.Full + " " + p.Surname)},
		{"SKIPTRACE_STATE", p.Home.Code},
		{"SKIPTRACE_WIRELESS_NUMBERS", joined(world.Each(r.mobile, func(n string) string { return strings.TrimPrefix(n, "+") }))},
		{"SKIPTRACE_ZIP", p.Home.ZIP},
		{"SOCIAL_CONNECTIONS", strconv.Itoa(r.bits(16, 500))},
		{"UUID", r.uuid},
		{"VALID_PHONES", r.validPhones()},
	}
}

var (
	noValues     = []string{"", "", "null", "nan", "none"}
	universities = []string{"University of Northfield", "Lakeshore State College", "Harrow Institute of Technology",
		"Pinewood Community College"}
)

func (r record) flag(detail int) string { return []string{"Y", "N", ""}[r.bits(detail, 3)] }

func (r record) absent(detail int) string { return noValues[r.bits(detail, len(noValues))] }

// dnc is the do-not-call flag of each number, by position.
func (r record) dnc(numbers []string, detail int) string {
	flags := make([]string, len(numbers))
	for k := range numbers {
		flags[k] = []string{"Y", "N"}[r.bits(detail*100+k, 2)]
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

// companyHistory is JSON in a string, or one of the many ways to say nothing.
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
	school := universities[r.bits(21, len(universities))]
	return "Bachelor's degree, Business,\n" + school + ", " + strconv.Itoa(2026-r.person.Age+22)
}

func (r record) twitterURL() string {
	if !r.twitter {
		return ""
	}
	return "https://twitter.com/" + r.person.Handle
}

// state is a name or a code: tenants have seen both.
func (r record) state() string {
	if r.bits(22, 3) == 0 {
		return r.person.Home.State
	}
	return r.person.Home.Code
}

func (r record) seniority() string {
	if r.bits(23, 2) == 0 {
		return strings.ToLower(r.person.Job.Seniority)
	}
	return r.person.Job.Seniority
}

// matchScore is a number 0 in one of the vendor's samples and "11" in another.
func (r record) matchScore() any {
	if score := r.bits(24, 20); score > 0 {
		return strconv.Itoa(score)
	}
	return json.RawMessage("0")
}

func joined(list []string) string { return strings.Join(list, ", ") }
