// Package intent reads the people whom Leadpipe Orbit finds to be interested in
// topics, day by day. A partition is one day.
//
// A saved audience has the days that the vendor lists; each is done under the
// cache key it is listed with, and a new key is read again. Topics have the days
// from Since to the vendor's latest; a day that the vendor does not have is
// remembered as missing. Of the week before the latest, days are looked at again
// once a night, with a single request each: a missing one may have come, one that
// was read may have a new cache key. Without Since, topics begin with the latest
// day, and later runs read whatever came after it.
package intent

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"unicode/utf8"

	"contactsync/extract"
	"contactsync/internal/words"
	"contactsync/schema"
)

// The generations of the vendor's interface.
const (
	QueryAPI = "query" // POST /v1/intent/audiences/query, paged by cursor
	RunsAPI  = "runs"  // GET /v1/intent/audiences/{id}/runs/{runId}/results, paged by offset
)

// Matches are people who are interested in topics. In JSON they are the body of
// POST audiences/query without date and paging.
type Matches struct {
	AudienceID      string      `yaml:"audience_id" json:"audienceId,omitempty" jsonschema:"format=uuid" doc:"saved audience; or give topic_ids"`
	TopicIDs        []int64     `yaml:"topic_ids" json:"topicIds,omitempty" jsonschema:"minItems=1,maxItems=10,uniqueItems=true,minimum=1" doc:"1 to 10 topics, found with sync intent topics; or give audience_id"`
	MinScore        int         `yaml:"min_score" json:"minScore,omitempty" jsonschema:"minimum=1,maximum=100" doc:"least score, 1 to 100; left out: the vendor's default, 70"`
	MaxScore        int         `yaml:"max_score" json:"maxScore,omitempty" jsonschema:"minimum=1,maximum=100" doc:"greatest score, 1 to 100; left out: the vendor's default, 100"`
	MinTopicOverlap int         `yaml:"min_topic_overlap" json:"minTopicOverlap,omitempty" jsonschema:"minimum=1,maximum=10" doc:"how many of the topics a person must be interested in; left out: the vendor's default, 1"`
	Filters         Filters     `yaml:"filters" json:"filters,omitzero" doc:"who the people must be, by the names of the vendor's document"`
	Since           schema.Date `yaml:"since" json:"-" jsonschema:"example=2026-11-01" doc:"read the daily runs from this day on; left out: every day that a saved audience lists, and for topics the latest day"`
}

// Filters narrows a query to an ideal customer profile. Names and limits
// are those of openapi-intent.json, POST /v1/intent/audiences/query; the values
// of the lists are the vendor's own, served by GET /v1/intent/audiences/filters.
type Filters struct {
	CompanyIndustry     []string `yaml:"companyIndustry" json:"companyIndustry,omitempty"`
	Seniority           []string `yaml:"seniority" json:"seniority,omitempty"`
	CompanySize         []string `yaml:"companySize" json:"companySize,omitempty"`
	Department          []string `yaml:"department" json:"department,omitempty"`
	State               string   `yaml:"state" json:"state,omitempty"`
	CompanyRevenueRange []string `yaml:"companyRevenueRange" json:"companyRevenueRange,omitempty"`
	AgeRange            []string `yaml:"ageRange" json:"ageRange,omitempty"`
	Gender              string   `yaml:"gender" json:"gender,omitempty"`
	IsB2B               string   `yaml:"isB2b" json:"isB2b,omitempty" jsonschema:"enum=y,enum=n"`
	JobTitle            string   `yaml:"jobTitle" json:"jobTitle,omitempty"`
	HasBusinessEmail    *bool    `yaml:"hasBusinessEmail" json:"hasBusinessEmail,omitempty"`
	HasPersonalEmail    *bool    `yaml:"hasPersonalEmail" json:"hasPersonalEmail,omitempty"`
	HasLinkedIn         *bool    `yaml:"hasLinkedin" json:"hasLinkedin,omitempty"`
	HasPhone            *bool    `yaml:"hasPhone" json:"hasPhone,omitempty"`
	CompanyDomain       string   `yaml:"companyDomain" json:"companyDomain,omitempty"`
	CompanyName         string   `yaml:"companyName" json:"companyName,omitempty"`
}

// Problems implements [extract.Definition].
func (m *Matches) Problems(section extract.Section) []extract.Problem {
	return m.order(extract.Run{Section: section}).problems()
}

// Open implements [extract.Definition].
func (m *Matches) Open(_ context.Context, run extract.Run, env extract.Env) (extract.Source, []string, error) {
	return m.order(run).source(env), nil, nil
}

// Plan implements [extract.Definition].
func (m *Matches) Plan(context.Context, extract.Run) (extract.Plan, error) {
	what := words.Counted(len(m.TopicIDs), "topic", "topics")
	if m.AudienceID != "" {
		what = "audience " + m.AudienceID
	}
	if !m.Since.IsZero() {
		what += " since " + m.Since.String()
	}
	return extract.Plan{Detail: "the days of " + what, Preview: m}, nil
}

// order is what one run reads: the definition, narrowed to the days of a backfill,
// by the interface that the section of the source names.
type order struct {
	Matches
	until schema.Date // last day to read; zero: the latest
	api   string      // QueryAPI, which "" means too, or RunsAPI
}

func (m *Matches) order(run extract.Run) order {
	o := order{Matches: *m, until: run.Until}
	if !run.Since.IsZero() {
		o.Since = run.Since
	}
	if s, ok := run.Section.(*Section); ok {
		o.api = s.API
	}
	return o
}

// fingerprint tells one query from another: a cursor belongs to the query that made it.
func (o order) fingerprint() string {
	body, _ := json.Marshal(o.Matches) // strings, numbers and flags always encode
	return extract.Fingerprint([]schema.Record{{Raw: body}, {Raw: json.RawMessage(cmp.Or(o.api, QueryAPI))}})
}

var uuidForm = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// problems checks the limits of openapi-intent.json before anything is sent.
func (o order) problems() []extract.Problem {
	var p extract.Problems
	if o.api != "" {
		p.OneOf("api", "interface", o.api, []string{QueryAPI, RunsAPI})
	}
	o.checkAudience(&p)
	upTo(&p, "min_score", o.MinScore, 100)
	upTo(&p, "max_score", o.MaxScore, 100)
	if o.MinScore > 0 && o.MaxScore > 0 && o.MinScore > o.MaxScore {
		p.Add("min_score", "%d is above max_score, %d: nobody would match", o.MinScore, o.MaxScore)
	}
	upTo(&p, "min_topic_overlap", o.MinTopicOverlap, 10)
	if n := len(o.TopicIDs); n > 0 && o.MinTopicOverlap > n {
		p.Add("min_topic_overlap", "%d of %d topics is impossible: nobody would match", o.MinTopicOverlap, n)
	}
	if !o.Since.IsZero() && !o.until.IsZero() && o.until.Before(o.Since.Time) {
		p.Add("until", "%s is before since, %s", o.until, o.Since)
	}
	o.Filters.check(&p)
	return p
}

// upTo requires 1 <= value <= most, or that it was left out.
func upTo(p *extract.Problems, path string, value, most int) {
	if value != 0 {
		p.Within(path, value, 1, most)
	}
}

func (o order) checkAudience(p *extract.Problems) {
	switch {
	case o.AudienceID == "" && len(o.TopicIDs) == 0:
		p.Add("topic_ids", "give topic_ids, or the audience_id of a saved audience; `sync intent topics` finds ids")
	case o.AudienceID != "" && len(o.TopicIDs) > 0:
		p.Add("topic_ids", "a saved audience has its own topics; keep audience_id or topic_ids")
	case o.AudienceID != "" && !uuidForm.MatchString(o.AudienceID):
		p.Add("audience_id", "%q is no UUID such as 3c90c3cc-0d44-4b50-8888-8dd25736052a", o.AudienceID)
	case o.AudienceID == "" && o.api == RunsAPI:
		p.Add("audience_id", "with api: runs only saved audiences can be read; give audience_id, or api: query")
	}
	if len(o.TopicIDs) > 10 {
		p.Add("topic_ids", "%d topics; one query takes 1 to 10, so write several pipelines", len(o.TopicIDs))
	}
	var seen []string
	for i, id := range o.TopicIDs {
		if id <= 0 {
			p.Add(fmt.Sprintf("topic_ids[%d]", i), "%d is no topic id; `sync intent topics` finds them", id)
		}
		seen = append(seen, fmt.Sprint(id))
	}
	p.Distinct("topic_ids", seen)
}

// longest is how many characters a filter may have.
var longest = map[string]int{"JobTitle": 200, "CompanyDomain": 255, "CompanyName": 255}

func (f Filters) check(p *extract.Problems) {
	if f.IsB2B != "" {
		p.OneOf("filters.isB2b", "flag", f.IsB2B, []string{"y", "n"})
	}
	for field, value := range reflect.ValueOf(f).Fields() {
		path, most := "filters."+field.Tag.Get("yaml"), longest[field.Name]
		switch value := value.Interface().(type) {
		case string:
			if n := utf8.RuneCountInString(value); most > 0 && n > most {
				p.Add(path, "%d characters; at most %d", n, most)
			}
			if value != "" && strings.TrimSpace(value) == "" {
				p.Add(path, "is blank")
			}
		case []string:
			for i, v := range value {
				if strings.TrimSpace(v) == "" {
					p.Add(fmt.Sprintf("%s[%d]", path, i), "is blank")
				}
			}
			p.Distinct(path, value)
		}
	}
}
