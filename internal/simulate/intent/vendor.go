// Package intent simulates the intent vendor: daily runs of saved and ad-hoc
// audiences, by cursor and by offset, in the three generations of its API.
package intent

import (
	"fmt"
	"net/http"
	"time"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/world"
)

// Name is the vendor's name.
const Name = "intent"

// The saved audiences.
const (
	AudienceCRM     = "3c90c3cc-0d44-4b50-8888-8dd25736052a"
	AudienceLeaders = "7b1f0c52-6a0e-4f0e-9d5e-2f6f3c1a9b10"
)

const root = "/v1/intent/"

// Vendor describes the vendor.
func Vendor() api.Vendor {
	return api.Vendor{
		Name: Name, Credential: "api_key", DefaultKey: "sk_sim_intent", Known: 8,
		Rows: []string{"data"}, Words: []string{"meta.status", "data.status", "data.run.status"},
		Key:       func(r *http.Request) string { return r.Header.Get("X-API-Key") },
		Public:    public(),
		Endpoints: endpoints, Problem: problem, Listings: listings, Pipelines: pipelines,
	}
}

// endpoints are those of the vendor's own SDK, and of the generation after it.
func endpoints() map[string]api.Endpoint {
	a := newAccount()
	return map[string]api.Endpoint{
		"GET " + root + "topics":                              listTopics,
		"GET " + root + "topics/search":                       searchTopics,
		"GET " + root + "topics/facets":                       facets,
		"GET " + root + "topics/movers":                       movers,
		"GET " + root + "topics/{id}/trend":                   trend,
		"POST " + root + "topics/compare":                     compareTopics,
		"POST " + root + "topics/analyze":                     analyze,
		"GET " + root + "audiences/filters":                   filterValues,
		"POST " + root + "audiences/preview":                  a.preview,
		"POST " + root + "audiences/query":                    a.queryPage,
		"POST " + root + "audiences/validate":                 a.validate,
		"GET " + root + "audiences":                           a.listAudiences,
		"POST " + root + "audiences":                          a.create,
		"GET " + root + "audiences/{id}":                      a.ofAudience(oneAudience),
		"PATCH " + root + "audiences/{id}":                    a.ofAudience(a.update),
		"DELETE " + root + "audiences/{id}":                   a.ofAudience(a.remove),
		"GET " + root + "audiences/{id}/runs":                 a.ofAudience(runs),
		"GET " + root + "audiences/{id}/stats":                a.ofAudience(stats),
		"GET " + root + "audiences/{id}/status":               a.ofAudience(status),
		"GET " + root + "audiences/{id}/results":              a.ofAudience(results),
		"POST " + root + "audiences/{id}/export":              a.ofAudience(export),
		"GET " + root + "audiences/{id}/runs/{runID}/results": a.ofAudience(runResults),
		storagePath: a.ofAudience(storage),
	}
}

// public are the routes of topics, and files, whose links are signed.
func public() []string {
	return []string{"GET " + root + "topics", "GET " + root + "topics/search", "GET " + root + "topics/facets", "GET " + root + "topics/movers",
		"GET " + root + "topics/{id}/trend", "POST " + root + "topics/compare", "POST " + root + "topics/analyze", storagePath}
}

// problem has the form of the SDK's errors.ts.
func problem(_ int, message string) api.Object {
	return api.Object{{"error", api.Object{{"message", message}}}}
}

// listings have a person once for every employer so far, since a business
// address may be the key.
func listings(known world.Coverage, night int) []api.Listing {
	return []api.Listing{{ID: "matches", Size: known.Size(), At: func(rank int) (records []world.Record) {
		i := known.At(rank)
		for moves := range known.World.Moves(i, night) + 1 {
			records = append(records, newRecord(known, known.World.PersonAfter(i, moves)).truth())
		}
		return records
	}}}
}

func pipelines(s *api.Simulation) string {
	return fmt.Sprintf(`  crm-intent:
    from: intent.matches
    schedule: "30 2 * * *"
    audience_id: %s
    since: %s
`, AudienceCRM, s.Today().AddDate(0, 0, -daysBefore).Format(time.DateOnly))
}
