package simulate

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// intentQuery is what decides who is found: the body of POST audiences/query
// without its paging, and the definition of a saved audience.
type intentQuery struct {
	TopicIDs        []int         `json:"topicIds"`
	MinScore        int           `json:"minScore"`
	MaxScore        int           `json:"maxScore"`
	MinTopicOverlap int           `json:"minTopicOverlap"`
	Filters         intentFilters `json:"filters"`
}

type intentFilters struct {
	CompanyIndustry     []string `json:"companyIndustry,omitempty"`
	Seniority           []string `json:"seniority,omitempty"`
	CompanySize         []string `json:"companySize,omitempty"`
	Department          []string `json:"department,omitempty"`
	State               string   `json:"state,omitempty"`
	CompanyRevenueRange []string `json:"companyRevenueRange,omitempty"`
	AgeRange            []string `json:"ageRange,omitempty"`
	Gender              string   `json:"gender,omitempty"`
	IsB2B               string   `json:"isB2b,omitempty"`
	JobTitle            string   `json:"jobTitle,omitempty"`
	HasBusinessEmail    *bool    `json:"hasBusinessEmail,omitempty"`
	HasPersonalEmail    *bool    `json:"hasPersonalEmail,omitempty"`
	HasLinkedIn         *bool    `json:"hasLinkedin,omitempty"`
	HasPhone            *bool    `json:"hasPhone,omitempty"`
	CompanyDomain       string   `json:"companyDomain,omitempty"`
	CompanyName         string   `json:"companyName,omitempty"`
}

// key names the query for cursors and caches.
func (q intentQuery) key() string {
	text, err := json.Marshal(q)
	if err != nil {
		panic("simulate: " + err.Error())
	}
	return string(text)
}

// valid says what a query lacks, "" if nothing. The limits are the OpenAPI file's.
func (q intentQuery) valid() string {
	switch {
	case len(q.TopicIDs) == 0 || len(q.TopicIDs) > 10:
		return "topicIds must have 1 to 10 elements unless audienceId is provided"
	case q.MinScore < 1 || q.MinScore > 100 || q.MaxScore < 1 || q.MaxScore > 100:
		return "minScore and maxScore must be 1 to 100"
	case q.MinTopicOverlap < 1 || q.MinTopicOverlap > 10:
		return "minTopicOverlap must be 1 to 10"
	}
	return ""
}

// interest is a person's strongest interest among the topics of a query on a day.
type interest struct {
	score   int
	topic   int
	matched []int
}

// score is the strength of one person's interest in one topic on a day, 0 for
// none. A person cares for a topic for good, and shows it on most days.
func (u universe) score(i, topic int, day uint64) int {
	if !u.chance(i, 16, saltField, 40, uint64(topic)) || !u.chance(i, 80, saltField, 41, uint64(topic), day) {
		return 0
	}
	steady := 50 + upTo(u.about(i, saltField, 42, uint64(topic)), 46)
	return min(steady+upTo(u.about(i, saltField, 43, uint64(topic), day), 9)-4, 100)
}

func (u universe) interest(i int, q intentQuery, day uint64) (found interest) {
	for _, t := range q.TopicIDs {
		score := u.score(i, t, day)
		if score < q.MinScore || score > q.MaxScore || score == 0 {
			continue
		}
		found.matched = append(found.matched, t)
		if score > found.score {
			found.score, found.topic = score, t
		}
	}
	if len(found.matched) < q.MinTopicOverlap {
		return interest{}
	}
	return found
}

// matches lists the people whom a query finds on a day.
func (c *call) matches(q intentQuery, day string) []int32 {
	night := c.nightOf(day)
	return c.sim.list(Intent+"/"+day+"/"+q.key(), func() []int32 {
		known := c.sim.universe.coverage(Intent)
		var found []int32
		for rank := range known.size() {
			i := known.at(rank)
			if known.interest(i, q, dayNumber(day)).score > 0 && q.Filters.admit(known, i, night) {
				found = append(found, int32(i))
			}
		}
		return found
	})
}

// dayNumber makes a day a part of hashes.
func dayNumber(day string) uint64 {
	n, err := strconv.ParseUint(strings.ReplaceAll(day, "-", ""), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// admit reports whether a person passes the filters; the person is only made
// where there are any.
func (f intentFilters) admit(known coverage, i, night int) bool {
	if f.none() {
		return true
	}
	r := known.intentRecord(known.person(i, night))
	p, c := r.person, r.person.employer
	return among(f.CompanyIndustry, c.industry.label) && among(f.Seniority, seniorityCode[p.job.seniority]) && among(f.CompanySize, c.size) &&
		among(f.Department, departmentCode(p.job.department)) && among(f.CompanyRevenueRange, c.revenue) && among(f.AgeRange, ageRange(p.age)) &&
		same(f.State, p.home.code) && same(f.Gender, r.gender()) && same(f.IsB2B, "y") && same(f.CompanyDomain, c.domain) &&
		strings.Contains(strings.ToLower(c.name), strings.ToLower(f.CompanyName)) && strings.Contains(strings.ToLower(p.job.title), strings.ToLower(f.JobTitle)) &&
		wanted(f.HasBusinessEmail, r.business != "") && wanted(f.HasPersonalEmail, len(r.personal) > 0) &&
		wanted(f.HasLinkedIn, r.linkedIn != "") && wanted(f.HasPhone, len(r.phones) > 0)
}

func (f intentFilters) none() bool {
	return len(f.CompanyIndustry)+len(f.Seniority)+len(f.CompanySize)+len(f.Department)+len(f.CompanyRevenueRange)+len(f.AgeRange) == 0 &&
		f.State+f.Gender+f.IsB2B+f.JobTitle+f.CompanyDomain+f.CompanyName == "" &&
		f.HasBusinessEmail == nil && f.HasPersonalEmail == nil && f.HasLinkedIn == nil && f.HasPhone == nil
}

func among(wanted []string, value string) bool {
	return len(wanted) == 0 || slices.ContainsFunc(wanted, func(w string) bool { return strings.EqualFold(w, value) })
}

func same(wanted, value string) bool { return wanted == "" || strings.EqualFold(wanted, value) }

func wanted(flag *bool, value bool) bool { return flag == nil || !*flag || value }
