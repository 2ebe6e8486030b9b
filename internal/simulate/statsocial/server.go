package statsocial

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/world"
)

const root = "/platform/v0/"

func handler(s *api.Simulation) http.Handler {
	mux := http.NewServeMux()
	vendor := Vendor()
	audiences := newAudiences()
	token := func(c *api.Call) bool {
		bearer, ok := strings.CutPrefix(c.HTTP.Header.Get("Authorization"), "Bearer ")
		return ok && c.Holds(bearer)
	}
	for pattern, e := range map[string]func(*call) api.Answer{
		"POST " + root + "audiences":                    create,
		"GET " + root + "audiences/{id}":                oneAudience,
		"POST " + root + "audiences/{id}/regenerate":    regenerate,
		"POST " + root + "audiences/{id}/universe":      universe,
		"GET " + root + "audiences/{id}/outputs/{file}": file,
		"GET " + root + "credits":                       credits,
		"GET " + root + "affinities":                    searchAffinities,
		"GET " + root + "b2b/job-titles":                jobTitles,
		"GET " + root + "b2b/employers":                 employers,
		"GET " + root + "personality-types":             listPersonalities,
		"GET " + root + "location/{kind}":               location,
	} {
		mux.Handle(pattern, s.Handle(vendor, token, func(c *api.Call) api.Answer { return e(&call{c, audiences}) }))
	}
	mux.Handle("/", s.Handle(vendor, nil, api.NotFound))
	return mux
}

// call is a request to StatSocial.
type call struct {
	*api.Call
	audiences *audiences
}

// enveloped wraps an answer as every StatSocial page does.
func enveloped(response any) api.Answer {
	return api.OK(api.Object{{"response", response}, {"information", api.Object{{"version", "0.0.1"}}}})
}

// audienceDefinition is the body of Create Audience as far as it matters here.
type audienceDefinition struct {
	Audience struct {
		Name        string `json:"name"`
		Description string `json:"description"`
	} `json:"audience"`
	Outputs    []string    `json:"outputs"`
	Parameters []parameter `json:"parameters"`
}

type parameter struct {
	Operation string `json:"operation"`
}

// problem says what the documented rules forbid, "" if nothing.
func (d audienceDefinition) problem() string {
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
		if p.Operation != "OR" && p.Operation != "AND" && p.Operation != "NOT" {
			return "operation must be OR, AND or NOT"
		}
	}
	if d.Parameters[0].Operation != "OR" {
		return "the first parameter must be an OR"
	}
	return ""
}

// create answers POST audiences: it starts a build and takes a credit.
func create(c *call) api.Answer {
	var d audienceDefinition
	if err := c.Decode(&d); err != nil {
		return c.Problem(http.StatusBadRequest, "the body is not valid JSON")
	}
	if message := d.problem(); message != "" {
		return c.Problem(http.StatusBadRequest, message)
	}
	from := world.Unit(world.HashText(c.Sim.Options.Seed, string(c.Body))) / 2
	return c.start(build{name: d.Audience.Name, outputs: d.Outputs, from: from, to: from + 0.4, night: c.Night})
}

// regenerate answers POST audiences/{id}/regenerate: another id.
func regenerate(c *call) api.Answer {
	b, found := c.build()
	if !found {
		return c.Problem(http.StatusNotFound, "audience not found")
	}
	b.night = c.Night
	return c.start(b)
}

// start takes a build credit, if there is one, and the next id.
func (c *call) start(b build) api.Answer {
	if len(b.outputs) == 0 {
		b.outputs = Outputs
	}
	if !slices.Contains(b.outputs, "ss_id") { // "it will always be present"
		b.outputs = append([]string{"ss_id"}, b.outputs...)
	}
	id, left := c.audiences.next()
	if !left {
		return c.Problem(http.StatusForbidden, "no builds credits left")
	}
	b.id = id
	reply := enveloped(api.Object{{"id", b.id}, {"status", "running"}})
	reply.Done = func() { c.audiences.add(b) }
	return reply
}

// build is the audience of the path.
func (c *call) build() (build, bool) {
	id, err := strconv.Atoi(c.HTTP.PathValue("id"))
	if err != nil {
		return build{}, false
	}
	return c.audiences.get(id)
}

// oneAudience answers Get Audience Data, which no public page describes:
// CONTRACT, "What is assumed where no vendor document speaks".
func oneAudience(c *call) api.Answer {
	b, found := c.build()
	if !found {
		return c.Problem(http.StatusNotFound, "audience not found")
	}
	ready, count := c.Ready(Name + "/" + strconv.Itoa(b.id))
	response := api.Object{{"id", b.id}, {"name", b.name}}
	switch {
	case c.On(api.FailedBuild):
		response = append(response, api.Object{{"status", "failed"}, {"error_message", "the build failed; the credit was refunded"}}...)
	case !ready && c.On(api.UnknownStatus):
		response = response.With("status", "marinating")
	case !ready:
		response = response.With("status", "running")
	default:
		response = append(response, api.Object{{"status", "complete"}, {"size", c.members(b).Size}, {"outputs", c.outputList(b)}}...)
	}
	reply := enveloped(response)
	reply.Done = count
	return reply
}

// universe answers with a plain text for a response, as documented.
func universe(c *call) api.Answer {
	b, found := c.build()
	if !found {
		return c.Problem(http.StatusNotFound, "audience not found")
	}
	return enveloped("universe for audience " + strconv.Itoa(b.id) + " enqueued for generation")
}

// credits answers GET credits; -1 is unlimited.
func credits(c *call) api.Answer {
	return enveloped(api.Object{{"builds", c.audiences.left()}, {"insights", -1}, {"universes", -1}, {"expansions", -1},
		{"distributions", -1}, {"scheduled_reruns", -1}})
}
