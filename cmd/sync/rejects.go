package main

import (
	"time"
	"unicode/utf8"

	"contactsync/internal/replay"
	"contactsync/internal/run"
	"contactsync/load/duckdb/report"
	"contactsync/schema"

	"github.com/spf13/cobra"
)

func (a *app) rejects() *cobra.Command {
	c := &cobra.Command{
		Use:     "rejects",
		Short:   "Quarantined records: list them, and try them again after a fix",
		Long:    "A record that cannot be normalised is kept in etl.rejects with its payload and the reason.",
		Example: "  sync rejects list --pipeline site-visitors\n  sync rejects replay",
		Args:    cobra.NoArgs,
		RunE:    helpRun,
	}
	c.AddCommand(a.rejectsList(), a.rejectsReplay())
	return c
}

func (a *app) rejectsList() *cobra.Command {
	var name string
	var limit int
	var all bool
	c := &cobra.Command{
		Use:     "list",
		Short:   "Quarantined records with reason and payload, newest first",
		Example: "  sync rejects list\n  sync rejects list --pipeline site-visitors --limit 5 -o json",
		Args:    cobra.NoArgs,
	}
	c.Flags().StringVar(&name, "pipeline", "", "of this pipeline only")
	c.Flags().IntVar(&limit, "limit", 20, "how many")
	c.Flags().BoolVar(&all, "all", false, "also those that a replay has accepted")
	_ = c.RegisterFlagCompletionFunc("pipeline", a.completePipelines) // the flag exists
	format := outputFlag(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		if err := atLeast("limit", limit, 1); err != nil {
			return err
		}
		r, err := a.runner(a.logger(false))
		if err != nil {
			return err
		}
		var list []schema.Reject
		err = r.Read(c.Context(), func(reader *run.Reader) error {
			if err := ranEver(c.Context(), r, reader, name); err != nil {
				return err
			}
			list, err = report.Rejects(c.Context(), reader, name, all, limit)
			return err
		})
		if err != nil {
			return err
		}
		return rejectsGrid(list, *format == "table").print(a.stdout, *format)
	}
	return c
}

// rejectsGrid shows every column, or in brief what tells most.
func rejectsGrid(list []schema.Reject, brief bool) grid {
	if brief {
		g := grid{columns: []string{"rejected_at", "pipeline", "source_id", "reason", "replayed_at", "payload"}}
		for _, r := range list {
			g.rows = append(g.rows, []any{r.RejectedAt.Truncate(time.Second), r.Pipeline, r.SourceID, r.Reason, r.ReplayedAt, shortened(r.Payload, 60)})
		}
		return g
	}
	var g grid
	for _, c := range schema.Rejects.Columns {
		g.columns = append(g.columns, c.Name)
	}
	for _, r := range list {
		var row []any
		for _, c := range schema.Rejects.Columns {
			row = append(row, valueOf(c.Field(&r), c.Type))
		}
		g.rows = append(g.rows, row)
	}
	return g
}

// shortened is the beginning of a text.
func shortened(s string, length int) string {
	if utf8.RuneCountInString(s) <= length {
		return s
	}
	return string([]rune(s)[:length-1]) + "…"
}

func (a *app) rejectsReplay() *cobra.Command {
	var wait bool
	c := &cobra.Command{
		Use:   "replay [PIPELINE...]",
		Short: "Try quarantined records again; those that can be normalised now become rows",
		Long: "replay tries the quarantined records of the named pipelines again, of all if none is named, as if they had\n" +
			"just been fetched. Those that still fail stay. No vendor is asked.",
		Example:           "  sync rejects replay\n  sync rejects replay site-visitors",
		ValidArgsFunction: a.completePipelines,
	}
	c.Flags().BoolVar(&wait, "wait", false, "wait while another process writes the warehouse")
	format := outputFlag(c)
	c.RunE = func(c *cobra.Command, names []string) error {
		r, err := a.runner(a.logger(false))
		if err != nil {
			return err
		}
		report, err := replay.Rejects(c.Context(), r, names, wait)
		if err == nil && len(report.Runs) == 0 {
			a.say("no rejects are waiting")
		}
		return a.reportReplay(report, err, *format)
	}
	return c
}

// reportReplay prints what a replay did.
func (a *app) reportReplay(report run.Report, err error, format string) error {
	if err == nil || len(report.Runs) > 0 {
		if err := a.printReport(report, format); err != nil {
			return err
		}
	}
	if err != nil {
		return err
	}
	if code := runsExit(report.Runs); code != exitOK {
		return &exitError{code: code}
	}
	return nil
}
