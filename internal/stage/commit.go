package stage

import (
	"context"
	"time"

	"contactsync/load"
	"contactsync/schema"
)

// A batch is committed while the pages of the next are read: one is under way at most,
// so batches are stored in their order and memory holds two. What must see the batch
// before it waits for it: the look-ups of the next ([Stager.prepare]), whatever books
// credits, and the end of the reading. So a process that is killed has lost what it
// read since a commit, as ever, and a later page is never stored without those before it.

// underway is a batch on its way into the warehouse.
type underway struct {
	run     schema.Run // as the batch has it
	started time.Time  // when it was begun to be made
	done    chan error
}

// send begins to commit a batch, which was begun to be made at a time. No other is
// under way, since making it has waited for that.
func (s *Stager) send(ctx context.Context, b *build, started time.Time) {
	s.run.Requests, s.run.Credits = s.meter.Requests(), s.meter.Credits()
	b.batch.Fields, b.batch.Drifts = s.drift.take(s.run.RunID, s.now().UTC())
	b.batch.Run = *s.run
	sent := &underway{run: b.batch.Run, started: started, done: make(chan error, 1)}
	batch := b.batch
	go func() { sent.done <- s.w.Commit(ctx, batch) }()
	s.underway = sent
	s.pages, s.rows, s.bytes = nil, 0, 0
}

// settle waits for the batch that is under way. Once a commit has failed it always
// fails: what came after is not stored without it.
func (s *Stager) settle() error {
	sent := s.underway
	if sent == nil {
		return s.failed
	}
	s.underway = nil
	if s.failed = <-sent.done; s.failed != nil {
		s.run.RowsRead, s.run.RowsRejected = s.stored.RowsRead, s.stored.RowsRejected // the next run reads them again
		return s.failed
	}
	s.stored, s.took = sent.run, s.now().Sub(sent.started)
	return nil
}

// commit stores a batch with the run's counters.
func (s *Stager) commit(ctx context.Context, b *build) error {
	s.send(ctx, b, s.now())
	return s.settle()
}

// Book stores that the run may have cost so many credits more than are counted:
// what is asked for next is paid for even if this process dies before its answer
// is stored. The next commit tells what it came to.
func (s *Stager) Book(ctx context.Context, credits int64) error {
	if err := s.settle(); err != nil {
		return err
	}
	run := s.stored
	run.Requests, run.Credits = s.meter.Requests(), s.meter.Credits()+credits
	if run.Credits <= s.stored.Credits {
		return nil // an attempt before this one has booked it
	}
	if err := s.w.Commit(ctx, load.Batch{Run: run}); err != nil {
		return err
	}
	s.stored = run
	return nil
}
