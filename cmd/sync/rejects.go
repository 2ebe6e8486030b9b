package main

import (
	"context"
	"time"
	"unicode/utf8"

	"contactsync/internal/run"
	"contactsync/load/duckdb/report"
	"contactsync/schema"

	"github.com/spf13/cobra"
)

func (a *app) rejects() *cobra.Command {
	return group(&cobra.Command{
		Use:     "rejects",
		Short:   "Quarantined records: list them, and try them again after a fix",
		Long:    "A record that cannot be normalised is kept in etl.rejects with its payload and the reason.",
		Example: "  sync rejects list --pipeline site-visitors\n  sync rejects replay",
	}, a.rejectsList(), a.rejectsReplay())
}

func (a *app) rejectsList() *cobra.Command {
	c := &cobra.Command{
		Use:     "list",
		Short:   "Quarantined records with reason and payload, newest first",
		Example: "  sync rejects list\n  sync rejects list --pipeline site-visitors --limit 5 -o json",
		Args:    arguments(0, 0),
	}
	name := c.Flags().String("pipeline", "", "of this pipeline only")
	limit := limitFlag(c, "how many")
	all := c.Flags().Bool("all", false, "also those that a replay has accepted")
	_ = c.RegisterFlagCompletionFunc("pipeline", a.completePipelines) // the flag exists
	format := outputFlag(c)
	return a.withRunner(c, func(ctx context.Context, r *run.Runner, _ []string) error {
		return a.read(ctx, r, func(reader *run.Reader, out *page) error {
			if err := ranEver(ctx, r, reader, *name); err != nil {
				return err
			}
			list, err := report.Rejects(ctx, reader, *name, *all, *limit)
			if err != nil {
				return err
			}
			if *format == "table" {
				return briefRejects(list).print(out, *format)
			}
			return tableOf(schema.Rejects.Columns, list).print(out, *format)
		})
	})
}

// briefRejects shows what tells people most.
func briefRejects(list []schema.Reject) grid {
	g := grid{columns: []string{"rejected_at", "pipeline", "source_id", "reason", "replayed_at", "payload"}, spare: []string{"replayed_at", "payload"}}
	for _, r := range list {
		at := r.RejectedAt.Truncate(time.Second)
		g.add(at, r.Pipeline, r.SourceID, r.Reason, r.ReplayedAt, shortened(r.Payload, 60))
	}
	return g
}

// shortened returns the beginning of a text.
func shortened(s string, length int) string {
	if utf8.RuneCountInString(s) <= length {
		return s
	}
	return string([]rune(s)[:length-1]) + "…"
}
