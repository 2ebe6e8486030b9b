// Package simulate serves the four vendor APIs on the loopback interface, as
// the vendor documents say they really behave: paging, credits, waiting for
// data that is not ready, odd values, and faults on demand.
//
// The people in them are made up: a universe that follows from a seed and a
// size alone, of which each vendor knows a part. [Simulator.Truth] says which
// vendor record is which person, so that identity resolution can be measured.
//
// Package world has the people, package api what all vendors' servers share, and
// each vendor has a package of its own. This one holds the list of the vendors
// and starts their servers.
//
// Addresses end in .example or carry a number that shows them made up; telephone
// numbers come from the range 555-0100 to 555-0199 that is kept for fiction.
package simulate

import (
	"fmt"
	"slices"
	"strings"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/audiencelab"
	"contactsync/internal/simulate/intent"
	"contactsync/internal/simulate/statsocial"
	"contactsync/internal/simulate/toofr"
)

// What callers need of package api.
type (
	Options = api.Options
	Fault   = api.Fault
)

// Faults lists every fault by name: the transient ones, then the lasting ones.
func Faults() []Fault { return api.Faults() }

// FaultNamed is the fault of a name, which may begin with a vendor's, as in
// "audiencelab/empty-list"; false where there is none.
func FaultNamed(name string) (Fault, bool) {
	vendor, base, limited := strings.Cut(name, "/")
	if !limited {
		base = name
	}
	return Fault(name), slices.Contains(Faults(), Fault(base)) && (!limited || slices.Contains(Vendors(), vendor))
}

// vendors is the one list of the vendors, in the order in which their servers
// start. Who adds a vendor adds its package and a line here.
func vendors() []api.Vendor {
	return []api.Vendor{toofr.Vendor(), intent.Vendor(), statsocial.Vendor(), audiencelab.Vendor()}
}

// Vendors lists the vendors' names in the order in which their servers start.
func Vendors() []string {
	var names []string
	for _, v := range vendors() {
		names = append(names, v.Name)
	}
	return names
}

// DefaultKey is the credential that a vendor takes unless Options say otherwise;
// "" where no vendor has that name.
func DefaultKey(vendor string) string {
	for _, v := range vendors() {
		if v.Name == vendor {
			return v.DefaultKey
		}
	}
	return ""
}

// Simulator is all vendors over one universe. It is safe for concurrent use.
type Simulator struct {
	*api.Simulation
	servers servers
}

// New makes a simulator. It serves nothing until Start or Handler is used.
func New(o Options) *Simulator { return &Simulator{Simulation: api.New(o, vendors()...)} }

// Credits is Toofr's balance.
func (s *Simulator) Credits() int { return s.Balance(toofr.Name) }

// Websites lists as many companies as it takes for a Toofr search, without
// titles, to find so many prospects on the first night; fewer where the
// universe has not so many.
func (s *Simulator) Websites(prospects int) []string { return toofr.Websites(s.Universe, prospects) }

// OrderingPipelines are lines of a config to go after [Simulator.ConfigSnippet]:
// pipelines that order what the real vendors bill, and so belong into no config that
// is run unseen.
func OrderingPipelines() string { return audiencelab.OrderingPipelines }

// ConfigSnippet is the part of a pipelines.yaml that reads everything worth
// reading from a simulator at those base URLs.
func (s *Simulator) ConfigSnippet(urls map[string]string) string {
	var sources, pipelines strings.Builder
	for _, v := range vendors() {
		fmt.Fprintf(&sources, "  %s:\n    base_url: %q\n    %s: %q\n    poll_interval: 100ms\n", v.Name, urls[v.Name], v.Credential,
			s.Options.AcceptKeys[v.Name])
		pipelines.WriteString(v.Pipelines(s.Simulation))
	}
	return "sources:\n" + sources.String() + "\npipelines:\n" + pipelines.String()
}
