package audiencelab

import (
	"cmp"
	"slices"
	"strings"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/world"
)

// question is what a client knows of a person whom it asks for, by column in lower case.
type question map[string]string

// columns are those that the vendor accepts, in the order in which one names the
// person best (vendors' README, 6.1).
var columns = []string{
	"email", "business_email", "personal_email", "sha256_personal_email", "linkedin_url", "up_id", "phone", "last_name", "first_name",
	"company_domain", "company_name", "company_industry", "personal_address", "personal_city", "personal_state", "personal_zip",
}

// who names the person in the books: by the first column that says anything.
func (q question) who() string {
	for _, column := range columns {
		if q[column] != "" {
			return column + "=" + q[column]
		}
	}
	return ""
}

// keys are those by which the person may be looked up. A name is one only beside
// an employer.
func (q question) keys() []string {
	var keys []string
	for _, column := range []string{"email", "business_email", "personal_email"} {
		keys = append(keys, key("email", q[column]))
	}
	keys = append(keys, key("hash", q["sha256_personal_email"]), key("linkedin", slug(q["linkedin_url"])), key("id", q["up_id"]),
		key("phone", digits(q["phone"])))
	if q["first_name"] != "" && q["last_name"] != "" {
		for _, employer := range []string{q["company_domain"], q["company_name"]} {
			if employer != "" {
				keys = append(keys, key("name", q["last_name"]+"|"+employer))
			}
		}
	}
	return slices.DeleteFunc(keys, func(k string) bool { return k == "" })
}

// key is "" where there is no value.
func key(kind, value string) string {
	if value = strings.ToLower(strings.TrimSpace(value)); value == "" {
		return ""
	}
	return kind + ":" + value
}

// keys are those by which the vendor finds its record of a person.
func (r record) keys() []string {
	keys := []string{key("id", r.uuid), key("linkedin", r.slug), key("name", r.last+"|"+r.person.Employer.Domain),
		key("name", r.last+"|"+r.person.Employer.Name)}
	for _, address := range slices.Concat(r.personal, r.ownBusiness()) {
		keys = append(keys, key("email", address))
	}
	for _, address := range r.personal {
		keys = append(keys, key("hash", world.SHA256Hex(address)))
	}
	for _, number := range slices.Concat(r.mobile, r.direct) {
		keys = append(keys, key("phone", digits(number)))
	}
	return keys
}

// ownBusiness are the business addresses that are the person's own.
func (r record) ownBusiness() []string {
	if r.role {
		return nil
	}
	return r.business
}

// fits reports whether a record that was found by a key is an answer: where all
// must hold, all that is known of the person; else the key, and beside a name the
// first name.
func (q question) fits(r record, key string, all bool) bool {
	if !all {
		return !strings.HasPrefix(key, "name:") || r.holds("first_name", q["first_name"])
	}
	for column, value := range q {
		if value != "" && !r.holds(column, value) {
			return false
		}
	}
	return true
}

// holds reports whether a column has the value in a record.
func (r record) holds(column, value string) bool {
	p, c := r.person, r.person.Employer
	among := func(list ...string) bool {
		return slices.ContainsFunc(list, func(v string) bool { return strings.EqualFold(v, strings.TrimSpace(value)) })
	}
	switch column {
	case "email":
		return among(slices.Concat(r.personal, r.business)...)
	case "personal_email":
		return among(r.personal...)
	case "business_email":
		return among(r.business...)
	case "sha256_personal_email":
		return among(world.Each(r.personal, world.SHA256Hex)...)
	case "first_name":
		return among(r.first, p.Given.Full, p.Given.Short)
	case "last_name":
		return among(r.last)
	case "phone":
		return slices.Contains(world.Each(slices.Concat(r.mobile, r.direct, []string{p.HomeLine}), digits), digits(value))
	case "linkedin_url":
		return r.slug == slug(value)
	case "up_id":
		return among(r.uuid)
	case "personal_address":
		return among(p.Street)
	case "personal_city":
		return among(p.Home.City)
	case "personal_state":
		return among(p.Home.State, p.Home.Code)
	case "personal_zip":
		return among(p.Home.ZIP)
	case "company_name":
		return among(c.Name)
	case "company_domain":
		return among(c.Domain)
	default:
		return column == "company_industry" && among(c.Industry.Label)
	}
}

// digits are those of a telephone number, without the country code of the US.
func digits(number string) string {
	kept := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, number)
	if len(kept) == 11 {
		return strings.TrimPrefix(kept, "1")
	}
	return kept
}

// slug is the name of a profile in a LinkedIn address.
func slug(address string) string {
	_, name, _ := strings.Cut(strings.ToLower(address), "/in/")
	name, _, _ = strings.Cut(name, "?")
	name, _, _ = strings.Cut(name, "/")
	return name
}

// answers finds one record for each question that has an answer, in the order of
// the questions. Of ten whom it knows, the vendor does not find one.
func answers(c *api.Call, questions []question, all bool) []record {
	asked := map[string][]int{}
	for n, q := range questions {
		for _, k := range q.keys() {
			asked[k] = append(asked[k], n)
		}
	}
	if len(asked) == 0 {
		return nil
	}
	known, found := c.People(), make([]*record, len(questions))
	for rank := range known.Size() {
		r := newRecord(known, known.World.Person(known.At(rank), c.Night))
		if r.bits(70, 10) == 0 {
			continue
		}
		for _, k := range r.keys() {
			for _, n := range asked[k] {
				if questions[n].fits(r, k, all) {
					found[n] = cmp.Or(found[n], &r)
				}
			}
		}
	}
	var records []record
	for _, r := range found {
		if r != nil {
			records = append(records, *r)
		}
	}
	return records
}
