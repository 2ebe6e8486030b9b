package intent

import (
	"cmp"
	"encoding/json"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/world"
)

// reach is how many people care for a topic on a day.
type reach struct {
	unique, signals   int
	high, medium, low int
	average           float64
}

// reachOf counts the people whom the vendor knows.
func reachOf(c *api.Call, topic int, d day) (r reach) {
	known, sum := c.People(), 0
	for _, i := range c.List(strings.Join([]string{Name, "reach", strconv.Itoa(topic), d.String()}, "/"), func() (found []int32) {
		for rank := range known.Size() {
			if i := known.At(rank); score(known.World, i, topic, d.number()) > 0 {
				found = append(found, int32(i))
			}
		}
		return found
	}) {
		n := score(known.World, int(i), topic, d.number())
		r.unique, r.signals, sum = r.unique+1, r.signals+n/10, sum+n
		switch {
		case n >= 80:
			r.high++
		case n >= 60:
			r.medium++
		default:
			r.low++
		}
	}
	if r.unique > 0 {
		r.average = rounded(float64(sum)/float64(r.unique), 10)
	}
	return r
}

// rounded keeps so many parts of one.
func rounded(v, parts float64) float64 { return math.Round(v*parts) / parts }

func (r reach) json() api.Object {
	return api.Object{{"uniqueAudience", r.unique}, {"totalSignals", r.signals}, {"avgScore", r.average},
		{"highAudience", r.high}, {"mediumAudience", r.medium}, {"lowAudience", r.low}}
}

// facets answers GET topics/facets.
func facets(*api.Call) api.Answer {
	count := func(of func(topic) string) []api.Object {
		counts := map[string]int{}
		for _, t := range topics {
			counts[of(t)]++
		}
		rows := []api.Object{}
		for _, value := range world.Distinct(world.Each(topics, of)) {
			rows = append(rows, api.Object{{"value", value}, {"count", counts[value]}})
		}
		return rows
	}
	return api.OK(api.Object{{"data", api.Object{
		{"types", count(func(t topic) string { return t.kind })}, {"industries", count(func(t topic) string { return t.industry })},
		{"categories", count(func(t topic) string { return t.branch })},
	}}})
}

// trend answers GET topics/{id}/trend: the days that have a run, oldest first.
func trend(c *api.Call) api.Answer {
	id, err := strconv.Atoi(c.HTTP.PathValue("id"))
	k := slices.IndexFunc(topics, func(t topic) bool { return t.id == id })
	if err != nil || k < 0 {
		return c.NotFound("Topic not found")
	}
	t, rows := topics[k], []api.Object{}
	for _, d := range slices.Backward(days(c)) {
		rows = append(rows, append(api.Object{{"date", d.String()}, {"topicName", t.name}, {"type", t.kind}, {"industry", t.industry},
			{"category", t.branch}}, reachOf(c, id, d).json()...))
	}
	return api.OK(api.Object{{"data", rows}})
}

// compareTopics answers POST topics/compare.
func compareTopics(c *api.Call) api.Answer {
	var body struct {
		TopicIDs []int `json:"topicIds"`
	}
	if json.Unmarshal(c.Body, &body) != nil || len(body.TopicIDs) == 0 || len(body.TopicIDs) > 10 {
		return c.Invalid("topicIds must have 1 to 10 elements")
	}
	rows := []api.Object{}
	for _, id := range body.TopicIDs {
		history := []api.Object{}
		for _, d := range slices.Backward(days(c)) {
			history = append(history, append(api.Object{{"date", d.String()}}, reachOf(c, id, d).json()...))
		}
		rows = append(rows, api.Object{{"topicId", id}, {"topicName", topicName(id)}, {"data", history}})
	}
	return api.OK(api.Object{{"data", rows}})
}

// movers answers GET topics/movers: what has grown, or shrunk, since the day before.
func movers(c *api.Call) api.Answer {
	limit, valid := c.Number("limit", 20, 1)
	direction := cmp.Or(c.Query.Get("direction"), "up")
	if !valid || limit > 50 || direction != "up" && direction != "down" {
		return c.Invalid("limit must be 1 to 50 and direction up or down")
	}
	type move struct {
		topic
		today, yesterday int
		change           float64
	}
	var moves []move
	latest := days(c)[:2]
	for _, t := range topics {
		kind, industry := c.Query.Get("type"), c.Query.Get("industry")
		if kind != "" && t.kind != kind || industry != "" && t.industry != industry {
			continue
		}
		m := move{topic: t, today: reachOf(c, t.id, latest[0]).unique, yesterday: reachOf(c, t.id, latest[1]).unique}
		m.change = rounded(100*float64(m.today-m.yesterday)/float64(max(m.yesterday, 1)), 10)
		if (m.change >= 0) == (direction == "up") {
			moves = append(moves, m)
		}
	}
	slices.SortFunc(moves, func(a, b move) int {
		return cmp.Or(cmp.Compare(math.Abs(b.change), math.Abs(a.change)), cmp.Compare(a.id, b.id))
	})
	rows := []api.Object{}
	for _, m := range moves[:min(limit, len(moves))] {
		rows = append(rows, api.Object{{"topicId", m.id}, {"topicName", m.name}, {"type", m.kind}, {"industry", m.industry},
			{"todayAudience", m.today}, {"yesterdayAudience", m.yesterday}, {"pctChange", m.change}})
	}
	return api.OK(api.Object{{"data", rows}})
}

// analyze answers POST topics/analyze: the topics of a website.
func analyze(c *api.Call) api.Answer {
	var body struct {
		URL string `json:"url"`
	}
	if json.Unmarshal(c.Body, &body) != nil {
		return c.Invalid("Malformed JSON in request body")
	}
	site, err := url.Parse(body.URL)
	if err != nil || len(body.URL) < 10 || site.Host == "" {
		return c.Invalid("Invalid URL")
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(site.Hostname(), "www."), ".")
	rows, keywords := []api.Object{}, []string{}
	for _, t := range topics {
		if likeness := world.Unit(world.HashText(uint64(t.id), name)); likeness > 0.6 {
			keyword := strings.ToLower(t.name)
			keywords = append(keywords, keyword)
			rows = append(rows, append(t.json(), api.Object{{"similarity", rounded(likeness, 100)}, {"matchedKeyword", keyword}}...))
		}
	}
	return api.OK(api.Object{{"data", api.Object{{"company", name}, {"summary", nil}, {"keywords", keywords}, {"topics", rows}}}})
}
