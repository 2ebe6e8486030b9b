// Package statsocial simulates StatSocial: audiences that are built as jobs, and
// output files in several forms.
package statsocial

import (
	"fmt"
	"strings"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/world"
)

// Name is the vendor's name.
const Name = "statsocial"

// Audience is the audience that exists from the start.
const Audience = 67454

// known is of how many of every 20 people the vendor knows.
const known = 5

// Vendor describes the vendor.
func Vendor() api.Vendor {
	return api.Vendor{
		Name: Name, Credential: "token", DefaultKey: "sim-statsocial-key", Known: known,
		Handler: handler, Problem: problem, Truth: truth, Pipelines: pipelines,
	}
}

// people are the people whom the vendor knows.
func people(u world.Universe) world.Coverage { return u.Coverage(Name, known) }

// problem is the envelope of every documented answer; response may be a string.
func problem(_ int, message string) api.Object {
	return api.Object{{"response", message}, {"information", api.Object{{"version", "0.0.1"}}}}
}

func pipelines(*api.Simulation) string {
	return fmt.Sprintf(`  golang-fans:
    from: statsocial.outputs
    schedule: "0 3 * * 1"
    audience_id: %d
    outputs: [%s]
`, Audience, strings.Join(Outputs, ", "))
}
