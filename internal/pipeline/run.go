package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"contactsync/extract"
	"contactsync/internal/config"
	"contactsync/load"
	"contactsync/load/duckdb"
	"contactsync/schema"
)

// execution is one run of one pipeline under way.
type execution struct {
	*Runner
	w        *duckdb.Warehouse
	settled  context.Context // for commits: it ends settleTime after the invocation is stopped
	pipeline *config.Pipeline
	options  Options
	run      schema.Run
	err      error // how the reading ended
	merged   load.Merged
	progress Progress
	meter    *extract.Meter
	guard    *guard      // keeps suppressed people out; nil before the first page
	stopping func() bool // the user has stopped the run

	turn     chan struct{} // closed when the pipelines after this one may merge
	turnOnce sync.Once

	mu      sync.Mutex // guards progress and waiting
	waiting bool       // the source waits and has no page in flight
	stop    func()     // ends the source's context
}

func (s *Session) newExecution(p *config.Pipeline, o Options) *execution {
	return &execution{
		Runner: s.Runner, w: s.w, settled: s.settled, pipeline: p, options: o, meter: new(extract.Meter), turn: make(chan struct{}),
		progress: Progress{Pipeline: p.Name, Stream: p.Stream, State: Queued},
	}
}

// read reads the source to its end, or as far as it comes, and commits. Its
// outcome is in the run's status.
func (e *execution) read(ctx context.Context) {
	now := e.Now().UTC()
	e.run = schema.Run{RunID: NewRunID(now), Pipeline: e.pipeline.Name, StartedAt: now, Status: schema.Running}
	e.show(func(p *Progress) { p.State, p.Started = Reading, now })
	e.Log.Info("run started", "pipeline", e.pipeline.Name, "run_id", e.run.RunID)
	e.err = e.readPages(ctx)
	e.run.Requests, e.run.Credits = e.meter.Requests(), e.meter.Credits()
	e.run.Status, e.run.Error = outcome(ctx, e.err)
	e.judgeRejects()
	if warning, some := e.guard.warning(); some {
		e.run.Warnings = append(e.run.Warnings, warning)
	}
}

// judgeRejects fails a run whose records were all rejected, since then the vendor
// has changed; of some rejected it warns.
func (e *execution) judgeRejects() {
	switch {
	case e.run.RowsRejected == 0:
	case e.run.RowsRejected < e.run.RowsRead:
		e.run.Warnings = append(e.run.Warnings, fmt.Sprintf("%d of %d records were rejected; see `sync rejects list`", e.run.RowsRejected, e.run.RowsRead))
	case e.run.Status == schema.Succeeded:
		e.run.Status = schema.Failed
		e.run.Error = fmt.Sprintf("all %d records were rejected: the vendor's format may have changed; see `sync rejects list`", e.run.RowsRead)
	}
}

func (e *execution) readPages(ctx context.Context) error {
	client, err := e.Client(e.pipeline.Source)
	if err != nil {
		return err
	}
	state, err := e.state(ctx)
	if err != nil {
		return err
	}
	env := extract.Env{Client: client, Meter: e.meter, Log: e.Log.With("pipeline", e.pipeline.Name), Now: e.Now, Wait: e.wait}
	if env.Unmerged, err = e.w.Staged(ctx, e.pipeline.Name); err != nil {
		return err
	}
	if e.Wake != nil {
		env.Wake = func(string) <-chan struct{} { return e.Wake(e.pipeline.Source) }
	}
	s, err := e.newStager(ctx)
	if err != nil {
		return err
	}
	settled, cancel := settle(e.settled, ctx) // its deadline, too, leaves the run time to commit
	defer cancel()
	env.Book = func(credits int64) error { return s.book(settled, credits) }
	source, warnings, err := e.open(ctx, e.pipeline, e.w, e.options, env)
	if err != nil {
		return err
	}
	e.run.Warnings = append(e.run.Warnings, warnings...)
	if err := s.flush(settled); err != nil { // the run's row, so that a crash leaves a trace
		return err
	}
	reading, end := e.lastPage(ctx)
	defer end()
	for page, err := range source.Pages(reading, state) {
		if err != nil {
			return errors.Join(err, s.flush(settled))
		}
		if err := s.add(settled, page); err != nil {
			return err
		}
		e.show(func(p *Progress) {
			p.Pages, p.Rows = p.Pages+1, p.Rows+int64(len(page.Records))
			p.Requests, p.Credits = e.meter.Requests(), e.meter.Credits()
			p.Declared = max(p.Declared, page.Declared)
		})
		if ctx.Err() != nil {
			return errors.Join(context.Cause(ctx), s.flush(settled))
		}
	}
	return s.finish(settled)
}

// state is where the stream stands. A full run forgets it first, except for what
// was bought.
func (e *execution) state(ctx context.Context) (extract.State, error) {
	positions, err := e.w.Positions(ctx, e.pipeline.Name)
	if err != nil {
		return nil, err
	}
	state, forgotten := stateOf(positions, e.pipeline.Traits, e.options.Full)
	if len(forgotten) == 0 {
		return state, nil
	}
	return state, e.w.ForgetPositions(ctx, e.pipeline.Name, forgotten)
}

// stateOf is where a run begins that finds these positions, and the partitions
// that a full one forgets.
func stateOf(positions map[string]schema.Position, traits extract.Traits, full bool) (state extract.State, forgotten []string) {
	state = make(extract.State, len(positions))
	for partition, p := range positions {
		if full && !traits.Keeps(partition, p.Checkpoint) {
			forgotten = append(forgotten, partition)
			continue
		}
		state[partition] = p.Checkpoint
	}
	return state, forgotten
}

// merge moves what was staged into the tables, and stores the run as it ended.
func (e *execution) merge(ctx context.Context) {
	e.show(func(p *Progress) { p.State, p.Waiting = Merging, "" })
	e.run.FinishedAt = e.Now().UTC()
	merged, err := e.w.Merge(e.settled, &e.run, e.People())
	if err != nil {
		// What is staged is merged by the next run. After a failure of the run,
		// such as a full disk, that of the merge is mostly the same again.
		switch {
		case e.run.Status == schema.Failed:
		case ctx.Err() != nil:
			e.run.Status, e.run.Error = schema.Interrupted, context.Cause(ctx).Error()
		default:
			e.run.Status, e.run.Error = schema.Failed, errors.Join(errorOf(e.run.Error), err).Error()
		}
		if err := e.w.Commit(context.WithoutCancel(ctx), load.Batch{Run: e.run}); err != nil {
			e.Log.Error("the run's end could not be stored", "pipeline", e.pipeline.Name, "error", err)
		}
	}
	e.merged = merged
	e.show(func(p *Progress) { p.State, p.Run = Done, &e.run })
	log := e.Log.With("pipeline", e.pipeline.Name, "run_id", e.run.RunID, "status", e.run.Status, "rows_read", e.run.RowsRead,
		"new", e.run.RowsNew, "changed", e.run.RowsChanged, "rejected", e.run.RowsRejected, "requests", e.run.Requests, "credits", e.run.Credits,
		"took", e.run.FinishedAt.Sub(e.run.StartedAt).Round(time.Millisecond))
	if e.run.Status == schema.Succeeded {
		log.Info("run ended")
	} else {
		log.Error("run ended", "error", e.run.Error)
	}
}

func errorOf(text string) error {
	if text == "" {
		return nil
	}
	return errors.New(text)
}

// show updates what a display shows of the run.
func (e *execution) show(change func(*Progress)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	change(&e.progress)
	e.Progress(e.progress)
}

// wait is told by the source that it waits.
func (e *execution) wait(what string, d time.Duration) {
	if d >= longWait {
		e.giveWay()
	}
	e.show(func(p *Progress) {
		e.waiting = what != ""
		if e.waiting && e.stopping() {
			e.stop()
		}
		p.State, p.Waiting, p.Until = Reading, what, time.Time{}
		if e.waiting {
			p.State, p.Until = Waiting, e.Now().Add(d)
		}
	})
}

// outcome is the status and the message of a run that ended with err.
func outcome(ctx context.Context, err error) (status, message string) {
	switch {
	case err == nil:
		return schema.Succeeded, ""
	case ctx.Err() != nil && failed(context.Cause(ctx)):
		return schema.Interrupted, context.Cause(ctx).Error()
	case ctx.Err() != nil:
		return schema.Limited, context.Cause(ctx).Error() // its deadline
	}
	if failed(err) {
		return schema.Failed, err.Error()
	}
	if _, ok := errors.AsType[*extract.LimitError](err); ok {
		return schema.Limited, err.Error()
	}
	return schema.NotReady, err.Error()
}

// failed reports whether any of the errors joined in err is more than a vendor
// that is not ready or a limit that was reached: a failure outweighs both.
func failed(err error) bool {
	switch err := err.(type) {
	case *extract.NotReadyError, *extract.LimitError:
		return false
	case interface{ Unwrap() []error }:
		return slices.ContainsFunc(err.Unwrap(), failed)
	case interface{ Unwrap() error }:
		return err.Unwrap() == nil || failed(err.Unwrap())
	}
	return true
}
