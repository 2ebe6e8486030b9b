package audiencelab

import (
	"net/http"
	"strconv"
	"strings"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/world"
)

func handler(s *api.Simulation) http.Handler {
	mux := http.NewServeMux()
	vendor := Vendor()
	key := func(c *api.Call) bool {
		if bearer, ok := strings.CutPrefix(c.HTTP.Header.Get("Authorization"), "Bearer "); ok && s.Options.AcceptBearer {
			return c.Holds(bearer)
		}
		return c.Holds(c.HTTP.Header.Get("X-Api-Key"))
	}
	for pattern, e := range map[string]api.Endpoint{
		"GET /segments/{id}":               segmentPage,
		"GET /audiences":                   listAudiences,
		"GET /audiences/{id}":              memberPage,
		"GET /audiences/attributes/{name}": attribute,
		"GET /pixels":                      listPixels,
		"GET /pixels/{id}":                 onePixel,
	} {
		mux.Handle(pattern, s.Handle(vendor, key, e))
	}
	mux.Handle("/", s.Handle(vendor, nil, api.NotFound))
	return mux
}

func segmentPage(c *api.Call) api.Answer {
	for _, g := range segments() {
		if g.id != c.HTTP.PathValue("id") {
			continue
		}
		if c.On(api.NotReady) {
			return api.OK(noData)
		}
		return page(c, g)
	}
	return c.Problem(http.StatusNotFound, "Segment not found")
}

// noData is the answer, with status 200, for what is not materialised yet.
var noData = api.Object{{"status", "no data"}}

func memberPage(c *api.Call) api.Answer {
	id := c.HTTP.PathValue("id")
	for n, a := range audienceList() {
		if a.id != id {
			continue
		}
		ready, count := c.Ready(Name + "/" + id)
		reply := api.OK(noData)
		if ready {
			reply = page(c, memberSegment(n, a))
		}
		reply.Done = count
		return reply
	}
	return c.Problem(http.StatusNotFound, "Audience not found")
}

// memberSegment lists the members of the saved audience at a place in the list.
func memberSegment(n int, a audience) segment {
	from := float64(n%8) / 10
	return segment{id: a.id, name: a.name, from: from, to: from + 0.12, shape: memberShape, limit: 100}
}

// attribute lists the values that filters may use.
func attribute(c *api.Call) api.Answer {
	var values []string
	name := c.HTTP.PathValue("name")
	switch name {
	case "industries", "COMPANY_INDUSTRY":
		for _, i := range world.Industries {
			values = append(values, i.Label)
		}
	case "departments", "DEPARTMENT":
		for _, j := range world.Jobs {
			values = append(values, j.Department)
		}
	case "seniority", "SENIORITY_LEVEL":
		for _, j := range world.Jobs {
			values = append(values, strings.ToLower(j.Seniority))
		}
	default:
		return c.Problem(http.StatusNotFound, "Attribute "+strconv.Quote(name)+" not found")
	}
	values = world.Distinct(values)
	return api.OK(api.Object{{"attributes", api.Object{{name, api.Object{{"count", len(values)}, {"data", values}}}}}})
}
