package plan

import (
	"context"
	"errors"

	"contactsync/internal/run"
)

// checkRetention says how many would go by their age at the next run. It opens the
// warehouse only where the config asks for that.
func checkRetention(ctx context.Context, r *run.Runner) []Checked {
	keep := r.Config.Retention
	if max(keep.People, keep.Events, keep.Matches, keep.Memberships, keep.Changes) == 0 {
		return nil
	}
	if begun, err := run.Begun(ctx, r); err == nil && !begun {
		return nil
	}
	c := Checked{Kind: "retention", Name: "people"}
	err := r.Read(ctx, func(reader *run.Reader) error {
		retiring, err := run.Retiring(ctx, r, reader)
		c.Detail = "nothing is old enough to go at the next run"
		if retiring.OfPeople() > 0 {
			c.Detail = retiring.String() + " would go at the next run, unless it serves them"
		}
		return err
	})
	if busy, ok := errors.AsType[*run.BusyError](err); ok {
		c.Detail, err = busy.Error(), nil
	}
	c.OK, c.Problem = err == nil, err
	return []Checked{c}
}
