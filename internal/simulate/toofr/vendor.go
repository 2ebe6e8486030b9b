// Package toofr simulates Toofr: searches for prospects by company, ten a page,
// each of which costs a credit.
package toofr

import (
	"fmt"
	"strings"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/world"
)

// Name is the vendor's name.
const Name = "toofr"

// known is of how many of every 20 people the vendor knows.
const known = 6

// Vendor describes the vendor.
func Vendor() api.Vendor {
	return api.Vendor{
		Name: Name, Credential: "api_key", DefaultKey: "sim-toofr-key", Known: known,
		Handler: handler, Problem: problem, Truth: truth, Pipelines: pipelines,
	}
}

// people are the people whom the vendor knows.
func people(u world.Universe) world.Coverage { return u.Coverage(Name, known) }

// problem is read by toofr-chrome as responseJSON.message.
func problem(_ int, message string) api.Object { return api.Object{{"message", message}} }

func pipelines(s *api.Simulation) string {
	return fmt.Sprintf(`  saas-leaders:
    from: toofr.prospects
    schedule: "0 2 * * *"
    websites: [%s]
    titles: [c_level, presidents_and_vps, directors]
    max_credits: 500
`, strings.Join(Websites(s.Universe, 300), ", "))
}
