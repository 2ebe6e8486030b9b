package main

import (
	"contactsync/internal/run"

	"github.com/spf13/cobra"
)

func (a *app) resolve() *cobra.Command {
	var rebuild, wait bool
	c := &cobra.Command{
		Use:   "resolve",
		Short: "Work out who is one person, without asking any vendor",
		Long: "resolve applies what changed in identity.overrides and in the identity settings since the last run.\n" +
			"With --rebuild it resolves all records from nothing; unchanged data gives the same people and the same ids.",
		Example: "  sync resolve            after a change of identity.yaml\n  sync resolve --rebuild",
		Args:    cobra.NoArgs,
	}
	c.Flags().BoolVar(&rebuild, "rebuild", false, "resolve all records from nothing")
	c.Flags().BoolVar(&wait, "wait", false, "wait while another process writes the warehouse")
	format := outputFlag(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		r, err := a.runner(a.logger(false))
		if err != nil {
			return err
		}
		res, err := run.Resolve(c.Context(), r, rebuild, wait)
		if err != nil {
			return err
		}
		for _, w := range res.Warnings {
			a.caution("sync", w)
		}
		g := grid{columns: []string{"contacts_changed", "records_moved", "identifiers_shared", "identifiers_blocked"}}
		g.rows = append(g.rows, []any{res.Contacts, res.Moved, res.Shared, res.Blocked})
		return g.print(a.stdout, *format)
	}
	return c
}
