package pipeline

import (
	"context"
	"time"

	"contactsync/extract"
	"contactsync/internal/config"
	"contactsync/internal/crash"
	"contactsync/internal/words"
	"contactsync/load"
	"contactsync/load/duckdb"
	"contactsync/schema"
	"contactsync/transform"
)

// Pages gather into one commit until it has this many records, or bytes of
// payload, or is this old; what a crash can lose is read again. A warehouse whose
// commits take long, as a large one's do, gathers for some commits' time, so that
// most of a run is reading. The bytes bound memory: a batch on its way through the
// rules takes about ten times its payload, and four sources may be at it.
const (
	batchRows   = 10_000
	batchBytes  = 8 << 20
	batchAge    = 300 * time.Millisecond
	batchMaxAge = 2 * time.Second
	batchRatio  = 5 // age of a batch over the time of the last commit
)

// stager turns pages into batches: it keeps only what differs from what is
// stored, folds it with the other versions of each record, and normalises it.
type stager struct {
	w        *duckdb.Warehouse
	pipeline *config.Pipeline
	rules    *transform.Rules
	drop     dropper
	now      func() time.Time
	run      *schema.Run
	meter    *extract.Meter
	drift    *drift
	guard    *guard

	pages []extract.Page
	rows  int
	bytes int // of payload
	since time.Time
	took  time.Duration // by the last commit

	stored schema.Run // as the last commit left it
}

// newStager makes the stager of a run.
func (e *execution) newStager(ctx context.Context) (*stager, error) {
	rules, err := transform.RulesOf(e.pipeline.Source)
	if err != nil {
		return nil, err
	}
	d, err := newDrift(ctx, e.w, e.pipeline, rules)
	if err != nil {
		return nil, err
	}
	hashes, err := e.w.Suppressions(ctx)
	if err != nil {
		return nil, err
	}
	e.guard = newGuard(hashes, rules)
	return &stager{
		w: e.w, pipeline: e.pipeline, rules: rules, drop: dropper(e.pipeline.DropFields), now: e.Now, run: &e.run, meter: e.meter, drift: d, guard: e.guard,
	}, nil
}

// add takes a page and commits when it is time. Pages that cost money, and those
// that only carry a checkpoint, are committed at once.
func (s *stager) add(ctx context.Context, p extract.Page) error {
	if len(s.pages) == 0 {
		s.since = s.now()
	}
	s.pages = append(s.pages, p)
	s.rows += len(p.Records)
	for _, r := range p.Records {
		s.bytes += len(r.Raw)
	}
	full := s.rows >= crash.Small(batchRows) || s.bytes >= batchBytes
	if s.pipeline.Traits.Paid || full || len(p.Records) == 0 || s.now().Sub(s.since) >= s.age() {
		return s.flush(ctx)
	}
	return nil
}

// age is how long pages gather.
func (s *stager) age() time.Duration {
	return min(max(batchAge, batchRatio*s.took), batchMaxAge)
}

// flush commits the pages gathered so far, with the run's counters.
func (s *stager) flush(ctx context.Context) error {
	started := s.now()
	b, err := s.gather(ctx)
	if err != nil {
		return err
	}
	err = s.commit(ctx, b)
	s.took = s.now().Sub(started)
	return err
}

// book stores that the run may have cost so many credits more than are counted:
// what is asked for next is paid for even if this process dies before its answer
// is stored. The next commit tells what it came to.
func (s *stager) book(ctx context.Context, credits int64) error {
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

// finish commits the last pages of a source that was read to its end, with what
// the whole run says of its fields.
func (s *stager) finish(ctx context.Context) error {
	b, err := s.gather(ctx)
	if err != nil {
		return err
	}
	s.drift.conclude()
	if n := s.drift.total; n > 0 {
		s.run.Warnings = append(s.run.Warnings, words.Counted(n, "field", "fields")+" changed; see etl.drift")
	}
	return s.commit(ctx, b)
}

// gather makes a batch of the pages gathered so far.
func (s *stager) gather(ctx context.Context) (*build, error) {
	pages := make([][]*served, len(s.pages))
	var all []*served
	for i, p := range s.pages {
		l := listingOf(p)
		records := make([]served, len(p.Records))
		for j, r := range p.Records {
			records[j] = served{Record: r, listing: l}
			pages[i] = append(pages[i], &records[j])
		}
		all = append(all, pages[i]...)
	}
	if err := s.prepare(ctx, s.guard.admit(all)); err != nil {
		return nil, err
	}
	b := s.newBuild()
	for i, p := range s.pages {
		b.page(p, pages[i])
	}
	return b, b.fold(ctx)
}

// commit stores a batch with the run's counters.
func (s *stager) commit(ctx context.Context, b *build) error {
	s.run.Requests, s.run.Credits = s.meter.Requests(), s.meter.Credits()
	b.batch.Fields, b.batch.Drifts = s.drift.take(s.run.RunID, s.now().UTC())
	b.batch.Run = *s.run
	if err := s.w.Commit(ctx, b.batch); err != nil {
		s.run.RowsRead, s.run.RowsRejected = s.stored.RowsRead, s.stored.RowsRejected // the next run reads them again
		return err
	}
	s.stored = b.batch.Run
	s.pages, s.rows, s.bytes = nil, 0, 0
	return nil
}
