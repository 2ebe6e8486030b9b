package daemon

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"contactsync/internal/run"
	"contactsync/load/duckdb/report"
	"contactsync/schema"
)

// Overview is how the daemon and its pipelines stand at a moment: all that the
// status page and the metrics show. It shares nothing with the daemon.
type Overview struct {
	Now       time.Time
	Started   time.Time
	Zone      *time.Location
	Pipelines []Standing
	Overlaps  []report.Overlap
	Doubts    report.Doubts            // about who is one person
	Answers   map[string]map[int]int64 // HTTP answers by source and status; 0 = none came
	Exports   []ExportStanding
	Snapshot  SnapshotStanding
	Open      int      // pairs that wait for a human's decision
	Problems  []string // what a person should look at
	Obstacle  string   // what keeps every run from beginning, for everybody to read; "" = nothing
	Other     *run.Heartbeat
	people    int64 // where Overlaps do not tell
}

// Standing is how one pipeline stands.
type Standing struct {
	Name     string
	Stream   string
	Source   string
	Schedule string // "" = none
	Next     time.Time
	Period   time.Duration
	Since    time.Time // when the daemon first knew it
	Phase    Phase
	Paused   bool
	Waiting  string    // for what
	Until    time.Time // when it is tried again or asks again
	Attempt  int       // failed runs so far that are tried again
	Progress *run.Progress
	Record
}

// Late reports whether a pipeline has not succeeded for longer than twice its
// period; one that is paused or has no schedule is never late.
func (s Standing) Late(now time.Time) bool {
	if s.Schedule == "" || s.Paused || s.Period == 0 {
		return false
	}
	return min(now.Sub(s.Success), now.Sub(s.Since)) > 2*s.Period
}

// Last is the pipeline's last run that has ended; ok is false before the first. A
// replay says nothing of the vendor.
func (s Standing) Last() (run schema.Run, ok bool) {
	i := slices.IndexFunc(s.History, func(r schema.Run) bool { return !r.Replay })
	if i < 0 {
		return run, false
	}
	return s.History[i], true
}

// Overview tells how everything stands.
func (d *Daemon) Overview() Overview {
	d.mu.Lock()
	defer d.mu.Unlock()
	r := d.runner
	o := Overview{
		Now: r.Now(), Started: d.started, Zone: r.Config.Timezone, Overlaps: slices.Clone(d.books.Overlaps),
		Doubts: d.books.Doubts, Answers: d.countAnswers(), Open: d.books.Open, people: d.books.People,
	}
	o.Doubts.Warnings = slices.Clone(o.Doubts.Warnings)
	o.Exports, o.Snapshot = d.exportStandings(), d.snapshotStanding()
	obstacle := d.obstacle()
	if o.Obstacle = unreachable(obstacle); obstacle != nil {
		o.Problems = append(o.Problems, obstacle.Error())
	}
	if d.outcome.err != nil {
		o.Problems = append(o.Problems, "exports and snapshot: "+d.outcome.err.Error())
	}
	if d.reloaded != nil {
		o.Problems = append(o.Problems, "the new config was refused, the old one stays: "+d.reloaded.Error())
	}
	for _, j := range d.jobs {
		o.Pipelines = append(o.Pipelines, d.standing(j))
	}
	if h, ok, err := r.Heartbeat(); !d.busy && ok && err == nil && o.Now.Sub(h.Updated) < 5*time.Second {
		o.Other = &h
	}
	return o
}

func (d *Daemon) standing(j *job) Standing {
	p := j.pipeline
	s := Standing{
		Name: p.Name, Stream: p.Stream, Source: p.Source, Schedule: p.Schedule, Next: j.fires(d.runner.Now()), Since: j.Since,
		Phase: j.phase, Paused: j.Paused, Attempt: j.attempt, Record: d.books.Pipelines[p.Name],
	}
	if j.scheduled {
		s.Period = j.schedule.Period(d.runner.Now())
	}
	if j.progress != nil {
		progress := *j.progress
		s.Progress = &progress
	}
	s.History = slices.Clone(s.History)
	s.Waiting, s.Until = d.waiting(j)
	return s
}

// waiting says in words what a job waits for, and until when if that is known.
func (d *Daemon) waiting(j *job) (what string, until time.Time) {
	switch j.phase {
	case Delayed:
		return "jitter", d.wall(j.until)
	case Retrying:
		return fmt.Sprintf("attempt %d (%s)", j.attempt+1, cmp.Or(j.problem, "the last run failed")), d.wall(j.until)
	case Ready:
		return d.queuedFor(j), time.Time{}
	case Active:
		if j.progress != nil && j.progress.Waiting != "" {
			return j.progress.Waiting, j.progress.Until
		}
	}
	return "", time.Time{}
}

// wall is a moment of the monotonic clock by the daemon's wall clock.
func (d *Daemon) wall(at time.Time) time.Time { return d.runner.Now().Add(time.Until(at)) }

func (d *Daemon) queuedFor(j *job) string {
	switch {
	case d.locking:
		return "another process, which writes the warehouse"
	case d.writing:
		return "exports and snapshot, which are being written"
	}
	for _, o := range d.jobs {
		if o.phase == Active && o.pipeline.Source == j.pipeline.Source {
			return o.pipeline.Name + ", which reads the same source"
		}
	}
	if d.count(Active) < d.runner.Config.Serve.MaxParallel {
		return "the runs under way to end"
	}
	return "a free place (max_parallel)"
}

// count returns how many pipelines are in a phase.
func (d *Daemon) count(phase Phase) (n int) {
	for _, j := range d.jobs {
		if j.phase == phase {
			n++
		}
	}
	return n
}

// People is how many people the warehouse has.
func (o Overview) People() (n int64) {
	if len(o.Overlaps) == 0 {
		return o.people
	}
	for _, c := range o.Overlaps {
		n += c.People
	}
	return n
}
