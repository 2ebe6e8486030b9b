package intent

import (
	"net/http"
	"slices"
	"strconv"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/world"
)

// runs answers GET audiences/{id}/runs. A run has the fields of both
// generations: cacheKey and dataDate of the second, id and the rest of the third.
func runs(c *call) api.Answer {
	a, found := c.saved(c.HTTP.PathValue("id"))
	if !found {
		return c.Problem(http.StatusNotFound, "Audience not found")
	}
	limit, valid := c.Number("limit", 25, 1)
	if !valid || limit > 100 {
		return c.Problem(http.StatusBadRequest, "limit must be 1 to 100")
	}
	rows := []api.Object{}
	for _, day := range c.days()[:min(limit, len(c.days()))] {
		total := len(c.matches(a.config, day))
		rows = append(rows, api.Object{
			{"cacheKey", c.runID(a, day)}, {"dataDate", day}, {"status", "ready"}, {"totalCount", total},
			{"createdAt", stamp(day)}, {"hasExport", false},
			{"id", c.runID(a, day)}, {"runType", "scheduled"}, {"resultCount", total}, {"completedAt", stamp(day)},
		})
	}
	return api.OK(api.Object{{"data", rows}})
}

// runID is the id of an audience's run on a day, whatever moves between pages.
func (c *call) runID(a audience, day string) string {
	h := world.HashText(c.Sim.Options.Seed, job(a.config, day))
	return world.UUID(h, world.Mix(h))
}

// status answers GET audiences/{id}/status, the light way to poll.
func status(c *call) api.Answer {
	a, found := c.saved(c.HTTP.PathValue("id"))
	if !found {
		return c.Problem(http.StatusNotFound, "Audience not found")
	}
	day, failure, failed := c.day(c.Query.Get("date"))
	if failed {
		return failure
	}
	ready, count := c.Ready(job(a.config, day))
	status, total := "materializing", 0
	if ready {
		status, total = "ready", len(c.matches(a.config, day))
	}
	reply := api.OK(api.Object{{"data", api.Object{{"status", status}, {"totalCount", total}, {"dataDate", day}, {"runId", c.runID(a, day)}}}})
	reply.Done = count
	return reply
}

// results answers GET audiences/{id}/results: as the query, with
// personId in place of the hashes.
func results(c *call) api.Answer {
	a, found := c.saved(c.HTTP.PathValue("id"))
	if !found {
		return c.Problem(http.StatusNotFound, "Audience not found")
	}
	day, failure, failed := c.day(c.Query.Get("date"))
	if failed {
		return failure
	}
	ready, count := c.Ready(job(a.config, day))
	if !ready {
		reply := api.OK(api.Object{{"data", []api.Object{}}, {"meta", api.Object{{"status", "materializing"}, {"dataDate", day}}}})
		reply.Status, reply.Done = http.StatusAccepted, count
		return reply
	}
	limit, valid := c.Number("limit", 50, 1)
	if !valid {
		limit = 0
	}
	reply := c.page(a.config, day, c.Query.Get("cursor"), limit, match.resultJSON)
	reply.Done = count
	return reply
}

// runResults answers GET audiences/{id}/runs/{runID}/results, the third
// generation: pages by offset, people as nested objects.
func runResults(c *call) api.Answer {
	a, found := c.saved(c.HTTP.PathValue("id"))
	if !found {
		return c.Problem(http.StatusNotFound, "Audience not found")
	}
	days := c.days()
	k := slices.IndexFunc(days, func(day string) bool { return c.runID(a, day) == c.HTTP.PathValue("runID") })
	if k < 0 {
		return c.Problem(http.StatusNotFound, "Run not found")
	}
	limit, validLimit := c.Number("limit", 50, 1)
	offset, validOffset := c.Number("offset", 0, 0)
	if !validLimit || !validOffset || limit > 100 {
		return c.Problem(http.StatusBadRequest, "limit must be 1 to 100 and offset not negative")
	}
	ready, count := c.Ready(job(a.config, days[k]))
	if !ready {
		reply := api.OK(api.Object{{"data", api.Object{
			{"run", c.run(a, days[k], "running", nil)}, {"state", "running"}, {"results", []api.Object{}}, {"total", 0},
			{"limit", limit}, {"offset", offset},
		}}})
		reply.Status, reply.Done = http.StatusAccepted, count
		return reply
	}
	reply := c.runPage(a, days[k], limit, offset)
	reply.Done = count
	return reply
}

func (c *call) runPage(a audience, day string, limit, offset int) api.Answer {
	found := c.matches(a.config, day)
	s, failure, failed := c.Span(offset/limit+1, limit, len(found))
	if failed {
		return failure
	}
	if !c.On(api.RepeatedPage) {
		size := s.To - s.From
		s.From = min(offset, len(found))
		s.To = min(s.From+size, len(found))
	}
	rows := c.rows(a.config, day, found[s.From:s.To], match.nestedJSON)
	return api.OK(api.Object{{"data", api.Object{
		{"run", c.run(a, day, "completed", len(found))}, {"results", rows}, {"total", s.Declared}, {"limit", limit}, {"offset", offset},
	}}})
}

func (c *call) run(a audience, day, status string, results any) api.Object {
	run := api.Object{{"id", c.runID(a, day)}, {"status", status}, {"runType", "scheduled"},
		{"candidateCount", people(c.Sim.Universe).Size()}, {"resultCount", results}, {"dataDate", day}, {"completedAt", nil}}
	if status == "completed" {
		run[6].Value = stamp(day)
	}
	return run
}

// scoreText is a score as the vendor writes it: the type says number, not integer.
func scoreText(m interest) string {
	if m.score%5 == 0 {
		return strconv.Itoa(m.score) + ".0"
	}
	return strconv.Itoa(m.score)
}
