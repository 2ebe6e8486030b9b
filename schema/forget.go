package schema

import (
	"strings"
	"time"
)

// VendorID is the kind that a vendor's own key of a person has among
// suppressions: "source:toofr".
func VendorID(source string) Kind { return Kind("source:" + source) }

// SuppressedAs is the kind under which an identifier is suppressed. The hashes of
// an address are the same whether or not its reader is known to be many people.
func (k Kind) SuppressedAs() Kind { return Kind(strings.TrimPrefix(string(k), "role_")) }

// The selectors of a request to erase: how it named whom.
const (
	ByEmail    = "email"
	ByLinkedIn = "linkedin"
	ByContact  = "contact"
	ByRecord   = "record" // source:id
	ByList     = "list"   // an opt-out list
)

// Forget is the note of a request to erase. It holds no personal data.
type Forget struct {
	ForgetID    string
	RequestedAt time.Time
	Selector    string
	Records     int64
	Contacts    int64
	Exports     int64
}

// Forgets is the promised table of requests to erase.
var Forgets = Table[Forget]{
	Name: "etl.forgets",
	Doc:  "a request to erase, without a word about whom",
	Columns: []Column[Forget]{
		Col("forget_id", "id of the request; sorts by time", func(f *Forget) any { return &f.ForgetID }),
		Col("requested_at", "when", func(f *Forget) any { return &f.RequestedAt }),
		Col("selector", "how the person was named: email, linkedin, contact, record, or list for sync suppress", func(f *Forget) any { return &f.Selector }),
		Col("records", "vendor records that were erased", func(f *Forget) any { return &f.Records }),
		Col("contacts", "people that were erased", func(f *Forget) any { return &f.Contacts }),
		Col("exports", "exports that were written anew", func(f *Forget) any { return &f.Exports }),
	},
}
