package simulate

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// audienceLabRecord is what AudienceLab knows of a person; "" and nil are not known.
type audienceLabRecord struct {
	uuid     string
	person   person
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

// audienceLabUUID is AudienceLab's key of a person: dashed for one half of its
// people, 26 hex digits for the other, always the same form for the same person.
func (k coverage) audienceLabUUID(i int) string {
	a, b := k.about(i, saltID, 1), k.about(i, saltID, 2)
	if i%2 == 1 {
		return fmt.Sprintf("%016x%010x", a, b&0xffffffffff)
	}
	return uuid(a, b)
}

// uuid is a version 4 UUID of two hashes, RFC 9562.
func uuid(a, b uint64) string {
	a = a&^0xf000 | 0x4000
	b = b&^(3<<62) | 2<<62
	return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", a>>32, a>>16&0xffff, a&0xffff, b>>48, b&0xffffffffffff)
}

func (k coverage) audienceLabRecord(p person) audienceLabRecord {
	i := p.index
	r := audienceLabRecord{uuid: k.audienceLabUUID(i), person: p, h: k.about(i, saltField, 20), first: p.given.full, last: p.surname}
	if p.given.short != "" && k.chance(i, 25, saltField, 21) {
		r.first = p.given.short
	}
	if k.chance(i, 15, saltField, 22) {
		r.first, r.last = strings.ToUpper(r.first), strings.ToUpper(r.last)
	}
	if k.chance(i, 85, saltField, 23) {
		r.personal = p.personal
		if p.reused != "" {
			r.personal = append(r.personal[:len(r.personal):len(r.personal)], p.reused)
		}
	}
	switch {
	case k.chance(i, roleAddressPer, saltField, 24):
		r.business, r.role = []string{"info@" + p.employer.domain}, true
	case k.chance(i, 65, saltField, 25):
		r.business = []string{p.business}
		if k.chance(i, 6, saltField, 26) { // "BUSINESS_EMAIL can be multi-valued too"
			r.business = append(r.business, strings.Replace(p.business, "@", "+list@", 1))
		}
	}
	if k.chance(i, 55, saltField, 27) {
		r.linkedIn = linkedInURL(p.slug, upTo(k.about(i, saltField, 28), len(linkedInForms)))
	}
	r.twitter = k.chance(i, 12, saltField, 29)
	if k.chance(i, 80, saltField, 30) {
		r.mobile = p.mobile
	}
	if k.chance(i, 45, saltField, 31) {
		r.direct = []string{p.direct, p.employer.phone()}
	}
	return r
}

// bits takes a number in [0, n) for the detail of that number.
func (r audienceLabRecord) bits(detail, n int) int { return upTo(mix(r.h^uint64(detail)<<8), n) }

// json is the record with all 74 fields, in the order of the vendor's own list,
// and with the oddities that were seen in the field (vendors/README.md, 4.8).
func (r audienceLabRecord) json() object {
	p, c := r.person, r.person.employer
	return object{
		{"AGE_RANGE", ageRange(p.age)},
		{"BUSINESS_EMAIL", joined(r.business)},
		{"CHILDREN", r.flag(1)},
		{"COMPANY_ADDRESS", strconv.Itoa(100+c.number%900) + " " + streets[c.number%len(streets)] + ", Suite " + strconv.Itoa(c.number%40+1)},
		{"COMPANY_CITY", c.place.city},
		{"COMPANY_DESCRIPTION", c.description()},
		{"COMPANY_DOMAIN", c.domain},
		{"COMPANY_EMPLOYEE_COUNT", c.size},
		{"COMPANY_INDUSTRY", c.industry.label},
		{"COMPANY_NAICS", strings.Join(c.industry.naics, ", ")},
		{"COMPANY_NAME", c.name},
		{"COMPANY_NAME_HISTORY", r.companyHistory()},
		{"COMPANY_PHONE", c.phone()},
		{"COMPANY_REVENUE", c.revenue},
		{"COMPANY_SIC", strings.Join(c.industry.sic, ",  ")},
		{"COMPANY_STATE", c.place.state},
		{"COMPANY_ZIP", c.place.zip},
		{"COMPANY_LINKEDIN_URL", "linkedin.com/company/" + strings.TrimSuffix(c.domain, ".example")},
		{"PERSONAL_VERIFIED_EMAILS", r.verified(r.personal, 2)},
		{"BUSINESS_VERIFIED_EMAILS", r.verified(r.business, 3)},
		{"DEPARTMENT", p.job.department},
		{"DIRECT_NUMBER", joined(r.direct)},
		{"DIRECT_NUMBER_DNC", r.dnc(r.direct, 4)},
		{"EDUCATION_HISTORY", r.education()},
		{"FACEBOOK_URL", ""},
		{"TWITTER_URL", r.twitterURL()},
		{"FIRST_NAME", r.first},
		{"GENDER", map[bool]string{true: "F", false: "M"}[p.female]},
		{"HEADLINE", p.job.title + " at " + c.name},
		{"HOMEOWNER", r.flag(5)},
		{"INCOME_RANGE", incomeRanges[r.bits(6, len(incomeRanges))]},
		{"INFERRED_YEARS_EXPERIENCE", strconv.Itoa(max(p.age-22, 0))},
		{"INTERESTS", r.absent(7)},
		{"JOB_TITLE", p.job.title},
		{"JOB_TITLE_HISTORY", r.absent(8)},
		{"LAST_NAME", r.last},
		{"LINKEDIN_URL", r.linkedIn},
		{"MARRIED", r.flag(9)},
		{"MOBILE_PHONE", joined(r.mobile)},
		{"MOBILE_PHONE_DNC", r.dnc(r.mobile, 10)},
		{"NET_WORTH", netWorths[r.bits(11, len(netWorths))]},
		{"PERSONAL_ADDRESS", p.street},
		{"PERSONAL_CITY", p.home.city},
		{"PERSONAL_EMAILS", joined(r.personal)},
		{"PERSONAL_PHONE", p.homeLine},
		{"PERSONAL_PHONE_DNC", r.dnc([]string{p.homeLine}, 12)},
		{"PERSONAL_STATE", r.state()},
		{"PERSONAL_ZIP", p.home.zip},
		{"PERSONAL_ZIP4", p.zip4},
		{"SENIORITY_LEVEL", r.seniority()},
		{"SHA256_BUSINESS_EMAIL", joined(each(r.business, sha256Hex))},
		{"SHA256_PERSONAL_EMAIL", joined(each(r.personal, sha256Hex))},
		{"SKILLS", r.absent(13)},
		{"SKIPTRACE_ADDRESS", strings.ToUpper(p.street)},
		{"SKIPTRACE_B2B_ADDRESS", ""},
		{"SKIPTRACE_B2B_PHONE", strings.TrimPrefix(c.phone(), "+1")},
		{"SKIPTRACE_B2B_SOURCE", "nan"},
		{"SKIPTRACE_B2B_WEBSITE", c.domain},
		{"SKIPTRACE_CITY", strings.ToUpper(p.home.city)},
		{"SKIPTRACE_CREDIT_RATING", string(rune('A' + r.bits(14, 5)))},
		{"SKIPTRACE_DNC", r.flag(15)},
		{"SKIPTRACE_ETHNIC_CODE", ""},
		{"SKIPTRACE_EXACT_AGE", strconv.Itoa(p.age)},
		{"SKIPTRACE_IP", ""},
		{"SKIPTRACE_LANDLINE_NUMBERS", strings.TrimPrefix(p.homeLine, "+")},
		{"SKIPTRACE_LANGUAGE_CODE", "E1"},
		{"SKIPTRACE_MATCH_SCORE", r.matchScore()},
		{"SKIPTRACE_NAME", strings.ToUpper(p.given.full + " " + p.surname)},
		{"SKIPTRACE_STATE", p.home.code},
		{"SKIPTRACE_WIRELESS_NUMBERS", joined(each(r.mobile, func(n string) string { return strings.TrimPrefix(n, "+") }))},
		{"SKIPTRACE_ZIP", p.home.zip},
		{"SOCIAL_CONNECTIONS", strconv.Itoa(r.bits(16, 500))},
		{"UUID", r.uuid},
		{"VALID_PHONES", r.validPhones()},
	}
}

var (
	incomeRanges = []string{"Less than $20,000", "$20,000 to $44,999", "$45,000 to $59,999", "$60,000 to $74,999", "$75,000 to $99,999", "$100,000 to $149,999", "$150,000 to $199,999", "$250,000+"}
	netWorths    = []string{"-$20,000 to -$2,500", "-$2,499 to $2,499", "$2,500 to $24,999", "$25,000 to $49,999", "$75,000 to $99,999", "$150,000 to $249,999", "$374,999 to $499,999", "$1,000,000 or more"}
	noValues     = []string{"", "", "null", "nan", "none"}
	universities = []string{"University of Northfield", "Lakeshore State College", "Harrow Institute of Technology", "Pinewood Community College"}
)

func ageRange(age int) string {
	switch {
	case age < 25:
		return "18-24"
	case age < 35:
		return "25-34"
	case age < 45:
		return "35-44"
	case age < 55:
		return "45-54"
	case age < 65:
		return "55-64"
	default:
		return "65 and older"
	}
}

func (r audienceLabRecord) flag(detail int) string { return []string{"Y", "N", ""}[r.bits(detail, 3)] }

func (r audienceLabRecord) absent(detail int) string { return noValues[r.bits(detail, len(noValues))] }

// dnc is the do-not-call flag of each number, by position.
func (r audienceLabRecord) dnc(numbers []string, detail int) string {
	flags := make([]string, len(numbers))
	for k := range numbers {
		flags[k] = []string{"Y", "N"}[r.bits(detail*100+k, 2)]
	}
	return joined(flags)
}

// verified is the first address if it was verified; one client saw a list here.
func (r audienceLabRecord) verified(addresses []string, detail int) any {
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
func (r audienceLabRecord) validPhones() string {
	if r.bits(17, 10) == 0 {
		return joined(each(r.mobile, func(n string) string { return "+1" + strings.TrimPrefix(n, "+") }))
	}
	return joined(r.mobile)
}

// companyHistory is JSON in a string, or one of the many ways to say nothing.
func (r audienceLabRecord) companyHistory() any {
	if len(r.person.former) == 0 {
		if r.bits(18, 4) == 0 {
			return nil
		}
		return r.absent(19)
	}
	history := []object{}
	for _, c := range r.person.former {
		history = append(history, object{{"company_name", c.name}, {"company_domain", c.domain}})
	}
	return string(encode(history))
}

func (r audienceLabRecord) education() string {
	if r.bits(20, 3) == 0 {
		return ""
	}
	school := universities[r.bits(21, len(universities))]
	return "Bachelor's degree, Business,\n" + school + ", " + strconv.Itoa(2026-r.person.age+22)
}

func (r audienceLabRecord) twitterURL() string {
	if !r.twitter {
		return ""
	}
	return "https://twitter.com/" + r.person.handle
}

// state is a name or a code: tenants have seen both.
func (r audienceLabRecord) state() string {
	if r.bits(22, 3) == 0 {
		return r.person.home.state
	}
	return r.person.home.code
}

func (r audienceLabRecord) seniority() string {
	if r.bits(23, 2) == 0 {
		return strings.ToLower(r.person.job.seniority)
	}
	return r.person.job.seniority
}

// matchScore is a number 0 in one of the vendor's samples and "11" in another.
func (r audienceLabRecord) matchScore() any {
	if score := r.bits(24, 20); score > 0 {
		return strconv.Itoa(score)
	}
	return json.RawMessage("0")
}

// description has line breaks, commas and quotes: a line-based CSV reader breaks on it.
func (c company) description() string {
	return c.name + " was founded in " + strconv.Itoa(c.founded) + ".\nWe do \"" + c.industry.label + "\", and we do it well,\nfrom " + c.place.city + "."
}
