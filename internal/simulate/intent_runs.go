package simulate

import (
	"net/http"
	"slices"
	"strconv"
)

// intentRuns answers GET audiences/{id}/runs. A run has the fields of both
// generations: cacheKey and dataDate of the second, id and the rest of the third.
func intentRuns(c *call) answer {
	a, found := c.saved(c.r.PathValue("id"))
	if !found {
		return c.problem(http.StatusNotFound, "Audience not found")
	}
	limit, valid := c.number("limit", 25, 1)
	if !valid || limit > 100 {
		return c.problem(http.StatusBadRequest, "limit must be 1 to 100")
	}
	rows := []object{}
	for _, day := range c.days()[:min(limit, len(c.days()))] {
		total := len(c.matches(a.config, day))
		rows = append(rows, object{
			{"cacheKey", c.runID(a, day)}, {"dataDate", day}, {"status", "ready"}, {"totalCount", total},
			{"createdAt", stamp(day)}, {"hasExport", false},
			{"id", c.runID(a, day)}, {"runType", "scheduled"}, {"resultCount", total}, {"completedAt", stamp(day)},
		})
	}
	return ok(object{{"data", rows}})
}

// runID is the id of an audience's run on a day, whatever moves between pages.
func (c *call) runID(a intentAudience, day string) string {
	h := hashText(c.sim.options.Seed, intentJob(a.config, day))
	return uuid(h, mix(h))
}

// intentStatus answers GET audiences/{id}/status, the light way to poll.
func intentStatus(c *call) answer {
	a, found := c.saved(c.r.PathValue("id"))
	if !found {
		return c.problem(http.StatusNotFound, "Audience not found")
	}
	day, failure, failed := c.day(c.query.Get("date"))
	if failed {
		return failure
	}
	ready, count := c.sim.ready(c, intentJob(a.config, day))
	status, total := "materializing", 0
	if ready {
		status, total = "ready", len(c.matches(a.config, day))
	}
	reply := ok(object{{"data", object{{"status", status}, {"totalCount", total}, {"dataDate", day}, {"runId", c.runID(a, day)}}}})
	reply.done = count
	return reply
}

// intentResults answers GET audiences/{id}/results: as the query, with
// personId in place of the hashes.
func intentResults(c *call) answer {
	a, found := c.saved(c.r.PathValue("id"))
	if !found {
		return c.problem(http.StatusNotFound, "Audience not found")
	}
	day, failure, failed := c.day(c.query.Get("date"))
	if failed {
		return failure
	}
	ready, count := c.sim.ready(c, intentJob(a.config, day))
	if !ready {
		reply := ok(object{{"data", []object{}}, {"meta", object{{"status", "materializing"}, {"dataDate", day}}}})
		reply.status, reply.done = http.StatusAccepted, count
		return reply
	}
	limit, valid := c.number("limit", 50, 1)
	if !valid {
		limit = 0
	}
	reply := c.intentPage(a.config, day, c.query.Get("cursor"), limit, intentMatch.resultJSON)
	reply.done = count
	return reply
}

// intentRunResults answers GET audiences/{id}/runs/{runID}/results, the third
// generation: pages by offset, people as nested objects.
func intentRunResults(c *call) answer {
	a, found := c.saved(c.r.PathValue("id"))
	if !found {
		return c.problem(http.StatusNotFound, "Audience not found")
	}
	days := c.days()
	k := slices.IndexFunc(days, func(day string) bool { return c.runID(a, day) == c.r.PathValue("runID") })
	if k < 0 {
		return c.problem(http.StatusNotFound, "Run not found")
	}
	limit, validLimit := c.number("limit", 50, 1)
	offset, validOffset := c.number("offset", 0, 0)
	if !validLimit || !validOffset || limit > 100 {
		return c.problem(http.StatusBadRequest, "limit must be 1 to 100 and offset not negative")
	}
	ready, count := c.sim.ready(c, intentJob(a.config, days[k]))
	if !ready {
		reply := ok(object{{"data", object{
			{"run", c.run(a, days[k], "running", nil)}, {"state", "running"}, {"results", []object{}}, {"total", 0}, {"limit", limit}, {"offset", offset},
		}}})
		reply.status, reply.done = http.StatusAccepted, count
		return reply
	}
	reply := c.runPage(a, days[k], limit, offset)
	reply.done = count
	return reply
}

func (c *call) runPage(a intentAudience, day string, limit, offset int) answer {
	found := c.matches(a.config, day)
	s, failure, failed := c.span(offset/limit+1, limit, len(found))
	if failed {
		return failure
	}
	if !c.on(RepeatedPage) {
		size := s.to - s.from
		s.from = min(offset, len(found))
		s.to = min(s.from+size, len(found))
	}
	rows := c.intentRows(a.config, day, found[s.from:s.to], intentMatch.nestedJSON)
	return ok(object{{"data", object{
		{"run", c.run(a, day, "completed", len(found))}, {"results", rows}, {"total", s.declared}, {"limit", limit}, {"offset", offset},
	}}})
}

func (c *call) run(a intentAudience, day, status string, results any) object {
	run := object{{"id", c.runID(a, day)}, {"status", status}, {"runType", "scheduled"}, {"candidateCount", c.sim.universe.coverage(Intent).size()}, {"resultCount", results}, {"dataDate", day}, {"completedAt", nil}}
	if status == "completed" {
		run[6].value = stamp(day)
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
