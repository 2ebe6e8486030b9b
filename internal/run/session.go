package run

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"contactsync/extract"
	"contactsync/internal/config"
	"contactsync/load"
	"contactsync/load/duckdb"
	"contactsync/load/duckdb/report"
	"contactsync/load/export"
	"contactsync/schema"
)

// Session is the warehouse locked and open for the runs of one invocation.
type Session struct {
	Runner    *Runner
	w         *duckdb.Warehouse
	lock      *load.Lock
	recovered int64
	stopBoard func()
	settled   context.Context // for what is still done once the invocation is stopped
	release   func()          // of that context
	stopped   func() bool     // whether the invocation is
	atWork    atomic.Int32    // how many pipelines may be read or merged at a time
}

// Published is what an invocation wrote for others to read.
type Published struct {
	Exports  []export.Result
	Current  []string // exports that now hold all there is: written, or found to lack nothing
	Failed   []string // exports that could not be written
	Snapshot string   // path, "" = none configured
	Retired  Retired  // what went before, because of its age
}

// Begin takes the lock, opens the warehouse, closes the runs that a crash left running,
// and erases whom an older copy must not hold.
func (r *Runner) Begin(ctx context.Context, wait bool) (*Session, error) {
	if _, err := r.Overrides(); err != nil {
		return nil, err
	}
	lock, err := r.acquire(ctx, wait)
	if err != nil {
		return nil, err
	}
	s := &Session{Runner: r, lock: lock, stopped: func() bool { return ctx.Err() != nil }}
	s.settled, s.release = settle(context.WithoutCancel(ctx), ctx)
	if s.w, err = r.openToWrite(ctx, wait); err != nil {
		return nil, errors.Join(err, s.End())
	}
	if s.recovered, err = s.w.Recover(ctx); err != nil {
		return nil, errors.Join(err, s.End())
	}
	if err := s.catchUp(ctx); err != nil {
		return nil, errors.Join(err, s.End())
	}
	s.stopBoard = r.postState(ctx)
	return s, nil
}

// Within does something with a session, and ends it.
func (r *Runner) Within(ctx context.Context, wait bool, do func(*Session) error) error {
	s, err := r.Begin(ctx, wait)
	if err != nil {
		return err
	}
	return errors.Join(do(s), s.End())
}

// Warehouse is the open warehouse.
func (s *Session) Warehouse() *duckdb.Warehouse { return s.w }

// Recovered is how many runs of a crashed process were closed.
func (s *Session) Recovered() int64 { return s.recovered }

// Settled is the context for what is still done once the invocation was stopped: it
// ends a little after that.
func (s *Session) Settled() context.Context { return s.settled }

// Publish removes what is no longer kept, writes the exports that are due and then, with
// the warehouse closed, the snapshot. Tables that Spark holds are maintained in its place. Where people go by their age, all of these are made
// of the new file instead. Nothing can run after it.
func (s *Session) Publish() (p Published, err error) {
	if err := s.lost(); err != nil {
		return p, err
	}
	pruned, pruneErr := s.prune(s.settled)
	erased, published, expireErr := s.expire(s.settled)
	p = erased.Published
	p.Retired = Retired{Pruned: pruned, People: int64(len(erased.Contacts)), Records: int64(len(erased.Records))}
	s.logRetired(p.Retired)
	err = errors.Join(pruneErr, expireErr)
	for _, u := range erased.Unwritten {
		err = errors.Join(err, errors.New(u.String()))
	}
	if published {
		return p, err
	}
	defer s.Runner.Publishing()()
	var beside sync.WaitGroup
	if !s.Runner.inLake() { // whose file is gone when it is closed
		beside.Go(func() { _ = duckdb.Checkpoint(s.settled, s.w) }) // else closing would take so long; if this fails, so does that
	}
	written, exportErr := s.Runner.export(s.settled, s.w, nil)
	beside.Wait()
	p.Exports, p.Current, p.Failed = written.Exports, written.Current, written.Failed
	err = errors.Join(err, exportErr, s.maintain(), s.Close())
	if s.Runner.Config.Warehouse.Snapshot.IsZero() {
		return p, err
	}
	path := s.Runner.Config.Warehouse.Snapshot.Full
	if snapshotErr := export.Snapshot(s.settled, s.Runner.Config.Warehouse.Path.Full, path, duckdb.Strip); snapshotErr != nil {
		return p, errors.Join(err, snapshotErr)
	}
	p.Snapshot = path
	return p, err
}

// maintain keeps the tables quick that Spark holds. A run that is to stop leaves it to the next.
func (s *Session) maintain() error {
	if s.stopped() || s.lost() != nil {
		return nil
	}
	return duckdb.Maintain(s.settled, s.w)
}

// Close closes the warehouse; the lock is kept.
func (s *Session) Close() error {
	if s.stopBoard != nil {
		s.stopBoard()
		s.stopBoard = nil
	}
	if s.w == nil {
		return nil
	}
	w := s.w
	s.w = nil
	return w.Close()
}

// End closes what is open and gives the lock back.
func (s *Session) End() error {
	defer s.release()
	return errors.Join(s.Close(), s.lock.Release())
}

// Finished is how the run of a pipeline ended.
type Finished struct {
	Run    schema.Run
	Drifts []schema.Drift // first met by this run
	Final  bool           // trying again would change nothing: the vendor refuses the credential, or knows no such thing
}

// Run runs one pipeline. It is read within the deadline, and merged even when
// that has passed.
func (s *Session) Run(ctx context.Context, p *config.Pipeline, deadline time.Duration) Finished {
	s.atWork.Add(1)
	defer s.atWork.Add(-1)
	e := s.newExecution(p, Options{})
	ctx, release := s.whileHeld(ctx)
	defer release()
	reading, cancel := context.WithTimeoutCause(ctx, deadline, &extract.LimitError{
		Source: p.Source, Limit: "deadline", Detail: fmt.Sprintf("the run took longer than %s; the next one goes on from here", deadline),
	})
	defer cancel()
	e.read(reading)
	e.merge(ctx)
	f := Finished{Run: e.Run, Final: final(e.err)}
	drifts, err := report.DriftsOf(s.settled, s.w, e.Run.RunID)
	if err != nil {
		s.Runner.Log.Error("the run's drift cannot be read", "pipeline", p.Name, "error", err)
	}
	f.Drifts = drifts
	return f
}

// final reports whether an error, and all that is joined in it, is an answer that the
// vendor would give again: the credential is refused, or an id of the config is wrong.
func final(err error) bool {
	switch err := err.(type) {
	case *extract.APIError:
		return err.Refused() || err.Status == http.StatusNotFound
	case interface{ Unwrap() []error }:
		joined := err.Unwrap()
		return len(joined) > 0 && !slices.ContainsFunc(joined, func(e error) bool { return !final(e) })
	case interface{ Unwrap() error }:
		return final(err.Unwrap())
	}
	return false
}
