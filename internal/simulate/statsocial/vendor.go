// Package statsocial simulates StatSocial: audiences that are built as jobs, and
// output files in several forms.
package statsocial

import (
	"fmt"
	"strconv"
	"strings"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/world"
)

// Name is the vendor's name.
const Name = "statsocial"

// Audience is the audience that exists from the start.
const Audience = 67454

// Vendor describes the vendor.
func Vendor() api.Vendor {
	return api.Vendor{
		Name: Name, Credential: "token", DefaultKey: "sim-statsocial-key", Known: 5, Key: api.Bearer, Endpoints: endpoints,
		Rows: []string{"response"}, Words: []string{"response.status"},
		Problem:  func(_ int, message string) api.Object { return envelope(message) },
		Listings: listings, Pipelines: pipelines,
	}
}

// listings are the members of the first audience.
func listings(known world.Coverage, _ int) []api.Listing {
	b := firstBuild()
	return []api.Listing{{ID: strconv.Itoa(b.id), Size: b.members(known).Size, At: func(position int) []world.Record {
		return b.member(known, position).truth()
	}}}
}

func pipelines(*api.Simulation) string {
	return fmt.Sprintf(`  golang-fans:
    from: statsocial.outputs
    schedule: "0 3 * * 1"
    audience_id: %d
    outputs: [%s]
`, Audience, strings.Join(Outputs, ", "))
}
