package daemon

import (
	"context"

	"contactsync/internal/review"
	"contactsync/internal/run"
)

// deskOf is where pairs are reviewed under a runner's config.
func deskOf(r *run.Runner) review.Desk {
	return review.Desk{Overrides: r.Config.Identity.Overrides, MaxNames: r.Config.Identity.MaxNames}
}

// Review reads the first of the pairs that wait for a decision: from the warehouse, or
// during a run from its snapshot. It fails with a [*run.BusyError] where there is none.
// It opens the warehouse for one visitor at a time, and not while a run waits for it, so
// that no number of visitors holds up a run.
func (d *Daemon) Review(ctx context.Context, limit int) (q review.Queue, err error) {
	select {
	case d.reading <- struct{}{}:
		defer func() { <-d.reading }()
	case <-ctx.Done():
		return q, context.Cause(ctx)
	}
	r, read := d.current(), (*run.Runner).Read
	if d.begins() {
		read = (*run.Runner).ReadSnapshot
	}
	err = read(r, ctx, func(reader *run.Reader) error {
		if err := run.BringPeople(ctx, reader); err != nil {
			return err
		}
		q, err = deskOf(r).Queue(ctx, reader, limit)
		return err
	})
	if err != nil {
		return review.Queue{}, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.books.Open = q.Open
	return q, nil
}

// Decide writes a decision into the file of identity.overrides. The next run applies it.
func (d *Daemon) Decide(ctx context.Context, decision review.Decision) error {
	w, err := deskOf(d.current()).Decide(ctx, []review.Decision{decision})
	d.mu.Lock()
	defer d.mu.Unlock()
	d.books.Open = max(d.books.Open-w.New, 0) // until it is counted anew
	return err
}

// begins reports whether a run waits for the warehouse.
func (d *Daemon) begins() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.locking
}

func (d *Daemon) current() *run.Runner {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.runner
}
