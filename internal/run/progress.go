package run

import (
	"time"

	"contactsync/schema"
)

// Progress is what a display shows of a pipeline under way.
type Progress struct {
	Pipeline string      `json:"pipeline"`
	Stream   string      `json:"stream"`
	State    State       `json:"state"`
	Waiting  string      `json:"waiting,omitempty"` // for what
	Until    time.Time   `json:"until,omitzero"`    // when it asks again
	Started  time.Time   `json:"started"`
	Pages    int64       `json:"pages"`
	Rows     int64       `json:"rows"`
	Declared int64       `json:"declared,omitempty"` // what the vendor says the sweep will bring
	Requests int64       `json:"requests"`
	Credits  int64       `json:"credits"`
	Run      *schema.Run `json:"-"` // set once it has ended
}

// State is what a pipeline is doing.
type State string

// The states of a pipeline under way.
const (
	Queued  State = "queued" // behind another pipeline of its source
	Reading State = "reading"
	Waiting State = "waiting"
	Merging State = "merging"
	Done    State = "done"
)
