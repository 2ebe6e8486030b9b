package intent

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/world"
)

// audienceRequest is the body that makes or changes an audience; what is absent is nil.
type audienceRequest struct {
	Name   *string  `json:"name"`
	Status *string  `json:"status"`
	Config *request `json:"config"`
}

// over is an audience with what a request says of it, or what is wrong with that.
func (r audienceRequest) over(saved audience) (changed audience, problem string) {
	saved.name, saved.state = or(r.Name, saved.name), or(r.Status, saved.state)
	if r.Config != nil {
		saved.config = r.Config.over(saved.config)
	}
	switch {
	case saved.name == "" || len(saved.name) > 255:
		return saved, "name must have 1 to 255 characters"
	case !slices.Contains([]string{"draft", "active", "paused"}, saved.state):
		return saved, "status must be active, paused or draft"
	}
	return saved, saved.config.invalid()
}

// withDefinition reads and checks a body that makes an audience.
func withDefinition(c *api.Call, over audience, answer func(audience) api.Answer) api.Answer {
	var body audienceRequest
	if json.Unmarshal(c.Body, &body) != nil {
		return c.Invalid("Malformed JSON in request body")
	}
	changed, problem := body.over(over)
	if problem != "" {
		return c.Invalid(problem)
	}
	return answer(changed)
}

// blank is what an audience is where its definition says nothing.
var blank = audience{state: "active", config: query{MinScore: 70, MaxScore: 100, MinTopicOverlap: 1}}

// create answers POST audiences.
func (a *account) create(c *api.Call) api.Answer {
	return withDefinition(c, blank, func(made audience) api.Answer {
		a.mu.Lock()
		number := a.made + 1
		a.mu.Unlock()
		seed := c.Sim.Options.Seed
		made.id = world.UUID(world.HashInts(seed, 11, number), world.HashInts(seed, 12, number))
		reply := api.Created(api.Object{{"data", made.json(c)}})
		reply.Order = &api.Order{Kind: api.AudienceOrder, Name: made.name}
		reply.Done = func() {
			a.mu.Lock()
			defer a.mu.Unlock()
			a.audiences, a.made = append(a.audiences, made), a.made+1
		}
		return reply
	})
}

// validate answers POST audiences/validate, which checks a definition and makes nothing.
func (a *account) validate(c *api.Call) api.Answer {
	named := blank
	named.name = "unnamed"
	return withDefinition(c, named, func(audience) api.Answer { return api.OK(api.Object{{"data", api.Object{{"valid", true}}}}) })
}

// update answers PATCH audiences/{id}.
func (a *account) update(c *api.Call, saved audience) api.Answer {
	return withDefinition(c, saved, func(changed audience) api.Answer {
		reply := api.OK(api.Object{{"data", changed.json(c)}})
		reply.Done = func() { a.replace(changed.id, changed) }
		return reply
	})
}

// remove answers DELETE audiences/{id}.
func (a *account) remove(_ *api.Call, saved audience) api.Answer {
	reply := api.OK(api.Object{{"data", api.Object{{"id", saved.id}, {"deleted", true}}}})
	reply.Done = func() { a.replace(saved.id) }
	return reply
}

// replace puts others, or nobody, in the place of an audience.
func (a *account) replace(id string, others ...audience) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if k := slices.IndexFunc(a.audiences, func(saved audience) bool { return saved.id == id }); k >= 0 {
		a.audiences = slices.Replace(a.audiences, k, k+1, others...)
	}
}

// materialised answers for the run of a saved audience on the day that a request
// names, or the latest; "not found or not yet materialized" until it is.
func materialised(c *api.Call, a audience, answer func(day, []int32) api.Answer) api.Answer {
	return onDay(c, c.Query.Get("date"), func(d day) api.Answer {
		return c.Await(runKey(a.config, d), c.NotFound("Audience not yet materialized"), func() api.Answer {
			return answer(d, matches(c, a.config, d))
		})
	})
}

// stats answers GET audiences/{id}/stats: the share of the people who have each field.
func stats(c *api.Call, a audience) api.Answer {
	return materialised(c, a, func(d day, found []int32) api.Answer {
		filled := map[string]int{}
		for _, i := range found {
			for _, f := range newMatch(c, a.config, d, i).json() {
				if f.Value != nil && f.Value != "" {
					filled[f.Key]++
				}
			}
		}
		fields := api.Object{}
		for _, name := range fieldNames(c, a, d, found) {
			fields = fields.With(name, rounded(float64(filled[name])/float64(len(found)), 100))
		}
		return api.OK(api.Object{{"data", api.Object{{"total", len(found)}, {"dataDate", d.String()}, {"fields", fields}}}})
	})
}

// fieldNames are those of all the people found, each once; some have few fields.
func fieldNames(c *api.Call, a audience, d day, found []int32) []string {
	var names []string
	known := map[string]bool{}
	for _, i := range found {
		for _, f := range newMatch(c, a.config, d, i).json() {
			if !known[f.Key] {
				known[f.Key], names = true, append(names, f.Key)
			}
		}
	}
	return names
}

// storagePath is where exports lie; the link is signed, and needs no credential.
const storagePath = "GET /storage/audiences/{id}/{date}"

func signature(a audience, d day) string { return world.MD5Hex("export " + a.id + d.String()) }

// export answers POST audiences/{id}/export with a link to a table.
func export(c *api.Call, a audience) api.Answer {
	return materialised(c, a, func(d day, found []int32) api.Answer {
		link := fmt.Sprintf("http://%s/storage/audiences/%s/%s?signature=%s", c.HTTP.Host, a.id, d, signature(a, d))
		return api.OK(api.Object{{"data", api.Object{
			{"downloadUrl", link}, {"fileName", "audience-" + d.String() + ".csv"}, {"rows", len(found)}, {"dataDate", d.String()},
			{"expiresIn", "24h"}, {"cached", false},
		}}})
	})
}

// storage answers storagePath.
func storage(c *api.Call, a audience) api.Answer {
	return onDay(c, cmp.Or(c.HTTP.PathValue("date"), "none"), func(d day) api.Answer {
		if c.Query.Get("signature") != signature(a, d) {
			return c.Problem(http.StatusForbidden, "The signature does not match")
		}
		var body bytes.Buffer
		w := csv.NewWriter(&body)
		found := matches(c, a.config, d)
		names := fieldNames(c, a, d, found)
		_ = w.Write(names) // to memory: cannot fail
		for _, i := range found {
			cells := map[string]string{}
			for _, f := range newMatch(c, a.config, d, i).json() {
				cells[f.Key] = cell(f.Value)
			}
			_ = w.Write(world.Each(names, func(name string) string { return cells[name] }))
		}
		w.Flush()
		return api.Answer{Status: http.StatusOK, ContentType: "text/csv; charset=utf-8", Body: body.Bytes()}
	})
}

// cell is a value as a table shows it.
func cell(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	default:
		return string(api.Encode(v))
	}
}
