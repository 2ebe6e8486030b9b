// Package stage turns the pages of a run into batches: pages in, batch out.
//
// A batch keeps only what differs from what is stored. A record whose payload its
// audience served last is not even parsed: only its membership is noted. What
// changed is parsed, kept from people who must stay out, and staged as a version of
// its record. The merge lays the versions over each other and normalises them, by
// [Fold]. A record that is new is folded here.
package stage

import (
	"context"
	"errors"
	"time"

	"contactsync/extract"
	"contactsync/internal/config"
	"contactsync/internal/crash"
	"contactsync/internal/words"
	"contactsync/load"
	"contactsync/schema"
	"contactsync/transform"
)

// Pages gather into one commit until it has this many records, or bytes of
// payload, or is this old; what a crash can lose is read again. A warehouse whose
// commits take long, as a large one's do, gathers for some commits' time, so that
// most of a run is reading. The bytes bound memory: a batch on its way through the
// rules takes about ten times its payload, another is committed meanwhile, and four
// sources may be at it.
const (
	batchRows   = 10_000
	batchBytes  = 4 << 20
	batchAge    = 300 * time.Millisecond
	batchMaxAge = 2 * time.Second
	batchRatio  = 5 // age of a batch over the time of the last commit
)

// Stager turns pages into batches: it keeps only what differs from what is
// stored.
type Stager struct {
	w        Warehouse
	pipeline *config.Pipeline
	rules    *transform.Rules
	drop     Dropper
	now      func() time.Time
	run      *schema.Run
	meter    *extract.Meter
	drift    *drift
	guard    *guard

	alone func() bool // nil: never. No other pipeline writes now, nor will before this one's merge unless it sees what this one stores

	pages []extract.Page
	rows  int
	bytes int // of payload
	since time.Time
	took  time.Duration // by making and writing the last batch

	writer   writer
	pending  pending
	underway []*underway
	unusable int64 // stored payloads that a replay cannot use
}

// Warehouse is what staging needs of a warehouse.
type Warehouse interface {
	Begin(context.Context) (load.Transaction, error)
	Lookup() load.Lookup
	History() load.History
	Rejects() load.Rejects
}

// New makes the stager of a run, whose counters and warnings it keeps up to date.
func New(ctx context.Context, w Warehouse, p *config.Pipeline, run *schema.Run, meter *extract.Meter, now func() time.Time) (*Stager, error) {
	rules, err := transform.RulesOf(p.Source)
	if err != nil {
		return nil, err
	}
	d, err := newDrift(ctx, w.Lookup(), p, rules)
	if err != nil {
		return nil, err
	}
	hashes, err := w.Lookup().Suppressions(ctx)
	if err != nil {
		return nil, err
	}
	return &Stager{
		w: w, pipeline: p, rules: rules, drop: p.DropFields, now: now, run: run, meter: meter, drift: d, guard: newGuard(hashes, rules),
		writer: writer{w: w, now: now},
	}, nil
}

// StoreNew makes the batches store new records themselves while no other pipeline is at
// work: half of what a first load writes is not written twice then. A pipeline counts as
// at work from before its first look-up until after its merge.
func (s *Stager) StoreNew(alone func() bool) { s.alone = alone }

func (s *Stager) isAlone() bool { return s.alone != nil && s.alone() }

// Suppressed is how many people were left out because they must stay out.
func (s *Stager) Suppressed() int { return s.guard.count() }

// WarnOfSuppressed says in the run how many people were left out.
func (s *Stager) WarnOfSuppressed() {
	if warning, some := s.guard.warning(); some {
		s.run.Warnings = append(s.run.Warnings, warning)
	}
}

// Add takes a page, and begins to commit when it is time: a failure may be told by a
// later call. Pages that cost money, and those that only carry a checkpoint, are
// committed at once.
func (s *Stager) Add(ctx context.Context, p extract.Page) error {
	if len(s.pages) == 0 {
		s.since = s.now()
	}
	s.pages = append(s.pages, p)
	s.rows += len(p.Records)
	for _, r := range p.Records {
		s.bytes += len(r.Raw)
	}
	full := s.rows >= crash.Small(batchRows) || s.bytes >= batchBytes
	switch {
	case s.pipeline.Traits.Paid || len(p.Records) == 0:
		return s.Flush(ctx)
	case full || s.now().Sub(s.since) >= s.age():
		return s.begin(ctx, full)
	}
	return nil
}

// age is how long pages gather.
func (s *Stager) age() time.Duration {
	return min(max(batchAge, batchRatio*s.took), batchMaxAge)
}

// Flush commits the pages gathered so far, with the run's counters.
func (s *Stager) Flush(ctx context.Context) error {
	if err := s.begin(ctx, false); err != nil {
		return err
	}
	return s.Settle()
}

// begin makes a batch of the pages gathered so far and begins to write it; more may
// follow soon.
func (s *Stager) begin(ctx context.Context, more bool) error {
	started := s.now()
	b, err := s.gather(ctx)
	if err == nil {
		err = s.send(ctx, b, started, more)
	}
	return err
}

// Finish commits the last pages of a source that was read to its end, with what
// the whole run says of its fields.
func (s *Stager) Finish(ctx context.Context) error {
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

// gather makes a batch of the pages gathered so far. If it cannot, those before are stored
// and no transaction is left open, which would hold up whoever writes next.
func (s *Stager) gather(ctx context.Context) (*build, error) {
	b, err := s.make(ctx)
	if err != nil {
		err = errors.Join(err, s.Settle())
		s.countStored()
	}
	return b, err
}

func (s *Stager) make(ctx context.Context) (*build, error) {
	pages := make([][]*served, len(s.pages))
	var all []*served
	for i, p := range s.pages {
		l := listingOf(p)
		records := make([]served, len(p.Records))
		for j, r := range p.Records {
			records[j] = served{Record: r, listing: l}
			records[j].bound()
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
	return b, b.changes()
}
