package intent

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"contactsync/extract"
)

var uuidForm = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// problems checks the limits of openapi-intent.json before anything is sent.
func (m Matches) problems() []extract.Problem {
	var p extract.Problems
	if m.API != "" {
		p.OneOf("api", "interface", m.API, []string{QueryAPI, RunsAPI})
	}
	m.checkAudience(&p)
	checkScore(&p, "min_score", m.MinScore)
	checkScore(&p, "max_score", m.MaxScore)
	if m.MinScore > 0 && m.MaxScore > 0 && m.MinScore > m.MaxScore {
		p.Add("min_score", "%d is above max_score, %d: nobody would match", m.MinScore, m.MaxScore)
	}
	if m.MinTopicOverlap != 0 {
		p.Within("min_topic_overlap", m.MinTopicOverlap, 1, 10)
		if n := len(m.TopicIDs); n > 0 && m.MinTopicOverlap > n {
			p.Add("min_topic_overlap", "%d of %d topics is impossible: nobody would match", m.MinTopicOverlap, n)
		}
	}
	if !m.Since.IsZero() && !m.Until.IsZero() && m.Until.Before(m.Since.Time) {
		p.Add("until", "%s is before since, %s", m.Until, m.Since)
	}
	m.Filters.check(&p)
	return p
}

func (m Matches) checkAudience(p *extract.Problems) {
	switch {
	case m.AudienceID == "" && len(m.TopicIDs) == 0:
		p.Add("topic_ids", "give topic_ids, or the audience_id of a saved audience; `sync intent topics` finds ids")
	case m.AudienceID != "" && len(m.TopicIDs) > 0:
		p.Add("topic_ids", "a saved audience has its own topics; keep audience_id or topic_ids")
	case m.AudienceID != "" && !uuidForm.MatchString(m.AudienceID):
		p.Add("audience_id", "%q is no UUID such as 3c90c3cc-0d44-4b50-8888-8dd25736052a", m.AudienceID)
	case m.AudienceID == "" && m.API == RunsAPI:
		p.Add("audience_id", "with api: runs only saved audiences can be read; give audience_id, or api: query")
	}
	if len(m.TopicIDs) > 10 {
		p.Add("topic_ids", "%d topics; one query takes 1 to 10, so write several pipelines", len(m.TopicIDs))
	}
	var seen []string
	for i, id := range m.TopicIDs {
		if id <= 0 {
			p.Add(fmt.Sprintf("topic_ids[%d]", i), "%d is no topic id; `sync intent topics` finds them", id)
		}
		seen = append(seen, fmt.Sprint(id))
	}
	p.Distinct("topic_ids", seen)
}

func checkScore(p *extract.Problems, path string, score int) {
	if score != 0 {
		p.Within(path, score, 1, 100)
	}
}

func (f Filters) check(p *extract.Problems) {
	if f.IsB2B != "" {
		p.OneOf("filters.isB2b", "flag", f.IsB2B, []string{"y", "n"})
	}
	for _, text := range []struct {
		name, value string
		most        int
	}{
		{"state", f.State, 0},
		{"gender", f.Gender, 0},
		{"jobTitle", f.JobTitle, 200},
		{"companyDomain", f.CompanyDomain, 255},
		{"companyName", f.CompanyName, 255},
	} {
		if n := utf8.RuneCountInString(text.value); text.most > 0 && n > text.most {
			p.Add("filters."+text.name, "%d characters; at most %d", n, text.most)
		}
		if text.value != "" && strings.TrimSpace(text.value) == "" {
			p.Add("filters."+text.name, "is blank")
		}
	}
	for _, list := range []struct {
		name   string
		values []string
	}{
		{"companyIndustry", f.CompanyIndustry},
		{"seniority", f.Seniority},
		{"companySize", f.CompanySize},
		{"department", f.Department},
		{"companyRevenueRange", f.CompanyRevenueRange},
		{"ageRange", f.AgeRange},
	} {
		for i, v := range list.values {
			if strings.TrimSpace(v) == "" {
				p.Add(fmt.Sprintf("filters.%s[%d]", list.name, i), "is blank")
			}
		}
		p.Distinct("filters."+list.name, list.values)
	}
}
