// Package intent simulates the intent vendor: daily runs of saved and ad-hoc
// audiences, by cursor and by offset, in the three generations of its API.
package intent

import (
	"fmt"
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

// known is of how many of every 20 people the vendor knows.
const known = 8

// Vendor describes the vendor.
func Vendor() api.Vendor {
	return api.Vendor{
		Name: Name, Credential: "api_key", DefaultKey: "sk_sim_intent", Known: known,
		Handler: handler, Problem: problem, Truth: truth, Pipelines: pipelines,
	}
}

// people are the people whom the vendor knows.
func people(u world.Universe) world.Coverage { return u.Coverage(Name, known) }

// problem has the form of the SDK's errors.ts.
func problem(_ int, message string) api.Object {
	return api.Object{{"error", api.Object{{"message", message}}}}
}

func pipelines(s *api.Simulation) string {
	return fmt.Sprintf(`  crm-intent:
    from: intent.matches
    schedule: "30 2 * * *"
    audience_id: %s
    since: %s
`, AudienceCRM, s.Today().AddDate(0, 0, -daysBefore).Format(time.DateOnly))
}
