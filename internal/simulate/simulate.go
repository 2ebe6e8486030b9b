// Package simulate serves the four vendor APIs on the loopback interface, as
// the vendor documents say they really behave: paging, credits, waiting for
// data that is not ready, odd values, and faults on demand.
//
// The people behind them are made up: a universe that follows from a seed and a
// size alone, of which each vendor knows a part. [Simulator.Truth] says which
// vendor record is which person, so that identity resolution can be measured.
//
// Package world has the people, package api what all vendors' servers share, and
// each vendor has a package of its own. This one holds the list of the vendors
// and what is about all of them, and names what its users need of the others.
//
// Addresses end in .example or carry a number that shows them made up; telephone
// numbers come from the range 555-0100 to 555-0199 that is kept for fiction.
package simulate

import (
	"iter"

	"contactsync/internal/simulate/api"
	"contactsync/internal/simulate/audiencelab"
	"contactsync/internal/simulate/intent"
	"contactsync/internal/simulate/statsocial"
	"contactsync/internal/simulate/toofr"
	"contactsync/internal/simulate/world"
)

// The vendors' names.
const (
	Toofr       = toofr.Name
	Intent      = intent.Name
	StatSocial  = statsocial.Name
	AudienceLab = audiencelab.Name
)

// What the vendors' servers share.
type (
	Options    = api.Options
	Request    = api.Request
	Record     = world.Record
	Identifier = world.Identifier
)

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
func (s *Simulator) Credits() int { return s.Options.ToofrCredits - s.Charged(Toofr) }

// Truth yields the truth about every record that the vendors of the catalog
// have served up to the present night, or would on asking: Toofr's prospects at
// all companies, the intent vendor's people on all days, StatSocial's first
// audience, AudienceLab's segments and catalogued audiences. Nothing is stored.
func (s *Simulator) Truth() iter.Seq[Record] {
	night := s.Night()
	return func(yield func(Record) bool) {
		for _, v := range vendors() {
			if !v.Truth(s.Universe, night, yield) {
				return
			}
		}
	}
}
