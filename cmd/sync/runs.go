package main

import (
	"fmt"

	"contactsync/internal/pipeline"
	"contactsync/schema"

	"github.com/spf13/cobra"
)

func (a *app) runs() *cobra.Command {
	var limit int
	var name string
	c := &cobra.Command{
		Use:     "runs [RUN_ID]",
		Short:   "The history of runs; one run in detail",
		Example: "  sync runs\n  sync runs --pipeline crm-intent --limit 5\n  sync runs 20261121T020000Z-1f2e3d",
		Args:    cobra.MaximumNArgs(1),
	}
	c.Flags().IntVar(&limit, "limit", 20, "how many runs")
	c.Flags().StringVar(&name, "pipeline", "", "runs of this pipeline only")
	format := outputFlag(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		r, err := a.runner(a.logger(false))
		if err != nil {
			return err
		}
		var g grid
		err = r.Read(c.Context(), func(reader *pipeline.Reader) error {
			if len(args) == 0 {
				list, err := reader.Runs(c.Context(), name, limit)
				g = runsGrid(list)
				return err
			}
			run, ok, err := reader.Run(c.Context(), args[0])
			if err == nil && !ok {
				err = fmt.Errorf("no run is called %q; `sync runs` lists them", args[0])
			}
			g = runGrid(run)
			return err
		})
		if err != nil {
			return err
		}
		return g.print(a.stdout, *format)
	}
	return c
}

func seconds(r schema.Run) any {
	if r.FinishedAt.IsZero() {
		return nil
	}
	return secondsOf(r.FinishedAt.Sub(r.StartedAt))
}

func runsGrid(list []schema.Run) grid {
	g := grid{columns: []string{"run_id", "pipeline", "started_at", "status", "seconds", "rows_read", "rows_written", "rows_rejected", "requests", "credits"}}
	for _, r := range list {
		g.rows = append(g.rows, []any{r.RunID, r.Pipeline, r.StartedAt, r.Status, seconds(r), r.RowsRead, r.RowsWritten, r.RowsRejected, r.Requests, r.Credits})
	}
	return g
}

// runGrid shows every column of one run.
func runGrid(r schema.Run) grid {
	g := grid{columns: []string{"column", "value"}}
	for _, c := range schema.Runs.Columns {
		g.rows = append(g.rows, []any{c.Name, valueOf(c.Field(&r), c.Type())})
	}
	return g
}
