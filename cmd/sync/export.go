package main

import (
	"contactsync/internal/run"
	"contactsync/load/export"

	"github.com/spf13/cobra"
)

func (a *app) export() *cobra.Command {
	var wait bool
	c := &cobra.Command{
		Use:     "export [EXPORT...]",
		Short:   "Write the exports now, all if none is named",
		Example: "  sync export\n  sync export contacts",
	}
	c.Flags().BoolVar(&wait, "wait", false, "wait while another process writes the warehouse")
	format := outputFlag(c)
	c.RunE = func(c *cobra.Command, names []string) error {
		r, err := a.runner(a.logger(false))
		if err != nil {
			return err
		}
		results, err := run.Exports(c.Context(), r, names, wait)
		if printErr := exportGrid(results).print(a.stdout, *format); err == nil {
			err = printErr
		}
		return err
	}
	return c
}

func exportGrid(results []export.Result) grid {
	g := grid{columns: []string{"export", "rows", "files", "bytes", "unchanged", "seconds", "path"}}
	for _, e := range results {
		g.rows = append(g.rows, []any{e.Name, e.Rows, e.Files, e.Bytes, e.Unchanged, secondsOf(e.Duration), e.Path})
	}
	return g
}
