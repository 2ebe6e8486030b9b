package intent

import (
	"encoding/json"
	"slices"
	"sync"
	"time"

	"contactsync/internal/simulate/api"
)

// audience is a saved audience with its definition.
type audience struct {
	id, name string
	state    string // draft, active or paused
	config   query
}

var firstAudiences = []audience{
	{AudienceCRM, "CRM intent", "active", query{TopicIDs: []int{101, 102, 104}, MinScore: 60, MaxScore: 100, MinTopicOverlap: 1}},
	{AudienceLeaders, "Leaders in the cloud", "active", query{TopicIDs: []int{103, 117805}, MinScore: 50, MaxScore: 100, MinTopicOverlap: 1,
		Filters: filters{Seniority: []string{"c_suite", "vp", "director"}}}},
}

// account is the saved audiences of a customer.
type account struct {
	mu        sync.Mutex
	audiences []audience
	made      uint64 // so far
}

func newAccount() *account { return &account{audiences: slices.Clone(firstAudiences)} }

// withAudience answers for the saved audience with an id.
func (a *account) withAudience(c *api.Call, id string, answer func(audience) api.Answer) api.Answer {
	for _, saved := range a.list() {
		if saved.id == id {
			return answer(saved)
		}
	}
	return c.NotFound("Audience not found")
}

// ofAudience is an endpoint for the saved audience that the path names.
func (a *account) ofAudience(answer func(*api.Call, audience) api.Answer) api.Endpoint {
	return func(c *api.Call) api.Answer {
		return a.withAudience(c, c.HTTP.PathValue("id"), func(saved audience) api.Answer {
			saved.config = heeded(c, saved.config)
			return answer(c, saved)
		})
	}
}

func (a *account) list() []audience {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.audiences)
}

func (a *account) listAudiences(c *api.Call) api.Answer {
	rows := []api.Object{}
	for _, saved := range a.list() {
		rows = append(rows, saved.json(c))
	}
	return api.OK(api.Object{{"data", rows}})
}

func oneAudience(c *api.Call, a audience) api.Answer { return api.OK(api.Object{{"data", a.json(c)}}) }

func (a audience) json(c *api.Call) api.Object {
	names := []api.Object{}
	for _, id := range a.config.TopicIDs {
		names = append(names, api.Object{{"id", id}, {"name", topicName(id)}})
	}
	stamp := c.Today.Add(5 * time.Hour).Format(time.RFC3339)
	return api.Object{
		{"id", a.id}, {"name", a.name}, {"status", a.state}, {"config", json.RawMessage(a.config.key())}, {"topics", names},
		{"audienceSize", len(matches(c, a.config, days(c)[0]))}, {"lastRefreshedAt", stamp},
		{"createdAt", c.Sim.Options.Today.AddDate(0, 0, -30).Format(time.RFC3339)}, {"updatedAt", stamp},
	}
}
