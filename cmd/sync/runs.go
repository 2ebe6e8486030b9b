package main

import (
	"context"
	"fmt"

	"contactsync/internal/run"
	"contactsync/load/duckdb/report"
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
		if err := atLeast("limit", limit, 1); err != nil {
			return err
		}
		r, err := a.runner(a.logger(false))
		if err != nil {
			return err
		}
		var g grid
		err = r.Read(c.Context(), func(reader *run.Reader) error {
			if err := ranEver(c.Context(), r, reader, name); err != nil {
				return err
			}
			if len(args) == 0 {
				list, err := report.Runs(c.Context(), reader, name, limit)
				for i := range list {
					list[i] = settled(reader, list[i])
				}
				g = runsGrid(list)
				return err
			}
			run, ok, err := report.Run(c.Context(), reader, args[0])
			if err == nil && !ok {
				err = fmt.Errorf("no run is called %q; `sync runs` lists them", args[0])
			}
			g = runGrid(settled(reader, run))
			return err
		})
		if err != nil {
			return err
		}
		return g.print(a.stdout, *format)
	}
	return c
}

// ranEver makes sure that a pipeline is one of the config, or was when it ran.
func ranEver(ctx context.Context, r *run.Runner, reader *run.Reader, name string) error {
	if _, ok := r.Config.Pipeline(name); ok || name == "" {
		return nil
	}
	runs, err := report.Runs(ctx, reader, name, 1)
	if err != nil || len(runs) > 0 {
		return err
	}
	unknown := &run.UnknownPipelineError{Name: name}
	for _, p := range r.Config.Pipelines {
		unknown.Known = append(unknown.Known, p.Name)
	}
	return unknown
}

// settled is a run as it stands. One that the warehouse itself, which nobody
// writes while it is read, calls running, is of a process that was killed; the next
// run says so in the warehouse, too.
func settled(reader *run.Reader, run schema.Run) schema.Run {
	if run.Status == schema.Running && reader.AsOf.IsZero() {
		run.Status = schema.Interrupted
	}
	return run
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
		g.rows = append(g.rows, []any{c.Name, valueOf(c.Field(&r), c.Type)})
	}
	return g
}
