package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"contactsync/internal/run"
	"contactsync/load/duckdb/report"
	"contactsync/schema"

	"github.com/spf13/cobra"
)

func (a *app) runs() *cobra.Command {
	c := &cobra.Command{
		Use:     "runs [RUN_ID]",
		Short:   "The history of runs; one run in detail, by its id or how that begins",
		Example: "  sync runs\n  sync runs --status failed\n  sync runs --pipeline crm-intent --limit 5\n  sync runs 20261121T020000Z-1f2e3d",
		Args:    arguments(0, 1),
	}
	limit := limitFlag(c, "how many runs")
	name := c.Flags().String("pipeline", "", "runs of this pipeline only")
	statuses := []string{schema.Succeeded, schema.Failed, schema.Limited, schema.NotReady, schema.Interrupted, schema.Running}
	status := c.Flags().String("status", "", "runs of this status only: "+strings.Join(statuses, ", "))
	_ = c.RegisterFlagCompletionFunc("status", cobra.FixedCompletions(statuses, cobra.ShellCompDirectiveNoFileComp)) // the flag exists
	format := outputFlag(c)
	return a.withRunner(c, func(ctx context.Context, r *run.Runner, args []string) error {
		if *status != "" && !slices.Contains(statuses, *status) {
			return usage("--status %q: want one of %s%s", *status, strings.Join(statuses, ", "), didYouMean(*status, statuses))
		}
		return a.read(ctx, r, func(reader *run.Reader, out *page) error {
			if err := ranEver(ctx, r, reader, *name); err != nil {
				return err
			}
			if len(args) == 1 {
				return printRun(ctx, reader, args[0], out, *format, r.Config.Timezone)
			}
			list, err := report.RunsThat(ctx, reader, *name, *status, *limit)
			if err != nil {
				return err
			}
			g := runsGrid(reader, list)
			g.zone = r.Config.Timezone
			return g.print(out, *format)
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
	if run.Status == schema.Running && reader.AsOf.IsZero() && !reader.Shared {
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
		"run_id", "pipeline", "started_at", "status", "seconds", "rows_read", "rows_written", "rows_rejected", "requests", "credits", "error",
	}, spare: []string{"seconds", "rows_rejected", "rows_read", "credits", "started_at", "requests"}}
	for _, r := range list {
		status := settled(reader, r).Status
		g.add(r.RunID, r.Pipeline, r.StartedAt, status, seconds(r), r.RowsRead, r.RowsWritten, r.RowsRejected, r.Requests, r.Credits, r.Error)
	}
	return g
}

// printRun shows every column of one run.
func printRun(ctx context.Context, reader *run.Reader, id string, out io.Writer, format string, zone *time.Location) error {
	r, err := runCalled(ctx, reader, id)
	if err != nil {
		return err
	}
	r = settled(reader, r)
	g := grid{columns: []string{"column", "value"}, zone: zone}
	for i, value := range valuesOf(schema.Runs.Columns, &r) {
		g.add(schema.Runs.Columns[i].Name, value)
	}
	return g.print(out, format)
}

// runCalled is the run of an id, or the one whose id begins so.
func runCalled(ctx context.Context, reader *run.Reader, id string) (schema.Run, error) {
	r, ok, err := report.Run(ctx, reader, id)
	if err != nil || ok {
		return r, err
	}
	const shown = 5
	runs, err := report.RunsBeginning(ctx, reader, id, shown)
	switch {
	case err != nil:
		return r, err
	case len(runs) == 0:
		return r, fmt.Errorf("no run is called %q, and none begins so; `sync runs` lists them", id)
	case len(runs) > 1:
		ids := make([]string, len(runs))
		for i, r := range runs {
			ids[i] = r.RunID
		}
		return r, usage("more than one run begins with %q; the last are %s", id, strings.Join(ids, ", "))
	}
	return runs[0], nil
}
