package intent

import (
	"encoding/json"
	"time"

	"contactsync/internal/simulate/api"
)

// audience is a saved audience with its definition.
type audience struct {
	id, name string
	config   query
}

var audiences = []audience{
	{AudienceCRM, "CRM intent", query{TopicIDs: []int{101, 102, 104}, MinScore: 60, MaxScore: 100, MinTopicOverlap: 1}},
	{AudienceLeaders, "Leaders in the cloud", query{TopicIDs: []int{103, 117805}, MinScore: 50, MaxScore: 100, MinTopicOverlap: 1,
		Filters: filters{Seniority: []string{"c_suite", "vp", "director"}}}},
}

// withAudience answers for the saved audience with an id.
func withAudience(c *api.Call, id string, answer func(audience) api.Answer) api.Answer {
	for _, a := range audiences {
		if a.id == id {
			return answer(a)
		}
	}
	return c.NotFound("Audience not found")
}

// ofAudience is an endpoint for the saved audience that the path names.
func ofAudience(answer func(*api.Call, audience) api.Answer) api.Endpoint {
	return func(c *api.Call) api.Answer {
		return withAudience(c, c.HTTP.PathValue("id"), func(a audience) api.Answer {
			a.config = heeded(c, a.config)
			return answer(c, a)
		})
	}
}

func listAudiences(c *api.Call) api.Answer {
	rows := []api.Object{}
	for _, a := range audiences {
		rows = append(rows, a.json(c))
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
		{"id", a.id}, {"name", a.name}, {"status", "active"}, {"config", json.RawMessage(a.config.key())}, {"topics", names},
		{"audienceSize", len(matches(c, a.config, days(c)[0]))}, {"lastRefreshedAt", stamp},
		{"createdAt", c.Sim.Options.Today.AddDate(0, 0, -30).Format(time.RFC3339)}, {"updatedAt", stamp},
	}
}
