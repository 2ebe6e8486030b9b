package privacy

import (
	"context"
	"errors"

	"contactsync/internal/run"
	"contactsync/load"
	"contactsync/load/duckdb"
	"contactsync/schema"
)

// overdue asks for everybody of whom a suppression tells.
func overdue(suppressions []schema.Suppression) []load.Request {
	return []load.Request{{Selector: schema.ByList, Suppressed: suppressions}}
}

// Overdue erases from a session's warehouse, which is an older copy, whom it must not
// hold any more, with the exports and the snapshot written anew if there was anybody. It
// is the Erase of a [run.Runner].
func Overdue(ctx context.Context, s *run.Session, suppressions []schema.Suppression) error {
	f, err := suppress(ctx, s, overdue(suppressions))
	for _, u := range f.Unwritten {
		s.Runner.Log.Error(u.String())
	}
	return err
}

// Cleanse erases from the closed warehouse file at path, which nobody else can read,
// whom it must not hold.
func Cleanse(ctx context.Context, r *run.Runner, path string, suppressions []schema.Suppression) (f Forgotten, err error) {
	successor, err := duckdb.Succeed(ctx, path, r.Options(false))
	if err != nil {
		return f, err
	}
	defer func() { err = errors.Join(err, successor.Discard()) }()
	k := keepOut{reason: reasonForgotten, at: r.Now().UTC()}
	if f, err = k.without(ctx, r, successor, overdue(suppressions)); err != nil {
		return f, err
	}
	if _, err := successor.Finish(ctx); err != nil {
		return f, err
	}
	return f, successor.Replace()
}
