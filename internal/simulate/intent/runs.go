package intent

import (
	"slices"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/world"
)

// runKey names the run of a query on a day.
func runKey(q query, d day) string { return Name + "/" + d.String() + "/" + q.key() }

// runHash makes the run of a query on a day a part of ids and cursors.
func runHash(c *api.Call, q query, d day) uint64 {
	return world.HashText(c.Sim.Options.Seed, runKey(q, d))
}

// runID is the id of a run, whatever moves between pages.
func runID(c *api.Call, q query, d day) string {
	h := runHash(c, q, d)
	return world.UUID(h, world.Mix(h))
}

// runs answers GET audiences/{id}/runs. A run has the fields of both
// generations: cacheKey and dataDate of the second, id and the rest of the third.
func runs(c *api.Call, a audience) api.Answer {
	limit, valid := c.Number("limit", 25, 1)
	if !valid || limit > 100 {
		return c.Invalid("limit must be 1 to 100")
	}
	rows := []api.Object{}
	all := days(c)
	for _, d := range all[:min(limit, len(all))] {
		id, total := runID(c, a.config, d), len(matches(c, a.config, d))
		rows = append(rows, api.Object{
			{"cacheKey", id}, {"dataDate", d.String()}, {"status", "ready"}, {"totalCount", total},
			{"createdAt", d.stamp()}, {"hasExport", false},
			{"id", id}, {"runType", "scheduled"}, {"resultCount", total}, {"completedAt", d.stamp()},
		})
	}
	return api.OK(api.Object{{"data", rows}})
}

// status answers GET audiences/{id}/status, the light way to poll.
func status(c *api.Call, a audience) api.Answer {
	return onDay(c, c.Query.Get("date"), func(d day) api.Answer {
		reply := func(status string, total int) api.Answer {
			return api.OK(api.Object{{"data", api.Object{
				{"status", status}, {"totalCount", total}, {"dataDate", d.String()}, {"runId", runID(c, a.config, d)},
			}}})
		}
		return c.Await(runKey(a.config, d), reply("materializing", 0), func() api.Answer {
			return reply("ready", len(matches(c, a.config, d)))
		})
	})
}

// results answers GET audiences/{id}/results: as the query, with
// personId in place of the hashes.
func results(c *api.Call, a audience) api.Answer {
	return onDay(c, c.Query.Get("date"), func(d day) api.Answer {
		meta := api.Object{{"status", "materializing"}, {"dataDate", d.String()}}
		waiting := api.Accepted(api.Object{{"data", []api.Object{}}, {"meta", meta}})
		return c.Await(runKey(a.config, d), waiting, func() api.Answer {
			limit, valid := c.Number("limit", 50, 1)
			if !valid {
				limit = 0
			}
			return cursorPage(c, a.config, d, c.Query.Get("cursor"), limit, match.resultJSON)
		})
	})
}

// runResults answers GET audiences/{id}/runs/{runID}/results, the third
// generation: pages by offset, people as nested objects.
func runResults(c *api.Call, a audience) api.Answer {
	days := days(c)
	k := slices.IndexFunc(days, func(d day) bool { return runID(c, a.config, d) == c.HTTP.PathValue("runID") })
	if k < 0 {
		return c.NotFound("Run not found")
	}
	limit, validLimit := c.Number("limit", 50, 1)
	offset, validOffset := c.Number("offset", 0, 0)
	if !validLimit || !validOffset || limit > 100 {
		return c.Invalid("limit must be 1 to 100 and offset not negative")
	}
	d := days[k]
	waiting := api.Accepted(api.Object{{"data", api.Object{
		{"run", run(c, a, d, "running", nil, nil)}, {"state", "running"}, {"results", []api.Object{}}, {"total", 0},
		{"limit", limit}, {"offset", offset},
	}}})
	return c.Await(runKey(a.config, d), waiting, func() api.Answer {
		found := matches(c, a.config, d)
		return c.PageFrom(offset, offset/limit+1, limit, len(found), func(s api.Span) api.Answer {
			return api.OK(api.Object{{"data", api.Object{
				{"run", run(c, a, d, "completed", len(found), d.stamp())}, {"results", rows(c, a.config, d, found, s, match.nestedJSON)},
				{"total", s.Declared}, {"limit", limit}, {"offset", offset},
			}}})
		})
	})
}

func run(c *api.Call, a audience, d day, status string, results, completed any) api.Object {
	return api.Object{{"id", runID(c, a.config, d)}, {"status", status}, {"runType", "scheduled"},
		{"candidateCount", c.People().Size()}, {"resultCount", results}, {"dataDate", d.String()}, {"completedAt", completed}}
}
