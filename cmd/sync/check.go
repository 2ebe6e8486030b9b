package main

import (
	"fmt"

	"contactsync/internal/config"
	"contactsync/internal/plan"
	"contactsync/internal/words"

	"github.com/spf13/cobra"
)

func (a *app) check() *cobra.Command {
	var offline bool
	c := &cobra.Command{
		Use:   "check [PIPELINE...]",
		Short: "Check config and credentials; say what a night would read and cost",
		Long: "check validates the config, checks each credential by the vendor's cheapest free call, and says what each\n" +
			"pipeline would read and, where it costs, the most that a night can cost.",
		Example:           "  sync check\n  sync check --offline",
		ValidArgsFunction: a.completePipelines,
	}
	c.Flags().BoolVar(&offline, "offline", false, "ask no vendor")
	format := outputFlag(c)
	c.RunE = func(c *cobra.Command, names []string) error {
		r, err := a.runner(a.logger(false))
		if err != nil {
			return err
		}
		a.warn(r.Config)
		if missing := r.Config.MissingVariables(names...); len(missing) > 0 {
			return &config.MissingError{Missing: missing}
		}
		if len(r.Config.MissingIn("alerts")) == 0 {
			if _, err := addresses(r.Config); err != nil {
				return err
			}
		}
		list, err := plan.Check(c.Context(), r, names, offline)
		if err != nil {
			return err
		}
		g := grid{columns: []string{"what", "name", "ok", "detail", "max_credits"}}
		failed := 0
		for _, item := range list {
			detail, cost := item.Detail, any(item.Cost)
			if item.Cost < 0 {
				cost, detail = nil, detail+"; nothing bounds what it costs: set max_credits"
			}
			if item.Kind == "source" {
				cost = nil
			}
			if item.Problem != nil {
				failed++
				detail, cost = item.Problem.Error(), nil
			}
			g.rows = append(g.rows, []any{item.Kind, item.Name, item.OK, detail, cost})
		}
		if err := g.print(a.stdout, *format); err != nil {
			return err
		}
		if failed > 0 {
			return &exitError{exitFailed, fmt.Sprintf("%d of %s failed", failed, words.Counted(len(list), "check", "checks"))}
		}
		return nil
	}
	return c
}
