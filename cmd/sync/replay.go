package main

import (
	"context"
	"fmt"

	"contactsync/internal/replay"
	"contactsync/internal/run"
	"contactsync/internal/words"

	"github.com/spf13/cobra"
)

func (a *app) replay() *cobra.Command {
	return a.replaying(&cobra.Command{
		Use:   "replay [PIPELINE...]",
		Short: "Normalise stored payloads again, without calling any vendor",
		Long: "replay normalises the stored payloads of the named pipelines again, all if none is named: the rows are as if\n" +
			"everything had been fetched now. Use it after an update of sync, or after adding drop_fields. Rows that come\n" +
			"out the same are left alone.",
		Example: "  sync replay\n  sync replay site-visitors",
	}, replay.Stored, "no payloads are stored")
}

func (a *app) rejectsReplay() *cobra.Command {
	return a.replaying(&cobra.Command{
		Use:   "replay [PIPELINE...]",
		Short: "Try quarantined records again; those that can be normalised now become rows",
		Long: "replay tries the quarantined records of the named pipelines again, of all if none is named, as if they had\n" +
			"just been fetched. Those that still fail stay. No vendor is asked.",
		Example: "  sync rejects replay\n  sync rejects replay site-visitors",
	}, replay.Rejects, "no rejects are waiting")
}

// adviseReplay tells when stored rows are of older rules.
func (a *app) adviseReplay(ctx context.Context, r *run.Runner) {
	records, err := run.Outdated(ctx, r)
	if err != nil {
		a.caution("warehouse", err.Error())
		return
	}
	a.adviseReplayOf(records)
}

// adviseReplayOf advises it where records were normalised by older rules.
func (a *app) adviseReplayOf(records int64) {
	if records > 0 {
		a.caution("warehouse", fmt.Sprintf("some of its %s were normalised by older rules: `sync replay` brings them up to date",
			words.Counted(records, "record", "records")), "records", records)
	}
}

// replaying makes a command of a replay, and says so when there was nothing to do.
func (a *app) replaying(
	c *cobra.Command, do func(context.Context, *run.Runner, []string, bool) (run.Report, error), nothing string,
) *cobra.Command {
	c.ValidArgsFunction = a.completePipelines
	wait, format := waitFlag(c), outputFlag(c)
	return a.withRunner(c, func(ctx context.Context, r *run.Runner, names []string) error {
		a.working.Store(true)
		report, err := do(ctx, r, names, *wait)
		a.working.Store(false)
		if err == nil && len(report.Runs) == 0 {
			a.say(nothing)
		}
		if len(report.Runs) > 0 || err == nil && *format != "table" {
			if err := a.printReport(report, *format); err != nil {
				return err
			}
		}
		return endOf(report, err)
	})
}
