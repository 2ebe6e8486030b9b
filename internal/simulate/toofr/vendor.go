// Package toofr simulates Toofr: searches for prospects by company, ten a page,
// each of which costs a credit.
package toofr

import (
	"fmt"
	"net/http"
	"strings"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/world"
)

// Name is the vendor's name.
const Name = "toofr"

// Vendor describes the vendor.
func Vendor() api.Vendor {
	return api.Vendor{
		Name: Name, Credential: "api_key", DefaultKey: "sim-toofr-key", Known: 6, Credits: 10_000,
		Rows: []string{"prospects"}, Words: []string{"status"},
		Key: func(r *http.Request) string { return r.URL.Query().Get("key") },
		Endpoints: func() map[string]api.Endpoint {
			return map[string]api.Endpoint{"GET /api/v1/audiences": audiences, "GET /api/v1/credits/balance": balance}
		},
		Problem: problem, Listings: listings, Pipelines: pipelines,
	}
}

// problem is read by toofr-chrome as responseJSON.message.
func problem(_ int, message string) api.Object { return api.Object{{"message", message}} }

func listings(known world.Coverage, night int) []api.Listing {
	return []api.Listing{{ID: "prospects", Size: known.Size(), At: func(rank int) []world.Record {
		return []world.Record{newRecord(known.World, known.World.Person(known.At(rank), night)).truth()}
	}}}
}

func pipelines(s *api.Simulation) string {
	return fmt.Sprintf(`  saas-leaders:
    from: toofr.prospects
    schedule: "0 2 * * *"
    websites: [%s]
    titles: [c_level, presidents_and_vps, directors]
    max_credits: 500
`, strings.Join(Websites(s.Universe, 300), ", "))
}
