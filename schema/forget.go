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
	ByHash     = "hash" // of an address
	ByLinkedIn = "linkedin"
	ByProfile  = "profile" // elsewhere
	ByContact  = "contact"
	ByRecord   = "record" // source:id
	ByList     = "list"   // an opt-out list
	ByAge      = "age"    // by nobody: retention found that no vendor serves them any more
)

// Forget is the note of a request to erase. It holds no personal data.
type Forget struct {
	ForgetID    string    `col:"forget_id" doc:"id of the request; sorts by time"`
	RequestedAt time.Time `col:"requested_at" doc:"when"`
	Selector    string    `col:"selector" doc:"how the person was named: email, hash, linkedin, profile, contact, record, or list for sync suppress"`
	Records     int64     `col:"records" doc:"vendor records that were erased"`
	Contacts    int64     `col:"contacts" doc:"people that were erased"`
	Exports     int64     `col:"exports" doc:"exports that were written anew"`
}

// Forgets is the promised table of requests to erase.
var Forgets = Table[Forget]{"etl.forgets", "a request to erase, without a word about whom", ColumnsOf[Forget]()}
