package main

import (
	"context"
	"fmt"
	"strings"

	"contactsync/internal/config"
	"contactsync/internal/config/proxy"
	"contactsync/internal/plan"
	"contactsync/internal/run"
	"contactsync/internal/words"

	"github.com/spf13/cobra"
)

func (a *app) check() *cobra.Command {
	c := &cobra.Command{
		Use:   "check [PIPELINE...]",
		Short: "Check config and credentials; say what a night would read and cost",
		Long: "check validates the config, checks each credential by the vendor's cheapest free call, asks the vendors, for\n" +
			"nothing that costs, whether they have what the pipelines name, tries the buckets of exports and, where Spark holds\n" +
			"the warehouse, Spark, its catalog and the bucket, and says what each pipeline would read and, where it costs, the\n" +
			"most that a night can cost.",
		Example:           "  sync check\n  sync check --offline",
		ValidArgsFunction: a.completePipelines,
	}
	offline := c.Flags().Bool("offline", false, "ask no vendor")
	format := outputFlag(c)
	return a.withRunner(c, func(ctx context.Context, r *run.Runner, names []string) error {
		a.warn(r.Config)
		if missing := r.Config.MissingVariables(names...); len(missing) > 0 {
			return &config.MissingError{Missing: missing}
		}
		if err := proxy.Check(); err != nil && !*offline {
			return err
		}
		if len(r.Config.MissingIn("alerts")) == 0 {
			if _, err := addresses(r.Config); err != nil {
				return err
			}
		}
		if !*offline || !r.Config.Warehouse.InLake() {
			a.adviseReplay(ctx, r)
		}
		list, err := plan.Check(ctx, r, names, *offline)
		if err != nil {
			return err
		}
		g, failed := a.checkGrid(list)
		if err := g.print(a.stdout, *format); err != nil || failed == 0 {
			return err
		}
		return &exitError{exitFailed, fmt.Sprintf("%d of %s failed", failed, words.Counted(len(list), "check", "checks"))}
	})
}

// checkGrid also counts the checks that failed.
func (a *app) checkGrid(list []plan.Checked) (g grid, failed int) {
	g.columns = []string{"what", "name", "ok", "detail", "max_credits"}
	for _, item := range list {
		detail, cost := item.Detail, any(item.Cost)
		switch {
		case item.Problem != nil:
			failed++
			detail, cost = strings.ReplaceAll(item.Problem.Error(), "\n", "; "), nil
		case item.Cost < 0:
			cost, detail = nil, detail+"; nothing bounds what it costs: set max_credits"
		case item.Kind == "source", item.Kind == "retention", item.Kind == "warehouse":
			cost = nil
		}
		g.add(item.Kind, item.Name, item.OK, a.asCalled(detail), cost)
	}
	return g, failed
}
