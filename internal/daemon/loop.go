package daemon

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"contactsync/internal/config"
	"contactsync/internal/run"
	"contactsync/schema"
)

const (
	// tick is how often the planner looks at the clock at least: a clock that was
	// set, or a machine that slept, is noticed within it.
	tick = time.Minute

	// publishAtLeast is how long exports and snapshot may wait for an empty queue.
	publishAtLeast = 10 * time.Minute
)

// invocation is the warehouse held for some runs.
type invocation interface {
	Run(ctx context.Context, p *config.Pipeline, deadline time.Duration) run.Finished
	finish(ctx context.Context, publish bool) closing
}

// session is the invocation of a real warehouse.
type session struct{ *run.Session }

// finish reads what the warehouse now says, publishes if asked to, and lets go of
// the warehouse.
func (s session) finish(ctx context.Context, publish bool) (c closing) {
	if ctx.Err() == nil { // else no one will read them
		c.books, c.problem = readBooks(s.Settled(), s.Warehouse(), s.Runner)
	}
	if publish && ctx.Err() == nil {
		c.published, c.publishing = s.Publish()
	}
	c.problem = errors.Join(c.problem, s.End())
	return c
}

// closing is how an invocation ended.
type closing struct {
	books      Books
	published  run.Published
	publishing error // why exports or snapshot could not be written
	problem    error // anything else
}

// beginInvocation waits for the lock, whoever holds it.
func beginInvocation(ctx context.Context, r *run.Runner) (invocation, error) {
	s, err := r.Begin(ctx, true)
	if err != nil {
		return nil, err
	}
	return session{s}, nil
}

// Run runs the daemon until the context ends; then runs under way commit what
// they have.
func (d *Daemon) Run(ctx context.Context) {
	var work sync.WaitGroup
	defer d.shareLast()
	defer work.Wait()
	work.Go(func() { d.readAhead(ctx) })
	work.Go(func() { d.share(ctx) })
	d.refresh(ctx) // so that the first run already has a past
	for ctx.Err() == nil {
		d.mu.Lock()
		pause := d.plan()
		switch {
		case d.busy:
		case d.count(Ready) > 0:
			d.busy = true
			work.Go(func() { d.invoke(ctx) })
		case d.outdated():
			d.busy = true
			work.Go(func() { d.refresh(ctx) })
		}
		d.mu.Unlock()
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
		case <-timer.C:
		case <-d.wake:
		}
		timer.Stop()
	}
}

// plan moves jobs whose time has come and returns how long nothing can happen.
func (d *Daemon) plan() time.Duration {
	now := d.runner.Now().Round(0) // the wall clock, which can be set
	s := d.runner.Config.Serve
	pause, changed := tick, false
	for _, j := range d.jobs {
		changed = j.plan(now, s) || changed
		switch {
		case j.phase == Ready:
			poke(d.changed)
		case j.phase == Delayed, j.phase == Retrying:
			pause = min(pause, time.Until(j.until))
		case j.phase == Resting && !j.Paused && !j.next.IsZero():
			pause = min(pause, j.next.Sub(now))
		}
	}
	if changed {
		d.store()
	}
	return max(pause, time.Millisecond)
}

// store saves the daemon's memory. A disk that is full must not stop the runs.
func (d *Daemon) store() {
	if err := d.save(); err != nil {
		d.runner.Log.Error("what the daemon remembers could not be saved", "error", err)
	}
}

// invoke holds the warehouse until everything that can run has run.
func (d *Daemon) invoke(ctx context.Context) {
	defer d.release(true)
	d.mu.Lock()
	r, err := d.runner, d.obstacle()
	d.locking = err == nil
	d.mu.Unlock()
	if err != nil {
		d.fail(ctx, err)
		return
	}
	held, err := d.begin(ctx, r)
	d.mu.Lock()
	d.locking = false
	d.mu.Unlock()
	if err != nil {
		d.fail(ctx, err)
		return
	}
	d.runAll(ctx, r, held)
	publish := d.shouldPublish()
	c := held.finish(ctx, publish)
	d.settle(ctx, r, c, publish)
}

// release lets the planner go on: with another look at everything, or else only
// with what is queued.
func (d *Daemon) release(look bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.busy, d.writing = false, false
	d.retire()
	if look || d.count(Ready) > 0 {
		poke(d.wake)
	}
}

// round is which pipelines an invocation has run and runs. Each may run once; and
// again only while one that runs for the first time holds the warehouse anyway, so
// that no pipeline waits for one slow vendor and the invocation still ends.
type round struct {
	ran  map[string]bool // pipelines
	busy map[string]bool // sources, true: with a pipeline that runs for the first time
}

func (r round) begin(p *config.Pipeline) {
	r.busy[p.Source] = !r.ran[p.Name]
	r.ran[p.Name] = true
}

// takes reports whether the pipeline may run now.
func (r round) takes(p *config.Pipeline) bool {
	if _, busy := r.busy[p.Source]; busy {
		return false
	}
	return !r.ran[p.Name] || slices.Contains(slices.Collect(maps.Values(r.busy)), true)
}

// runAll runs what is queued, and what is queued meanwhile, until the round is over.
func (d *Daemon) runAll(ctx context.Context, r *run.Runner, held invocation) {
	now := round{map[string]bool{}, map[string]bool{}}
	ended := make(chan string)
	for {
		for j := d.admit(ctx, r, now); j != nil; j = d.admit(ctx, r, now) {
			p := j.pipeline
			now.begin(p)
			go func() {
				d.finishRun(j, p, held.Run(ctx, p, r.Config.Serve.Deadline))
				ended <- p.Source
			}()
		}
		if len(now.busy) == 0 {
			return
		}
		select {
		case source := <-ended:
			delete(now.busy, source)
			poke(d.wake) // the next fire time of the pipeline counts again
		case <-d.changed:
		}
	}
}

// admit takes the job that has waited longest of those that may run now; nil if
// none may.
func (d *Daemon) admit(ctx context.Context, r *run.Runner, now round) *job {
	d.mu.Lock()
	defer d.mu.Unlock()
	if ctx.Err() != nil || r != d.runner || len(now.busy) >= r.Config.Serve.MaxParallel {
		return nil
	}
	var first *job
	for _, j := range d.jobs {
		if j.phase == Ready && now.takes(j.pipeline) && (first == nil || j.queuedAt.Before(first.queuedAt)) {
			first = j
		}
	}
	if first != nil {
		first.phase = Active
	}
	return first
}

// finishRun books the end of a run.
func (d *Daemon) finishRun(j *job, p *config.Pipeline, f run.Finished) {
	d.mu.Lock()
	j.end(f, d.runner.Config.Serve, d.backoff)
	record := d.books.Pipelines[p.Name]
	e := Ended{Run: f.Run, Stream: p.Stream, Before: record.History, Drifts: f.Drifts, Retrying: j.phase == Retrying}
	record.History = append([]schema.Run{f.Run}, record.History...)
	record.History = record.History[:min(len(record.History), keptRuns)]
	if f.Run.Status == schema.Succeeded {
		record.Success = f.Run.FinishedAt
	}
	d.books.Pipelines[p.Name] = record
	d.store()
	d.mu.Unlock()
	d.tell(e)
}

// fail ends all queued jobs when the warehouse cannot be opened.
func (d *Daemon) fail(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return
	}
	d.mu.Lock()
	now := d.runner.Now().UTC()
	var ended []Ended
	for _, j := range d.jobs {
		if j.phase != Ready {
			continue
		}
		p := j.pipeline
		failed := schema.Run{Pipeline: p.Name, StartedAt: now, FinishedAt: now, Status: schema.Failed, Error: err.Error()}
		j.end(run.Finished{Run: failed}, d.runner.Config.Serve, d.backoff)
		j.problem = err.Error()
		before := d.books.Pipelines[p.Name].History
		ended = append(ended, Ended{Run: failed, Stream: p.Stream, Before: before, Retrying: j.phase == Retrying})
	}
	d.store()
	log := d.runner.Log
	d.mu.Unlock()
	log.Error("no run could begin", "error", err)
	for _, e := range ended {
		d.tell(e)
	}
}

// shouldPublish reports whether exports and snapshot are written now: when the
// queue is empty, or after long enough.
func (d *Daemon) shouldPublish() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.writing = d.count(Ready) == 0 || d.runner.Now().Sub(d.outcome.at) > publishAtLeast
	return d.writing
}

// settle takes in how an invocation ended.
func (d *Daemon) settle(ctx context.Context, r *run.Runner, c closing, published bool) {
	if c.problem != nil {
		r.Log.Error("the warehouse", "error", c.problem)
	}
	mark := ""
	if r.Config.Warehouse.InLake() {
		mark = run.Mark(ctx, r)
	}
	d.mu.Lock()
	if c.books.Pipelines != nil && c.problem == nil {
		d.books = c.books
		d.seen, d.lake = writtenAt(r.Config.Warehouse.Path.Full), lakeSeen{mark, r.Now()}
	}
	published = published && ctx.Err() == nil
	if published {
		d.publish(publication{at: r.Now(), err: c.publishing, Published: c.published})
		if d.looked && (c.published.Snapshot != "" || mark != "") {
			poke(d.fresh)
		}
	}
	d.mu.Unlock()
	if !published {
		return
	}
	if c.publishing != nil {
		r.Log.Error("exports and snapshot", "error", c.publishing)
	}
	for _, e := range c.published.Exports {
		if warning := e.Warning(); warning != "" {
			r.Log.Warn(warning, "export", e.Name)
		}
	}
	d.Published(c.publishing)
}

// outdated reports whether another process has written the warehouse.
func (d *Daemon) outdated() bool {
	if d.runner.Config.Warehouse.InLake() {
		return d.lakeOutdated()
	}
	at := writtenAt(d.runner.Config.Warehouse.Path.Full)
	return !at.IsZero() && !at.Equal(d.seen)
}

// refresh reads the books of a warehouse that another process has written. While
// a run of its own is on, the next look is soon enough.
func (d *Daemon) refresh(ctx context.Context) {
	defer d.release(false) // the warehouse needs no other look before its time
	d.mu.Lock()
	r := d.runner
	d.mu.Unlock()
	at, mark, changed := writtenAt(r.Config.Warehouse.Path.Full), "", false
	if r.Config.Warehouse.InLake() {
		if mark, changed = d.newMark(ctx, r); !changed {
			return
		}
	} else if at.IsZero() {
		return
	}
	var books Books
	err := r.Read(ctx, func(reader *run.Reader) (err error) {
		books, err = readBooks(ctx, reader.Warehouse, r)
		return err
	})
	if err != nil {
		r.Log.Debug("the books cannot be read now", "error", err)
		return
	}
	d.mu.Lock()
	d.books, d.seen, d.lake.mark = books, at, mark
	d.mu.Unlock()
}
