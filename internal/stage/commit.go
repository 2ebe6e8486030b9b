package stage

import (
	"context"
	"hash/maphash"
	"maps"
	"time"

	"contactsync/load"
)

// Batches are written while the pages of the next are read, in their order: two are on
// their way at most, so memory holds three. Where a vendor serves them fast, and no other
// pipeline waits for the warehouse, several are committed together. What must see them
// stored waits for that: look-ups of the same records, whatever books credits, and the end
// of the reading. So a process that is killed has lost what it read since a commit, as
// ever, and a later page is never stored without those before it.

// pending is what was sent and may not be committed yet: by the hash of an id, the number
// of the batch.
type pending struct {
	batches map[uint64]int64
	sent    int64 // the number of the last batch
	cleared int64 // the number of the last batch of which nothing is left in the map
}

var seed = maphash.MakeSeed()

// add gives a batch its number, and notes of whom it is. Those up to committed are no
// longer pending.
func (p *pending) add(b *load.Batch, committed int64) (number int64) {
	if p.batches == nil {
		p.batches = map[uint64]int64{}
	}
	if committed > p.cleared {
		maps.DeleteFunc(p.batches, func(_ uint64, batch int64) bool { return batch <= committed })
		p.cleared = committed
	}
	p.sent++
	for _, r := range b.New {
		p.batches[maphash.String(seed, r.Record.SourceID)] = p.sent
	}
	for _, v := range b.Versions {
		p.batches[maphash.String(seed, v.SourceID)] = p.sent
	}
	for _, e := range b.Events {
		p.batches[maphash.String(seed, e.EventID)] = p.sent
	}
	return p.sent
}

// has reports whether a batch after those that are committed is of this record or event.
func (p *pending) has(id string, committed int64) bool {
	return p.batches[maphash.String(seed, id)] > committed
}

// onTheirWay is how many batches may be on their way. One would do if each took as long to
// write as to read, but one in five fills a row group, which is compressed then.
const onTheirWay = 2

// underway is a batch on its way.
type underway struct {
	done chan struct{}
	took time.Duration // once it is done: to make and write it
	err  error         // why it, or one before it, could not be stored
}

// send begins to write a batch, which was begun to be made at a time, after those before.
// Where one of those failed it fails.
func (s *Stager) send(ctx context.Context, b *build, started time.Time, more bool) error {
	if err := s.wait(onTheirWay - 1); err != nil {
		return s.Settle()
	}
	s.run.Requests, s.run.Credits = s.meter.Requests(), s.meter.Credits()
	b.batch.Fields, b.batch.Drifts = s.drift.take(s.run.RunID, s.now().UTC())
	b.batch.Run = *s.run
	one := sent{number: s.pending.add(&b.batch, s.writer.committed.Load()), batch: b.batch, rows: s.rows, more: more && s.isAlone()}
	var before *underway
	if n := len(s.underway); n > 0 {
		before = s.underway[n-1]
	}
	this := &underway{done: make(chan struct{})}
	go func() {
		defer close(this.done)
		if before != nil {
			<-before.done
		}
		this.err = s.writer.write(ctx, one)
		this.took = s.now().Sub(started)
	}()
	s.underway = append(s.underway, this)
	s.pages, s.rows, s.bytes = nil, 0, 0
	return nil
}

// wait waits until no more than some batches are on their way.
func (s *Stager) wait(atMost int) (err error) {
	for len(s.underway) > atMost {
		first := s.underway[0]
		<-first.done
		s.took, err = first.took, first.err
		s.underway = s.underway[1:]
	}
	return err
}

// Settle stores what was sent and is not stored yet. However a reading ends, it leaves
// nothing open.
func (s *Stager) Settle() error {
	_ = s.wait(0) // the writer keeps its error
	err := s.writer.settle()
	if err != nil {
		s.countStored()
	}
	return err
}

// countStored leaves out of the run's counters what was read and is not stored: the next
// run reads it again.
func (s *Stager) countStored() {
	s.run.RowsRead, s.run.RowsRejected = s.writer.stored.RowsRead, s.writer.stored.RowsRejected
}

// settleFor settles if something that is not stored yet is of one of these records.
func (s *Stager) settleFor(ids func(func(string) bool)) error {
	committed := s.writer.committed.Load()
	for id := range ids {
		if s.pending.has(id, committed) {
			return s.Settle()
		}
	}
	return nil
}

// commit stores a batch with the run's counters.
func (s *Stager) commit(ctx context.Context, b *build) error {
	if err := s.send(ctx, b, s.now(), false); err != nil {
		return err
	}
	return s.Settle()
}

// Book stores that the run may have cost so many credits more than are counted:
// what is asked for next is paid for even if this process dies before its answer
// is stored. The next commit tells what it came to.
func (s *Stager) Book(ctx context.Context, credits int64) error {
	if err := s.Settle(); err != nil {
		return err
	}
	stored := s.writer.stored
	run := stored
	run.Requests, run.Credits = s.meter.Requests(), s.meter.Credits()+credits
	if run.Credits <= stored.Credits {
		return nil // an attempt before this one has booked it
	}
	return s.writer.write(ctx, sent{number: s.pending.sent, batch: load.Batch{Run: run}})
}
