package main

import (
	"context"

	"contactsync/internal/run"

	"github.com/spf13/cobra"
)

func (a *app) resolve() *cobra.Command {
	c := &cobra.Command{
		Use:   "resolve",
		Short: "Work out who is one person, without asking any vendor",
		Long: "resolve applies what changed in identity.overrides and in the identity settings since the last run.\n" +
			"With --rebuild it resolves all records from nothing; unchanged data gives the same people and the same ids.\n" +
			"The first run of a sync with the guard only tells how many contacts it would split, and the next run splits them;\n" +
			"--apply-guard splits them at once. contacts_split counts those that are told of and not split yet.",
		Example: "  sync resolve            after a change of identity.yaml\n  sync resolve --rebuild\n  sync resolve --apply-guard",
		Args:    arguments(0, 0),
	}
	rebuild := c.Flags().Bool("rebuild", false, "resolve all records from nothing")
	applyGuard := c.Flags().Bool("apply-guard", false, "split at once what identity.guard would split with the next run")
	wait, format := waitFlag(c), outputFlag(c)
	return a.withRunner(c, func(ctx context.Context, r *run.Runner, _ []string) error {
		return a.runResolve(ctx, r, run.ResolveOptions{Rebuild: *rebuild, ApplyGuard: *applyGuard, Wait: *wait}, *format)
	})
}

// runResolve resolves, and says what came of it.
func (a *app) runResolve(ctx context.Context, r *run.Runner, o run.ResolveOptions, format string) error {
	a.working.Store(true)
	res, err := run.Resolve(ctx, r, o)
	a.working.Store(false)
	if err != nil {
		return err
	}
	for _, w := range res.Warnings {
		a.caution(a.called(), w)
	}
	g := grid{columns: []string{
		"contacts_changed", "records_moved", "identifiers_shared", "identifiers_blocked", "identifiers_doubtful", "identifiers_large",
		"contacts_split",
	}}
	g.add(res.Contacts, res.Moved, res.Shared, res.Blocked, res.Refused, res.Large, res.Splits)
	return g.print(a.stdout, format)
}
