package enrichment

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"contactsync/extract"
	"contactsync/internal/words"
	"contactsync/schema"
)

// inquiry is what one run may ask for: the definition, with its people looked up and
// the limits as they stand now.
type inquiry struct {
	pipeline string
	columns  []column
	operator string
	form     string // of the vendor's API
	size     int    // people per job
	refresh  time.Duration
	full     bool // ask again for everybody
	now      time.Time
	identify Identify

	limit, monthLimit int64 // people; -1: no limit
	spent             int64 // people asked for this month

	known    extract.Known
	asked    []schema.Asked       // by earlier runs
	failed   map[string]time.Time // when which jobs failed
	people   []person             // each once, in their order
	left     leftOut
	warnings []string
}

// resting counts who is due, and who rests: until refresh, or because their job has just
// failed.
type resting struct{ due, rest, failed int }

// failureRest is how long the people of a job that failed rest: they are due the next
// night, but not in a retry of the same one, since the vendor may charge for failures, too.
const failureRest = 20 * time.Hour

// ofFailures says who waits because their job has failed: a run that asks for them no
// more is no success, however often it is tried. nil: nobody does.
func (r resting) ofFailures() error {
	if r.failed == 0 {
		return nil
	}
	return &extract.PartitionError{Source: name, What: "enrichments", Err: fmt.Errorf("%s of a job that failed, and asked for again %s after that at the earliest",
		words.Counted(r.failed, "person is", "people are"), words.Exact(failureRest))}
}

// rests reports whether somebody who was asked for is not asked for again yet, and whether
// that is because the job failed.
func (o inquiry) rests(a schema.Asked) (rests, failed bool) {
	if o.full {
		return false, false
	}
	if at, failed := o.failed[a.Job]; failed {
		return at.Add(failureRest).After(o.now), true
	}
	return a.AskedAt.Add(o.refresh).After(o.now), false
}

// due are the people whom a run asks for, but for its limits: those whom no job asked
// for within refresh. Released are jobs whose people count as not asked for; open are
// those of which no run asks again, not even a full one.
func (o inquiry) due(released []string, open ...job) (due []person, r resting) {
	asked, failures := map[schema.Identifier]bool{}, map[schema.Identifier]bool{}
	for _, a := range o.asked {
		pending := slices.ContainsFunc(open, func(j job) bool { return j.Name == a.Job })
		rests, failed := o.rests(a)
		if slices.Contains(released, a.Job) || !pending && !rests {
			continue
		}
		by := asked
		if failed && !pending {
			by = failures
		}
		by[schema.Identifier{Kind: a.Kind, Value: a.Value}] = true
	}
	for _, p := range o.people {
		in := func(set map[schema.Identifier]bool) bool {
			return slices.ContainsFunc(p.keys, func(k schema.Identifier) bool { return set[k] })
		}
		switch {
		case in(asked):
			r.rest++
		case in(failures):
			r.failed++
		default:
			due = append(due, p)
		}
	}
	r.due = len(due)
	return due, r
}

// affordable is how many of the people who are due a run may ask for.
func (o inquiry) affordable(due int) int {
	if o.limit >= 0 {
		due = min(due, int(o.limit))
	}
	if o.monthLimit >= 0 {
		due = min(due, int(max(o.monthLimit-o.spent, 0)))
	}
	return due
}

// limited says which limit keeps a run from asking for so many people more; nil: none does.
func (o inquiry) limited(over int) error {
	if over <= 0 {
		return nil
	}
	l := &extract.LimitError{Source: name, Limit: "max_records", Detail: fmt.Sprintf("%d people are left to ask for; the next run goes on", over)}
	if month := max(o.monthLimit-o.spent, 0); o.monthLimit >= 0 && (o.limit < 0 || month < o.limit) {
		l.Limit = "max_records_per_month"
		l.Detail = fmt.Sprintf("%d people were asked for this month before this run, and %d are left to ask for; a run of next month goes on", o.spent, over)
	}
	return l
}

// batches cuts people into jobs.
func (o inquiry) batches(people []person) (list [][]person) {
	for part := range slices.Chunk(people, o.size) {
		list = append(list, part)
	}
	return list
}

// book is the job that asks for people. Its name tells it from any other: it is made of
// the pipeline, the day and who is asked for, so that whoever looks for it in the
// vendor's list finds that very job.
func (o inquiry) book(people []person, from extract.State, at time.Time) job {
	h := sha256.New()
	fmt.Fprintln(h, o.pipeline, o.operator)
	for _, p := range people {
		fmt.Fprintln(h, p.keys, p.print(o.columns))
	}
	j := job{Form: o.form, Status: schema.EnrichmentBooked, Asked: int64(len(people)), BookedAt: at.UTC()}
	stem := fmt.Sprintf("sync-%s-%s-%s", o.pipeline, at.Format("20060102"), hex.EncodeToString(h.Sum(nil)[:6]))
	j.Name = stem
	for n := 2; taken(from, j.Name); n++ { // the same people again on one day, by a full run or after a failure
		j.Name = fmt.Sprintf("%s-%d", stem, n)
	}
	return j
}

// taken reports whether the vendor has, or had, a job of a name.
func taken(from extract.State, name string) bool {
	c, known := from[name]
	if !known {
		return false
	}
	past, err := extract.Decode[job](c, errUnreadableJob)
	return err != nil || past.Status != schema.EnrichmentNotPosted
}

// asking are the identifiers of the people of a job.
func (j job) asking(people []person) (list []schema.Asked) {
	for i, p := range people {
		for _, k := range p.keys {
			list = append(list, schema.Asked{Job: j.Name, Person: int64(i), Kind: k.Kind, Value: k.Value, AskedAt: j.BookedAt})
		}
	}
	return list
}
