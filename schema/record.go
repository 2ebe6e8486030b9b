package schema

import (
	"encoding/json"
	"time"
)

// Record is one object exactly as a vendor served it.
type Record struct {
	Source string
	ID     string          // the vendor's stable key of the person; "" when it sent none, and the record is rejected
	AsOf   time.Time       // the vendor's own date of the record; zero where it gives none
	Raw    json.RawMessage // one JSON value, usually an object
}

// Checkpoint is a source's own note of how far it has read one partition of a
// stream: a small JSON object that a person can read. Only the source that
// wrote it interprets it.
type Checkpoint string

// Date is a calendar day, stored as a DATE.
type Date struct{ time.Time }

// DateLayout is how a [Date] is written, in configs, checkpoints and payloads.
const DateLayout = "2006-01-02"

// ParseDate reads a day written as YYYY-MM-DD.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(DateLayout, s)
	return Date{t}, err
}

// String is the day as YYYY-MM-DD.
func (d Date) String() string { return d.Format(DateLayout) }
