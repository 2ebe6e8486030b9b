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
func (d *Daemon) Review(ctx context.Context, limit int) (q review.Queue, err error) {
	d.reading.Lock()
	defer d.reading.Unlock()
	r := d.current()
	err = r.Read(ctx, func(reader *run.Reader) error {
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

func (d *Daemon) current() *run.Runner {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.runner
}
