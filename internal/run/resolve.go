package run

import (
	"context"
	"errors"

	"contactsync/load"
)

// Resolution is what an identity resolution by itself did.
type Resolution struct {
	Published
	load.Merged
	Warnings []string
}

// Resolve works out who is one person, without asking any vendor: what changed
// in the overrides or rules since the last run, or with rebuild everything, from
// nothing. Nothing stored gives the same people and the same ids. Then it
// publishes as a run does.
func Resolve(ctx context.Context, r *Runner, rebuild, wait bool) (res Resolution, err error) {
	s, err := r.Begin(ctx, wait)
	if err != nil {
		return res, err
	}
	people := r.People()
	if res.Merged, err = s.w.Resolve(ctx, NewRunID(r.Now()), people, rebuild); err != nil {
		return res, errors.Join(err, s.End())
	}
	res.Warnings = people.Warn(res.Merged)
	res.Published, err = s.Publish()
	return res, errors.Join(err, s.End())
}
