package intent

import (
	"encoding/json"
	"slices"
	"strings"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/world"
)

// query is what decides who is found: the body of POST audiences/query
// without its paging, and the definition of a saved audience.
type query struct {
	TopicIDs        []int   `json:"topicIds"`
	MinScore        int     `json:"minScore"`
	MaxScore        int     `json:"maxScore"`
	MinTopicOverlap int     `json:"minTopicOverlap"`
	Filters         filters `json:"filters"`
}

type filters struct {
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
func (q query) key() string { return encode(q) }

func encode(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic("simulate: " + err.Error())
	}
	return string(text)
}

// invalid says what is wrong with a query, "" if nothing. The limits are the OpenAPI file's.
func (q query) invalid() string {
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

// heeded is what the vendor makes of a query: the query, unless a fault lets it find
// everybody with any interest.
func heeded(c *api.Call, q query) query {
	if !c.On(api.IgnoredFilters) {
		return q
	}
	all := query{MinScore: 1, MaxScore: 100, MinTopicOverlap: 1}
	for _, t := range topics {
		all.TopicIDs = append(all.TopicIDs, t.id)
	}
	return all
}

// interest is a person's strongest interest among the topics of a query on a day.
type interest struct {
	score   int
	topic   int
	matched []int
}

// score is the strength of one person's interest in one topic on a day, 0 for
// none. A person cares for a topic for good, and shows it on most days.
func score(u world.Universe, i, topic int, day uint64) int {
	if !u.Chance(i, 16, world.SaltField, 40, uint64(topic)) || !u.Chance(i, 80, world.SaltField, 41, uint64(topic), day) {
		return 0
	}
	steady := 50 + world.UpTo(u.About(i, world.SaltField, 42, uint64(topic)), 46)
	return min(steady+world.UpTo(u.About(i, world.SaltField, 43, uint64(topic), day), 9)-4, 100)
}

func strongest(u world.Universe, i int, q query, day uint64) (found interest) {
	for _, t := range q.TopicIDs {
		score := score(u, i, t, day)
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
func matches(c *api.Call, q query, d day) []int32 {
	return c.List(runKey(q, d), func() []int32 {
		known, night := c.People(), d.night(c)
		all := encode(q.Filters) == "{}"
		var found []int32
		for rank := range known.Size() {
			i := known.At(rank)
			if strongest(known.World, i, q, d.number()).score > 0 &&
				(all || q.Filters.admit(newRecord(known, known.World.Person(i, night)))) {
				found = append(found, int32(i))
			}
		}
		return found
	})
}

// admit reports whether a person passes the filters.
func (f filters) admit(r record) bool {
	p, c := r.person, r.person.Employer
	return among(f.CompanyIndustry, c.Industry.Label) && among(f.Seniority, seniorityCode[p.Job.Seniority]) &&
		among(f.CompanySize, c.Size) && among(f.CompanyRevenueRange, c.Revenue) &&
		among(f.Department, world.Code(p.Job.Department)) && among(f.AgeRange, world.AgeRange(p.Age)) &&
		same(f.State, p.Home.Code) && same(f.Gender, p.Gender()) && same(f.IsB2B, "y") && same(f.CompanyDomain, c.Domain) &&
		strings.Contains(strings.ToLower(c.Name), strings.ToLower(f.CompanyName)) &&
		strings.Contains(strings.ToLower(p.Job.Title), strings.ToLower(f.JobTitle)) &&
		wanted(f.HasBusinessEmail, r.business != "") && wanted(f.HasPersonalEmail, len(r.personal) > 0) &&
		wanted(f.HasLinkedIn, r.linkedIn != "") && wanted(f.HasPhone, len(r.phones) > 0)
}

func among(wanted []string, value string) bool {
	return len(wanted) == 0 || slices.ContainsFunc(wanted, func(w string) bool { return strings.EqualFold(w, value) })
}

func same(wanted, value string) bool { return wanted == "" || strings.EqualFold(wanted, value) }

func wanted(flag *bool, value bool) bool { return flag == nil || !*flag || value }
