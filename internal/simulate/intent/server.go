package intent

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"contactsync/internal/simulate/api"
)

// audience is a saved audience with its definition.
type audience struct {
	id, name string
	config   query
}

func audienceList() []audience {
	return []audience{
		{AudienceCRM, "CRM intent", query{TopicIDs: []int{101, 102, 104}, MinScore: 60, MaxScore: 100, MinTopicOverlap: 1}},
		{AudienceLeaders, "Leaders in the cloud", query{TopicIDs: []int{103, 117805}, MinScore: 50, MaxScore: 100, MinTopicOverlap: 1,
			Filters: filters{Seniority: []string{"c_suite", "vp", "director"}}}},
	}
}

func handler(s *api.Simulation) http.Handler {
	mux := http.NewServeMux()
	vendor := Vendor()
	cursors := &cursors{refused: map[uint64]bool{}}
	with := func(e endpoint) api.Endpoint {
		return func(c *api.Call) api.Answer { return e(&call{c, cursors}) }
	}
	key := func(c *api.Call) bool { return c.Holds(c.HTTP.Header.Get("X-API-Key")) }
	const root = "/v1/intent/"
	for pattern, e := range map[string]endpoint{
		"GET " + root + "topics":        listTopics,
		"GET " + root + "topics/search": searchTopics,
	} {
		mux.Handle(pattern, s.Handle(vendor, nil, with(e))) // "Discovery endpoints are public"
	}
	for pattern, e := range map[string]endpoint{
		"GET " + root + "audiences/filters":                   filterValues,
		"POST " + root + "audiences/preview":                  preview,
		"POST " + root + "audiences/query":                    queryPage,
		"GET " + root + "audiences":                           listAudiences,
		"GET " + root + "audiences/{id}":                      oneAudience,
		"GET " + root + "audiences/{id}/runs":                 runs,
		"GET " + root + "audiences/{id}/status":               status,
		"GET " + root + "audiences/{id}/results":              results,
		"GET " + root + "audiences/{id}/runs/{runID}/results": runResults,
	} {
		mux.Handle(pattern, s.Handle(vendor, key, with(e)))
	}
	mux.Handle("/", s.Handle(vendor, nil, api.NotFound))
	return mux
}

// call is a request to the intent vendor.
type call struct {
	*api.Call
	cursors *cursors
}

type endpoint func(*call) api.Answer

// daysBefore is how many days before the first simulated one have a run.
const daysBefore = 6

// gap is the day, counted back from the first simulated one, on which
// the vendor's daily run did not happen.
const gap = 3

// days lists the days that have a run, latest first.
func (c *call) days() []string {
	var days []string
	for back := 0; back <= daysBefore+c.Night; back++ {
		if back != gap+c.Night {
			days = append(days, c.Today.AddDate(0, 0, -back).Format(time.DateOnly))
		}
	}
	return days
}

// nightOf is the night of a day; before the first simulated one it is that.
func (c *call) nightOf(day string) int {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return 0
	}
	return max(int(t.Sub(c.Sim.Options.Today).Hours()/24), 0)
}

// day picks the day of a request: the latest, or the one asked for.
func (c *call) day(asked string) (day string, reply api.Answer, failed bool) {
	days := c.days()
	if asked == "" {
		return days[0], api.Answer{}, false
	}
	if _, err := time.Parse(time.DateOnly, asked); err != nil {
		return "", c.Problem(http.StatusBadRequest, "date must be YYYY-MM-DD"), true
	}
	switch {
	case slices.Contains(days, asked):
		return asked, api.Answer{}, false
	case c.On(api.OtherDate):
		return days[0], api.Answer{}, false
	}
	return "", c.Problem(http.StatusNotFound, "No data for this date"), true
}

// saved finds the saved audience of the path.
func (c *call) saved(id string) (audience, bool) {
	for _, a := range audienceList() {
		if a.id == id {
			return a, true
		}
	}
	return audience{}, false
}

func listAudiences(c *call) api.Answer {
	rows := []api.Object{}
	for _, a := range audienceList() {
		rows = append(rows, a.json(c))
	}
	return api.OK(api.Object{{"data", rows}})
}

func oneAudience(c *call) api.Answer {
	a, found := c.saved(c.HTTP.PathValue("id"))
	if !found {
		return c.Problem(http.StatusNotFound, "Audience not found")
	}
	return api.OK(api.Object{{"data", a.json(c)}})
}

func (a audience) json(c *call) api.Object {
	names := []api.Object{}
	for _, id := range a.config.TopicIDs {
		names = append(names, api.Object{{"id", id}, {"name", topicName(id)}})
	}
	config, err := json.Marshal(a.config)
	if err != nil {
		panic("simulate: " + err.Error())
	}
	stamp := c.Today.Add(5 * time.Hour).Format(time.RFC3339)
	return api.Object{
		{"id", a.id}, {"name", a.name}, {"status", "active"}, {"config", json.RawMessage(config)}, {"topics", names},
		{"audienceSize", len(c.matches(a.config, c.days()[0]))}, {"lastRefreshedAt", stamp},
		{"createdAt", c.Sim.Options.Today.AddDate(0, 0, -30).Format(time.RFC3339)}, {"updatedAt", stamp},
	}
}
