package toofr

import (
	"net/http"

	"contactsync/internal/simulate/api"
)

// Toofr's numbers, from vendors/toofr-audiences.md.
const (
	pageSize = 10
	overage  = 0.1
)

func handler(s *api.Simulation) http.Handler {
	mux := http.NewServeMux()
	vendor := Vendor()
	key := func(c *api.Call) bool { return c.Holds(c.Query.Get("key")) }
	companies := &companies{universe: s.Universe}
	for pattern, e := range map[string]func(*call) api.Answer{
		"GET /api/v1/audiences":       audiences,
		"GET /api/v1/credits/balance": balance,
	} {
		mux.Handle(pattern, s.Handle(vendor, key, func(c *api.Call) api.Answer { return e(&call{c, companies}) }))
	}
	mux.Handle("/", s.Handle(vendor, nil, api.NotFound))
	return mux
}

// call is a request to Toofr.
type call struct {
	*api.Call
	companies *companies
}

// audiences answers GET /api/v1/audiences: prospects, ten a page, each of
// which costs a credit; first 202 while "the internet is searched".
func audiences(c *call) api.Answer {
	page, valid := c.Number("page", 1, 1)
	q := readSearch(c.Call)
	if !valid || len(q.websites)+len(q.industries) == 0 {
		return c.Problem(http.StatusNotFound, "Please provide websites or industries, and a page of 1 or more.")
	}
	ready, count := c.Ready(Name + "/" + q.key())
	if !ready {
		reply := api.OK(api.Object{{"total", 0}, {"prospects", []api.Object{}},
			{"status", "Your query requires background processing. Please try again in a minute."}})
		reply.Status, reply.Done = http.StatusAccepted, count
		return reply
	}
	found := c.found(q)
	s, failure, failed := c.Span(page, pageSize, len(found))
	if failed {
		return failure
	}
	rows := make([]api.Object, 0, pageSize)
	drifts := c.On(api.SchemaDrift)
	for _, i := range found[s.From:s.To] {
		row := newRecord(c.Sim.Universe, c.Sim.Universe.Person(int(i), c.Night)).json()
		if drifts {
			row = api.Drift(row, "title_confidence", "id")
		}
		rows = append(rows, row)
	}
	var next any // what the vendor sends on the last page is not known
	if s.More {
		next = page + 1
	}
	reply := api.OK(api.Object{
		{"total", len(rows)}, {"prospects", rows}, {"next_page", next}, {"total_pages", s.Pages}, {"status", "Succeeded."},
	})
	reply.Credits, reply.Done = len(rows), count
	return reply
}

func balance(c *call) api.Answer {
	return api.OK(api.Object{{"credits", c.Sim.Options.ToofrCredits - c.Sim.Charged(Name)}, {"plan_name", "Expert"},
		{"overage_rate", overage}})
}
