package run

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"contactsync/extract"
	"contactsync/internal/config"
	"contactsync/internal/stage"
	"contactsync/load"
	"contactsync/load/duckdb"
	"contactsync/schema"
)

// Execution is one run of one pipeline under way.
type Execution struct {
	Runner   *Runner
	w        *duckdb.Warehouse
	settled  context.Context // for commits: it ends settleTime after the invocation is stopped
	Pipeline *config.Pipeline
	Run      schema.Run // as it stands
	options  Options
	err      error // how the reading ended
	merged   load.Merged
	progress Progress
	meter    *extract.Meter
	stager   *stage.Stager // nil before the first page
	stopping func() bool   // the user has stopped the run
	parts    load.Merged   // what was merged in parts
	unlooked int64         // rows that were read since it was last asked whether a part is to be merged
	parted   bool          // a part was
	atWork   *atomic.Int32 // how many pipelines of the session may be read or merged at a time

	turn     chan struct{} // closed when the pipelines after this one may merge
	turnOnce sync.Once

	mu       sync.Mutex // guards progress, waiting and warnings
	waiting  bool       // the source waits and has no page in flight
	warnings []string   // of the source, beside those of its pages
	stop     func()     // ends the source's context
}

func (s *Session) newExecution(p *config.Pipeline, o Options) *Execution {
	return &Execution{
		Runner: s.Runner, w: s.w, settled: s.settled, atWork: &s.atWork, Pipeline: p, options: o, meter: new(extract.Meter), turn: make(chan struct{}),
		progress: Progress{Pipeline: p.Name, Stream: p.Stream, State: Queued},
	}
}

// Warehouse is the warehouse that the run writes.
func (e *Execution) Warehouse() load.Warehouse { return e.w }

// NewStager makes the stager of the run.
func (e *Execution) NewStager(ctx context.Context) (s *stage.Stager, err error) {
	e.stager, err = stage.New(ctx, e.w, e.Pipeline, &e.Run, e.meter, e.Runner.Now)
	return e.stager, err
}

// alone reports whether no other pipeline is at work.
func (e *Execution) alone() bool { return e.atWork.Load() == 1 }

// read reads the source to its end, or as far as it comes, and commits. Its
// outcome is in the run's status.
func (e *Execution) read(ctx context.Context) {
	now := e.Runner.Now().UTC()
	e.Run = schema.Run{RunID: NewRunID(now), Pipeline: e.Pipeline.Name, StartedAt: now, Status: schema.Running}
	e.Show(func(p *Progress) { p.State, p.Started = Reading, now })
	e.Runner.Log.Info("run started", "pipeline", e.Pipeline.Name, "run_id", e.Run.RunID)
	e.err = e.readPages(ctx)
	e.Run.Requests, e.Run.Credits = e.meter.Requests(), e.meter.Credits()
	e.Run.Warnings = append(e.Run.Warnings, e.warnings...)
	e.Run.Status, e.Run.Error = outcome(ctx, e.err)
	e.judgeRejects()
	if e.stager != nil {
		e.stager.WarnOfSuppressed()
	}
}

// judgeRejects fails a run whose records were all rejected, since then the vendor
// has changed; of some rejected it warns.
func (e *Execution) judgeRejects() {
	switch {
	case e.Run.RowsRejected == 0:
	case e.Run.RowsRejected < e.Run.RowsRead:
		e.Run.Warnings = append(e.Run.Warnings, fmt.Sprintf("%d of %d records were rejected; see `sync rejects list`", e.Run.RowsRejected, e.Run.RowsRead))
	case e.Run.Status == schema.Succeeded:
		e.Run.Status = schema.Failed
		e.Run.Error = fmt.Sprintf("all %d records were rejected: the vendor's format may have changed; see `sync rejects list`", e.Run.RowsRead)
	}
}

func (e *Execution) readPages(ctx context.Context) (err error) {
	client, err := e.Runner.Client(e.Pipeline.Source)
	if err != nil {
		return err
	}
	state, err := e.state(ctx)
	if err != nil {
		return err
	}
	env := extract.Env{Client: client, Meter: e.meter, Log: e.Runner.Log.With("pipeline", e.Pipeline.Name), Now: e.Runner.Now, Wait: e.wait}
	env.MaxRecords, env.Warn = e.Pipeline.MaxRecords, extract.Once(e.warn)
	if env.Unmerged, err = e.w.Progress().Staged(ctx, e.Pipeline.Name); err != nil {
		return err
	}
	if e.Runner.Wake != nil {
		env.Wake = func(string) <-chan struct{} { return e.Runner.Wake(e.Pipeline.Source) }
	}
	s, err := e.NewStager(ctx)
	if err != nil {
		return err
	}
	s.StoreNew(e.alone)
	settled, cancel := settle(e.settled, ctx) // its deadline, too, leaves the run time to commit
	defer cancel()
	defer func() {
		if unsettled := s.Settle(); err == nil {
			err = unsettled
		}
	}()
	env.Book = func(credits int64) error { return s.Book(settled, credits) }
	source, warnings, err := e.Runner.open(ctx, e.Pipeline, e.w, e.options, env)
	if err != nil {
		return err
	}
	e.Run.Warnings = append(e.Run.Warnings, warnings...)
	if err := s.Flush(settled); err != nil { // the run's row, so that a crash leaves a trace
		return err
	}
	reading, end := e.lastPage(ctx)
	defer end()
	for page, err := range source.Pages(reading, state) {
		if err != nil {
			return errors.Join(err, s.Flush(settled))
		}
		if err := s.Add(settled, page); err != nil {
			return err
		}
		if err := e.mergeSoFar(settled, s, len(page.Records)); err != nil {
			return err
		}
		e.Show(func(p *Progress) {
			p.add(page)
			p.Requests, p.Credits = e.meter.Requests(), e.meter.Credits()
		})
		if ctx.Err() != nil {
			return errors.Join(context.Cause(ctx), s.Flush(settled))
		}
	}
	return s.Finish(settled)
}

// warn is told by the source, page or no page, what a person should look at.
func (e *Execution) warn(text string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.warnings = append(e.warnings, text)
	e.Runner.Log.Warn(text, "pipeline", e.Pipeline.Name)
}

// state is where the stream stands. A full run forgets it first, except for what
// was bought.
func (e *Execution) state(ctx context.Context) (extract.State, error) {
	positions, err := e.w.Progress().Positions(ctx, e.Pipeline.Name)
	if err != nil {
		return nil, err
	}
	state, forgotten := StateOf(positions, e.Pipeline.Traits, e.options.Full)
	if len(forgotten) == 0 {
		return state, nil
	}
	return state, e.w.Progress().ForgetPositions(ctx, e.Pipeline.Name, forgotten)
}

// StateOf is where a run begins that finds these positions, and the partitions
// that a full one forgets.
func StateOf(positions map[string]schema.Position, traits extract.Traits, full bool) (state extract.State, forgotten []string) {
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
func (e *Execution) merge(ctx context.Context) {
	e.Show(func(p *Progress) { p.State, p.Waiting = Merging, "" })
	e.Run.FinishedAt = e.Runner.Now().UTC()
	if e.alone() {
		debug.FreeOSMemory() // what reading needed, merging does not
	}
	merged, err := e.w.Merge(e.settled, &e.Run, e.tellAll(e.Runner.People()))
	if err != nil {
		// What is staged is merged by the next run. After a failure of the run,
		// such as a full disk, that of the merge is mostly the same again.
		switch {
		case e.Run.Status == schema.Failed:
		case ctx.Err() != nil:
			e.Run.Status, e.Run.Error = schema.Interrupted, context.Cause(ctx).Error()
		default:
			e.Run.Status, e.Run.Error = schema.Failed, errors.Join(errorOf(e.Run.Error), err).Error()
		}
		if err := e.w.Commit(context.WithoutCancel(ctx), load.Batch{Run: e.Run}); err != nil {
			e.Runner.Log.Error("the run's end could not be stored", "pipeline", e.Pipeline.Name, "error", err)
		}
	}
	e.merged = merged
	e.Show(func(p *Progress) { p.State, p.Run = Done, &e.Run })
	took := e.Runner.Now().Sub(e.Run.StartedAt) // with its merge, of which finished_at cannot tell: it is stored by it
	log := e.Runner.Log.With("pipeline", e.Pipeline.Name, "run_id", e.Run.RunID, "status", e.Run.Status, "rows_read", e.Run.RowsRead,
		"new", e.Run.RowsNew, "changed", e.Run.RowsChanged, "rejected", e.Run.RowsRejected, "requests", e.Run.Requests, "credits", e.Run.Credits,
		"took", took.Round(time.Millisecond))
	switch {
	case e.Run.Status == schema.Succeeded:
		log.Info("run ended")
	case e.Runner.TellsErrors:
		log.Error("run ended")
	default:
		log.Error("run ended", "error", e.Run.Error)
	}
}

func errorOf(text string) error {
	if text == "" {
		return nil
	}
	return errors.New(text)
}

// Show updates what a display shows of the run.
func (e *Execution) Show(change func(*Progress)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	change(&e.progress)
	e.Runner.Progress(e.progress)
}

// wait is told by the source that it waits.
func (e *Execution) wait(what string, d time.Duration) {
	if d >= longWait {
		e.giveWay()
	}
	e.Show(func(p *Progress) {
		e.waiting = what != ""
		if e.waiting && e.stopping() {
			e.stop()
		}
		p.State, p.Waiting, p.Until = Reading, what, time.Time{}
		if e.waiting {
			p.State, p.Until = Waiting, e.Runner.Now().Add(d)
		}
	})
}

// outcome is the status and the message of a run that ended with err.
func outcome(ctx context.Context, err error) (status, message string) {
	switch {
	case err == nil:
		return schema.Succeeded, ""
	case overtaken(ctx):
		return schema.Failed, context.Cause(ctx).Error()
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

// Replay is a run without a vendor: do takes in what the warehouse has kept.
func (s *Session) Replay(ctx context.Context, p *config.Pipeline, do func(context.Context, *Execution) error) schema.Run {
	ctx, release := s.whileHeld(ctx)
	defer release()
	e := s.newExecution(p, Options{})
	now := e.Runner.Now().UTC()
	e.Run = schema.Run{RunID: NewRunID(now), Pipeline: e.Pipeline.Name, StartedAt: now, Status: schema.Running, Replay: true}
	e.Show(func(p *Progress) { p.State, p.Started = Reading, now })
	e.Runner.Log.Info("replay started", "pipeline", e.Pipeline.Name, "run_id", e.Run.RunID)
	e.err = e.w.Commit(ctx, load.Batch{Run: e.Run}) // the run's row, so that a crash leaves a trace
	if e.err == nil {
		e.err = do(ctx, e)
	}
	e.Run.Status, e.Run.Error = outcome(ctx, e.err)
	e.merge(ctx)
	return e.Run
}
