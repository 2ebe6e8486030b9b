package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"contactsync/internal/review"
	"contactsync/internal/run"
	"contactsync/internal/words"
	"contactsync/load/duckdb/report"

	"github.com/spf13/cobra"
)

func (a *app) status() *cobra.Command {
	c := &cobra.Command{
		Use:     "status",
		Short:   "How each pipeline stands: last run, position, next run; progress during a run; doubts about identity",
		Example: "  sync status\n  sync status -o json",
		Args:    arguments(0, 0),
	}
	format := outputFlag(c)
	return a.withRunner(c, func(ctx context.Context, r *run.Runner, _ []string) error {
		heartbeat, running, err := run.Running(ctx, r)
		if err != nil {
			return err
		}
		if running {
			a.say(fmt.Sprintf("process %d%s has been running since %s", heartbeat.PID, onHost(heartbeat),
				heartbeat.Started.In(r.Config.Timezone).Format("15:04:05 MST")))
		}
		if running && heartbeat.Host == "" { // else nothing is known of its progress
			err := progressGrid(heartbeat).print(a.stdout, *format)
			if err != nil || *format != "table" || r.Config.Warehouse.Snapshot.IsZero() && !r.Config.Warehouse.InLake() {
				return err
			}
		}
		list, left, err := health(ctx, r)
		if busy, ok := errors.AsType[*run.BusyError](err); ok {
			a.say(busy.Error()) // the progress says the rest
			return nil
		}
		if err != nil {
			return err
		}
		a.adviseReplayOf(left.outdated)
		if err := healthGrid(list, time.Now(), r.Config.Timezone).print(a.stdout, *format); err != nil || *format != "table" || left.doubts.Largest.Records == 0 {
			return err
		}
		_, err = fmt.Fprintln(a.stdout, left.String())
		return err
	})
}

// onHost names the machine of a process, where it is another one.
func onHost(h run.Heartbeat) string {
	if h.Host == "" {
		return ""
	}
	return " on " + h.Host
}

// inDoubt is what identity resolution leaves to look at, and replay.
type inDoubt struct {
	doubts report.Doubts
	open   int // pairs for review

	outdated int64 // records normalised by older rules
}

// health reads how the pipelines stand, and what is in doubt; before the first run there is
// nothing to read.
func health(ctx context.Context, r *run.Runner) (list []run.Health, left inDoubt, err error) {
	begun, err := run.Begun(ctx, r)
	if err != nil {
		return nil, left, err
	}
	if !begun {
		list, err = run.ReadHealth(ctx, r, nil)
		return list, left, err
	}
	err = r.Read(ctx, func(reader *run.Reader) error {
		if list, err = run.ReadHealth(ctx, r, reader); err != nil {
			return err
		}
		for _, h := range list {
			if h.Last != nil {
				*h.Last = settled(reader, *h.Last)
			}
		}
		if left.outdated, err = reader.History().Outdated(ctx); err != nil {
			return err
		}
		if r.Config.Warehouse.InLake() { // whose people would all have to be fetched for the rest
			return nil
		}
		if left.doubts, err = report.ReadDoubts(ctx, reader); err != nil {
			return err
		}
		left.open, err = review.Desk{Overrides: r.Config.Identity.Overrides, MaxNames: r.Config.Identity.MaxNames}.Open(ctx, reader)
		return err
	})
	return list, left, err
}

// String says it in a line.
func (left inDoubt) String() string {
	reasons, identifiers, d := []string{}, int64(0), left.doubts
	for _, w := range d.Warnings {
		reasons, identifiers = append(reasons, fmt.Sprintf("%s %d", w.Reason, w.Identifiers)), identifiers+w.Identifiers
	}
	line := "identity: " + words.Counted(identifiers, "identifier links nobody, or not everybody", "identifiers link nobody, or not everybody")
	if len(reasons) > 0 {
		line += " (" + strings.Join(reasons, ", ") + ")"
	}
	line += "; " + words.Counted(left.open, "doubtful pair is open for review", "doubtful pairs are open for review")
	records := words.Counted(d.Largest.Records, "record", "records")
	return fmt.Sprintf("%s; the largest contact is of %s (%s)", line, records, d.Largest.ContactID)
}

func progressGrid(h run.Heartbeat) grid {
	g := grid{columns: []string{"pipeline", "state", "pages", "rows", "requests", "credits", "waiting_for"}}
	for _, p := range h.Pipelines {
		g.add(p.Pipeline, string(p.State), p.Pages, p.Rows, p.Requests, p.Credits, p.Waiting)
	}
	return g
}

func healthGrid(list []run.Health, now time.Time, zone *time.Location) grid {
	g := grid{
		zone:    zone,
		columns: []string{"pipeline", "last_run", "status", "rows_read", "rows_written", "seconds", "fresh_for", "next_run", "position"},
		spare:   []string{"rows_written", "fresh_for", "rows_read", "seconds", "position"},
	}
	for _, h := range list {
		var fresh any
		if !h.Success.IsZero() {
			fresh = now.Sub(h.Success).Round(time.Second).String()
		}
		if h.Last == nil { // numbers would say that it ran and found nothing
			g.add(h.Pipeline, nil, "never", nil, nil, nil, fresh, h.Next, h.Position)
			continue
		}
		last := *h.Last
		g.add(h.Pipeline, last.StartedAt, last.Status, last.RowsRead, last.RowsWritten, seconds(last), fresh, h.Next, h.Position)
	}
	return g
}
