package enrichment

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"contactsync/extract"
	"contactsync/schema"
)

// job is where an enrichment job stands. It is booked before it is posted, and then
// it has no ID: should the answer be lost, the vendor's list tells by its name
// whether it was. It is over when FinishedAt is set.
type job struct {
	Name       string    `json:"name"`
	Form       string    `json:"api"`
	Status     string    `json:"status"`
	Asked      int64     `json:"asked"`
	BookedAt   time.Time `json:"booked_at"`
	Before     []string  `json:"before,omitempty"` // jobs that the vendor had when this one, which has no name there, was booked
	ID         string    `json:"id,omitempty"`
	PostedAt   time.Time `json:"posted_at,omitzero"`
	Missing    time.Time `json:"missing_since,omitzero"` // the vendor told its id, and has not had it since then
	Rows       int64     `json:"rows,omitempty"`         // of its result that are read
	Last       []byte    `json:"last,omitempty"`         // mark of the last of them
	Found      int64     `json:"found,omitempty"`        // records
	FinishedAt time.Time `json:"finished_at,omitzero"`
}

// Valid implements [extract.Position].
func (j job) Valid() bool { return j.Name != "" && !j.BookedAt.IsZero() }

// errUnreadableJob says that the position of a job cannot be read: whether it was
// posted is not known then.
var errUnreadableJob = errors.New(name + ": the position of an enrichment job cannot be read, so nobody knows whether it was posted; " +
	"look at AudienceLab's list of enrichments, and delete the row of the job from etl.checkpoints")

// Bought says that a full run keeps the position of every job: what was posted is never
// posted again, and is read to its end.
func Bought(string, schema.Checkpoint) bool { return true }

// openJobs are the jobs that are not over, oldest first.
func openJobs(from extract.State) (open []job, err error) {
	for _, partition := range slices.Sorted(maps.Keys(from)) {
		j, err := extract.Decode[job](from[partition], errUnreadableJob)
		if err != nil {
			return nil, err
		}
		if !j.ended() {
			open = append(open, j)
		}
	}
	slices.SortStableFunc(open, func(a, b job) int { return a.BookedAt.Compare(b.BookedAt) })
	return open, nil
}

// posted is the job once the vendor has it under an id.
func (j job) posted(id, status string, at time.Time) job {
	j.ID, j.Status, j.PostedAt, j.Before = id, status, at.UTC(), nil
	return j
}

// over is the job once it has ended.
func (j job) over(status string, at time.Time) job {
	j.Status, j.FinishedAt, j.Before, j.Last = status, at.UTC(), nil, nil
	return j
}

// page is a page that leads to where the job stands.
func (j job) page() extract.Page {
	p := extract.Page{
		Partition: j.Name, Next: extract.Encode(j), Sweep: j.Name, Complete: j.ended(),
		Enrichments: []schema.Enrichment{{
			JobID: j.ID, Name: j.Name, Status: j.Status, Asked: j.Asked, Found: j.Found,
			BookedAt: j.BookedAt, PostedAt: j.PostedAt, FinishedAt: j.FinishedAt,
		}},
	}
	if j.Status == schema.EnrichmentNotPosted {
		p.Unasked = []string{j.Name}
		p.Enrichments[0].Asked = 0
	}
	return p
}

// ended reports whether the job is over.
func (j job) ended() bool { return !j.FinishedAt.IsZero() }

func (j job) trouble(format string, args ...any) error {
	return &extract.PartitionError{Source: name, What: "enrichment " + j.Name, Err: fmt.Errorf(format, args...)}
}

// statusFailed is the status of a job that failed, whatever the vendor calls it.
const statusFailed = "FAILED"

// missingRest is how long the vendor must not have had a job for it to be taken for
// failed: long enough for several nights to look for it, since one answer may lack it
// wrongly, and whoever was in it is paid for again.
const missingRest = 3 * 24 * time.Hour
