package oplog

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"contactsync/load"
)

// Kind says what an entry makes true.
type Kind string

// The kinds of entries.
const (
	Lease Kind = "lease" // another writer begins; nothing else changes
	Batch Kind = "batch" // a segment has been added
	State Kind = "state" // a state holds all that was before, but for what is outstanding
)

// Entry is one commit. It holds no personal data: entries outlive erasures.
type Entry struct {
	N      int64     `json:"n"`      // its number, from 1; Append sets it
	ID     string    `json:"id"`     // random, tells our own entry from another's; Append sets it
	Prev   string    `json:"prev"`   // the ID of the entry before; Append sets it
	Kind   Kind      `json:"kind"`   //
	Writer string    `json:"writer"` // random, one for each holding of the log; Append sets it
	Fence  int64     `json:"fence"`  // the number of the lease entry that the writer began with; Append sets it
	At     time.Time `json:"at"`     // by the writer's clock, for people; Append sets it if it is zero

	Holder *load.Holder `json:"holder,omitempty"` // of a lease: who begins
	Until  time.Time    `json:"until,omitzero"`   // of a lease: when it runs out unless it is renewed

	Pipeline    string              `json:"pipeline,omitempty"`
	Run         string              `json:"run,omitempty"`
	Segment     string              `json:"segment,omitempty"`     // key
	State       string              `json:"state,omitempty"`       // key
	Outstanding []Segment           `json:"outstanding,omitempty"` // of a state: the batches that are not merged into it
	Publish     map[string]Snapshot `json:"publish,omitempty"`     // of each table: what its main branch must become
	Counts      map[string]int64    `json:"counts,omitempty"`      // rows of tables
}

// Segment is a batch that is not merged yet.
type Segment struct {
	N        int64  `json:"n"` // of the entry that added it
	Pipeline string `json:"pipeline,omitempty"`
	Key      string `json:"key"`
}

// Snapshot is a snapshot of an Iceberg table, and the branch that it was prepared on.
type Snapshot struct {
	Branch   string `json:"branch"`
	Snapshot int64  `json:"snapshot"`
}

// format is the version of the entries' form. A program refuses a newer one whole: a field
// that it does not know may change what the others mean.
const format = 1

// Prefixes of the keys of what is kept.
const (
	logPrefix     = "log/"
	SegmentPrefix = "segments/"
	StatePrefix   = "states/"
	ScratchPrefix = "scratch/"
)

func keyOf(n int64) string { return fmt.Sprintf("%s%012d.json", logPrefix, n) }

// maxNumber is the last number that keys in order can hold.
const maxNumber = 999_999_999_999

// numberOf is the number that a key is of; false if it is none of the log's.
func numberOf(key string) (n int64, ok bool) {
	if _, err := fmt.Sscanf(key, logPrefix+"%d.json", &n); err != nil {
		return 0, false
	}
	return n, n >= 1 && n <= maxNumber && keyOf(n) == key
}

type stored struct {
	Format int `json:"format"`
	Entry
}

func encode(e Entry) ([]byte, error) {
	body, err := json.MarshalIndent(stored{format, e}, "", " ")
	return append(body, '\n'), err
}

// decode reads an entry as it is stored under a number.
func decode(n int64, body []byte) (Entry, error) {
	var version struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(body, &version); err != nil {
		return Entry{}, errors.New("it is not JSON")
	}
	if version.Format > format {
		return Entry{}, &NewerError{Format: version.Format}
	}
	var s stored
	in := json.NewDecoder(bytes.NewReader(body))
	in.DisallowUnknownFields()
	if err := in.Decode(&s); err != nil {
		return Entry{}, errors.New("it is not of the form of an entry")
	}
	if _, err := in.Token(); !errors.Is(err, io.EOF) {
		return Entry{}, errors.New("something follows the entry")
	}
	if version.Format < 1 {
		return Entry{}, errors.New("it names no format")
	}
	if s.N != n {
		return Entry{}, fmt.Errorf("it says that it is entry %d", s.N)
	}
	return s.Entry, s.check()
}

// check is what holds of every entry.
func (e *Entry) check() error {
	switch {
	case e.ID == "" || e.Writer == "":
		return errors.New("it does not say who wrote it")
	case (e.Prev == "") != (e.N == 1):
		return errors.New("it does not say what it follows")
	case e.Fence < 1 || e.Fence > e.N:
		return errors.New("it belongs to no lease")
	case e.Kind == Lease && (e.Holder == nil || e.Fence != e.N):
		return errors.New("it is a lease of nobody")
	case e.Kind == Batch && e.Segment == "":
		return errors.New("it is a batch without a segment")
	case e.Kind == State && e.State == "":
		return errors.New("it is a state without its object")
	case e.Kind != Lease && e.Kind != Batch && e.Kind != State:
		return errors.New("its kind is not known")
	}
	for _, s := range e.Outstanding {
		if s.Key == "" || s.N < 1 || s.N >= e.N {
			return errors.New("a batch that it leaves outstanding is none")
		}
	}
	return nil
}

// keys are the objects that an entry names.
func (e *Entry) keys() []string {
	var keys []string
	for _, key := range []string{e.Segment, e.State} {
		if key != "" {
			keys = append(keys, key)
		}
	}
	for _, s := range e.Outstanding {
		keys = append(keys, s.Key)
	}
	return keys
}
