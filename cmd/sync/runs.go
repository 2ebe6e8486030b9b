package main

import (
	"context"
	"fmt"
	"io"

	"contactsync/internal/run"
	"contactsync/load/duckdb/report"
	"contactsync/schema"

	"github.com/spf13/cobra"
)

func (a *app) runs() *cobra.Command {
	c := &cobra.Command{
		Use:     "runs [RUN_ID]",
		Short:   "The history of runs; one run in detail",
		Example: "  sync runs\n  sync runs --pipeline crm-intent --limit 5\n  sync runs 20261121T020000Z-1f2e3d",
		Args:    cobra.MaximumNArgs(1),
	}
	limit := limitFlag(c, "how many runs")
	name := c.Flags().String("pipeline", "", "runs of this pipeline only")
	format := outputFlag(c)
	return a.withRunner(c, func(ctx context.Context, r *run.Runner, args []string) error {
		return a.read(ctx, r, func(reader *run.Reader, out *page) error {
			if err := ranEver(ctx, r, reader, *name); err != nil {
				return err
			}
			if len(args) == 1 {
				return printRun(ctx, reader, args[0], out, *format)
			}
			list, err := report.Runs(ctx, reader, *name, *limit)
			if err != nil {
				return err
			}
			return runsGrid(reader, list).print(out, *format)
		})
	})
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
	return &run.UnknownPipelineError{Name: name, Known: r.Names()}
}

// settled returns a run as it stands. One that the warehouse itself calls running
// while it is being read, so that no process writes it, is of a process that was
// killed; the next run says so in the warehouse, too.
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

func runsGrid(reader *run.Reader, list []schema.Run) grid {
	g := grid{columns: []string{
		"run_id", "pipeline", "started_at", "status", "seconds", "rows_read", "rows_written", "rows_rejected", "requests", "credits",
	}, spare: []string{"seconds", "rows_rejected", "rows_read", "credits", "started_at", "requests"}}
	for _, r := range list {
		status := settled(reader, r).Status
		g.add(r.RunID, r.Pipeline, r.StartedAt, status, seconds(r), r.RowsRead, r.RowsWritten, r.RowsRejected, r.Requests, r.Credits)
	}
	return g
}

// printRun shows every column of one run.
func printRun(ctx context.Context, reader *run.Reader, id string, out io.Writer, format string) error {
	r, ok, err := report.Run(ctx, reader, id)
	if err != nil {
		return err
	}
	if !ok {
		return fmt.Errorf("no run is called %q; `sync runs` lists them", id)
	}
	r = settled(reader, r)
	g := grid{columns: []string{"column", "value"}}
	for i, value := range valuesOf(schema.Runs.Columns, &r) {
		g.add(schema.Runs.Columns[i].Name, value)
	}
	return g.print(out, format)
}
