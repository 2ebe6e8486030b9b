package simulate

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// build is an audience of StatSocial: built once, from then on fixed.
type build struct {
	id       int
	name     string
	outputs  []string
	from, to float64 // share of the vendor's people
	night    int     // of the build
}

// statSocialOutputs are the documented output types, in the document's order.
var statSocialOutputs = []string{"ss_id", "twitter_id", "twitter_user", "md5", "email_raw", "cint_id", "ma_id"}

const (
	statSocialBuilds = 25 // credits for builds at first
	statSocialRoot   = "/platform/v0/"
)

// firstBuilds are the audiences that exist from the start.
func firstBuilds() map[int]build {
	return map[int]build{
		StatSocialAudience: {id: StatSocialAudience, name: "Golang fans", outputs: statSocialOutputs, from: 0, to: 0.8},
	}
}

func (s *Simulator) statSocial() http.Handler {
	mux := http.NewServeMux()
	token := func(c *call) bool {
		bearer, ok := strings.CutPrefix(c.r.Header.Get("Authorization"), "Bearer ")
		return ok && c.holds(bearer)
	}
	for pattern, e := range map[string]endpoint{
		"POST " + statSocialRoot + "audiences":                    statSocialCreate,
		"GET " + statSocialRoot + "audiences/{id}":                statSocialAudience,
		"POST " + statSocialRoot + "audiences/{id}/regenerate":    statSocialRegenerate,
		"POST " + statSocialRoot + "audiences/{id}/universe":      statSocialUniverse,
		"GET " + statSocialRoot + "audiences/{id}/outputs/{file}": statSocialFile,
		"GET " + statSocialRoot + "credits":                       statSocialCredits,
		"GET " + statSocialRoot + "affinities":                    statSocialAffinities,
		"GET " + statSocialRoot + "b2b/job-titles":                statSocialJobTitles,
		"GET " + statSocialRoot + "b2b/employers":                 statSocialEmployers,
		"GET " + statSocialRoot + "personality-types":             statSocialPersonalities,
		"GET " + statSocialRoot + "location/{kind}":               statSocialLocation,
	} {
		mux.Handle(pattern, s.handle(StatSocial, token, e))
	}
	mux.Handle("/", s.handle(StatSocial, nil, notFound))
	return mux
}

// enveloped wraps an answer as every StatSocial page does.
func enveloped(response any) answer {
	return ok(object{{"response", response}, {"information", object{{"version", "0.0.1"}}}})
}

// statSocialDefinition is the body of Create Audience as far as it matters here.
type statSocialDefinition struct {
	Audience struct {
		Name        string `json:"name"`
		Description string `json:"description"`
	} `json:"audience"`
	Outputs    []string              `json:"outputs"`
	Parameters []statSocialParameter `json:"parameters"`
}

type statSocialParameter struct {
	Operation string `json:"operation"`
}

// problem says what the documented rules forbid, "" if nothing.
func (d statSocialDefinition) problem() string {
	switch {
	case d.Audience.Name == "":
		return "audience name is required"
	case len(d.Parameters) == 0:
		return "at least one parameter is required"
	}
	for _, o := range d.Outputs {
		if !slices.Contains(statSocialOutputs, o) {
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

// statSocialCreate answers POST audiences: it starts a build and takes a credit.
func statSocialCreate(c *call) answer {
	var d statSocialDefinition
	if err := c.decode(&d); err != nil {
		return c.problem(http.StatusBadRequest, "the body is not valid JSON")
	}
	if message := d.problem(); message != "" {
		return c.problem(http.StatusBadRequest, message)
	}
	from := unit(hashText(c.sim.options.Seed, string(c.body))) / 2
	return c.start(build{name: d.Audience.Name, outputs: d.Outputs, from: from, to: from + 0.4, night: c.night})
}

// statSocialRegenerate answers POST audiences/{id}/regenerate: another id.
func statSocialRegenerate(c *call) answer {
	b, found := c.build()
	if !found {
		return c.problem(http.StatusNotFound, "audience not found")
	}
	b.night = c.night
	return c.start(b)
}

// start takes a build credit, if there is one, and the next id.
func (c *call) start(b build) answer {
	c.sim.mu.Lock()
	defer c.sim.mu.Unlock()
	if c.sim.budget <= 0 {
		return c.problem(http.StatusForbidden, "no builds credits left")
	}
	if len(b.outputs) == 0 {
		b.outputs = statSocialOutputs
	}
	if !slices.Contains(b.outputs, "ss_id") { // "it will always be present"
		b.outputs = append([]string{"ss_id"}, b.outputs...)
	}
	c.sim.newest++
	b.id = c.sim.newest
	reply := enveloped(object{{"id", b.id}, {"status", "running"}})
	reply.done = func() {
		c.sim.mu.Lock()
		defer c.sim.mu.Unlock()
		c.sim.builds[b.id] = b
		c.sim.budget--
	}
	return reply
}

// build is the audience of the path.
func (c *call) build() (build, bool) {
	id, err := strconv.Atoi(c.r.PathValue("id"))
	if err != nil {
		return build{}, false
	}
	c.sim.mu.Lock()
	defer c.sim.mu.Unlock()
	b, found := c.sim.builds[id]
	return b, found
}

// statSocialAudience answers Get Audience Data, which no public page describes:
// CONTRACT, "What is assumed where no vendor document speaks".
func statSocialAudience(c *call) answer {
	b, found := c.build()
	if !found {
		return c.problem(http.StatusNotFound, "audience not found")
	}
	ready, count := c.sim.ready(c, StatSocial+"/"+strconv.Itoa(b.id))
	response := object{{"id", b.id}, {"name", b.name}}
	switch {
	case c.on(FailedBuild):
		response = append(response, object{{"status", "failed"}, {"error_message", "the build failed; the credit was refunded"}}...)
	case !ready && c.on(UnknownStatus):
		response = response.with("status", "marinating")
	case !ready:
		response = response.with("status", "running")
	default:
		response = append(response, object{{"status", "complete"}, {"size", c.members(b).size}, {"outputs", c.outputList(b)}}...)
	}
	reply := enveloped(response)
	reply.done = count
	return reply
}

// statSocialUniverse answers with a plain text for a response, as documented.
func statSocialUniverse(c *call) answer {
	b, found := c.build()
	if !found {
		return c.problem(http.StatusNotFound, "audience not found")
	}
	return enveloped("universe for audience " + strconv.Itoa(b.id) + " enqueued for generation")
}

// statSocialCredits answers GET credits; -1 is unlimited.
func statSocialCredits(c *call) answer {
	c.sim.mu.Lock()
	defer c.sim.mu.Unlock()
	return enveloped(object{{"builds", c.sim.budget}, {"insights", -1}, {"universes", -1}, {"expansions", -1}, {"distributions", -1}, {"scheduled_reruns", -1}})
}
