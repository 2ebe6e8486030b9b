package statsocial

import (
	"encoding/json"
	"slices"
	"strconv"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/world"
)

const root = "/platform/v0/"

func endpoints() map[string]api.Endpoint {
	a := newAudiences()
	return map[string]api.Endpoint{
		"POST " + root + "audiences":                    a.create,
		"GET " + root + "audiences/{id}":                a.ofBuild(oneAudience),
		"POST " + root + "audiences/{id}/regenerate":    a.ofBuild(a.regenerate),
		"POST " + root + "audiences/{id}/universe":      a.ofBuild(universe),
		"GET " + root + "audiences/{id}/outputs/{file}": a.ofBuild(file),
		"GET " + root + "credits":                       a.left,
		"GET " + root + "affinities":                    searchAffinities,
		"GET " + root + "b2b/job-titles":                jobTitles,
		"GET " + root + "b2b/employers":                 employers,
		"GET " + root + "personality-types":             listPersonalities,
		"GET " + root + "location/{kind}":               location,
	}
}

// envelope is around every documented answer, errors included.
func envelope(response any) api.Object {
	return api.Object{{"response", response}, {"information", api.Object{{"version", "0.0.1"}}}}
}

func enveloped(response any) api.Answer { return api.OK(envelope(response)) }

// definition is the body of Create Audience as far as it matters here.
type definition struct {
	Audience struct {
		Name string `json:"name"`
	} `json:"audience"`
	Outputs    []string `json:"outputs"`
	Parameters []struct {
		Operation string `json:"operation"`
	} `json:"parameters"`
}

// invalid says what the documented rules forbid, "" if nothing.
func (d definition) invalid() string {
	switch {
	case d.Audience.Name == "":
		return "audience name is required"
	case len(d.Parameters) == 0:
		return "at least one parameter is required"
	}
	for _, o := range d.Outputs {
		if !slices.Contains(Outputs, o) {
			return "output type " + o + " is not available"
		}
	}
	for _, p := range d.Parameters {
		if !slices.Contains([]string{"OR", "AND", "NOT"}, p.Operation) {
			return "operation must be OR, AND or NOT"
		}
	}
	if d.Parameters[0].Operation != "OR" {
		return "the first parameter must be an OR"
	}
	return ""
}

// create answers POST audiences: it starts a build and takes a credit.
func (a *audiences) create(c *api.Call) api.Answer {
	var d definition
	if err := json.Unmarshal(c.Body, &d); err != nil {
		return c.Invalid("the body is not valid JSON")
	}
	if message := d.invalid(); message != "" {
		return c.Invalid(message)
	}
	from := world.Unit(world.HashText(c.Sim.Options.Seed, string(c.Body))) / 2
	return a.start(c, build{name: d.Audience.Name, outputs: d.Outputs, from: from, to: from + 0.4, night: c.Night})
}

// regenerate answers POST audiences/{id}/regenerate: another id.
func (a *audiences) regenerate(c *api.Call, b build) api.Answer {
	b.night = c.Night
	return a.start(c, b)
}

// oneAudience answers Get Audience Data, which no public page describes:
// CONTRACT, "What is assumed where no vendor document speaks".
func oneAudience(c *api.Call, b build) api.Answer {
	answer := func(state api.Object) api.Answer {
		return enveloped(append(api.Object{{"id", b.id}, {"name", b.name}}, state...))
	}
	waiting := api.Object{{"status", "running"}}
	if c.On(api.FailedBuild) {
		waiting = api.Object{{"status", "failed"}, {"error_message", "the build failed; the credit was refunded"}}
	}
	return c.Await(Name+"/"+strconv.Itoa(b.id), answer(waiting), func() api.Answer {
		return answer(api.Object{{"status", "complete"}, {"size", b.members(c.People()).Size}, {"outputs", outputList(c, b)}})
	})
}

// universe answers with a plain text for a response, as documented.
func universe(_ *api.Call, b build) api.Answer {
	return enveloped("universe for audience " + strconv.Itoa(b.id) + " enqueued for generation")
}
