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
			"With --rebuild it resolves all records from nothing; unchanged data gives the same people and the same ids.",
		Example: "  sync resolve            after a change of identity.yaml\n  sync resolve --rebuild",
		Args:    cobra.NoArgs,
	}
	rebuild := c.Flags().Bool("rebuild", false, "resolve all records from nothing")
	wait, format := waitFlag(c), outputFlag(c)
	return a.withRunner(c, func(ctx context.Context, r *run.Runner, _ []string) error {
		return a.runResolve(ctx, r, *rebuild, *wait, *format)
	})
}

// runResolve resolves, and says what came of it.
func (a *app) runResolve(ctx context.Context, r *run.Runner, rebuild, wait bool, format string) error {
	res, err := run.Resolve(ctx, r, rebuild, wait)
	if err != nil {
		return err
	}
	for _, w := range res.Warnings {
		a.caution("sync", w)
	}
	g := grid{columns: []string{"contacts_changed", "records_moved", "identifiers_shared", "identifiers_blocked"}}
	g.add(res.Contacts, res.Moved, res.Shared, res.Blocked)
	return g.print(a.stdout, format)
}
