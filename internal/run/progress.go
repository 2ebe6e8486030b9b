package run

import (
	"time"

	"contactsync/extract"
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
	Rows     int64       `json:"rows"`               // of all parts
	Part     string      `json:"part,omitempty"`     // that is being read: a segment, a day, a search
	Read     int64       `json:"read,omitempty"`     // rows of the part so far, those that an earlier run read included
	Declared int64       `json:"declared,omitempty"` // what the vendor says the part will bring
	Requests int64       `json:"requests"`
	Credits  int64       `json:"credits"`
	Run      *schema.Run `json:"-"` // set once it has ended
}

// add takes in a page. A vendor declares how many rows a part has, so they are never
// held against those of all parts.
func (p *Progress) add(page extract.Page) {
	read := int64(len(page.Records))
	p.Pages, p.Rows = p.Pages+1, p.Rows+read
	if read == 0 && page.Declared == 0 {
		return // it carries a checkpoint, maybe of a part that is done
	}
	if page.Partition != p.Part {
		p.Part, p.Read, p.Declared = page.Partition, 0, 0
	}
	p.Read = max(p.Read+read, page.Served)
	p.Declared = max(p.Declared, page.Declared)
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
