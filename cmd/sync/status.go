package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"contactsync/internal/run"
	"contactsync/schema"

	"github.com/spf13/cobra"
)

func (a *app) status() *cobra.Command {
	c := &cobra.Command{
		Use:     "status",
		Short:   "How each pipeline stands: last run, position, next run; progress during a run",
		Example: "  sync status\n  sync status -o json",
		Args:    cobra.NoArgs,
	}
	format := outputFlag(c)
	return a.withRunner(c, func(ctx context.Context, r *run.Runner, _ []string) error {
		heartbeat, running, err := run.Running(r)
		if err != nil {
			return err
		}
		if running {
			a.say(fmt.Sprintf("process %d has been running since %s", heartbeat.PID, heartbeat.Started.Local().Format(time.TimeOnly)))
			err := progressGrid(heartbeat).print(a.stdout, *format)
			if err != nil || *format != "table" || r.Config.Warehouse.Snapshot.IsZero() {
				return err
			}
		}
		list, err := health(ctx, r)
		if busy, ok := errors.AsType[*run.BusyError](err); ok {
			a.say(busy.Error()) // the progress says the rest
			return nil
		}
		if err != nil {
			return err
		}
		a.adviseReplay(ctx, r)
		return healthGrid(list, time.Now()).print(a.stdout, *format)
	})
}

// health reads how the pipelines stand; before the first run there is nothing to read.
func health(ctx context.Context, r *run.Runner) (list []run.Health, err error) {
	if _, err := os.Stat(r.Config.Warehouse.Path.Full); errors.Is(err, fs.ErrNotExist) {
		return run.ReadHealth(ctx, r, nil)
	}
	err = r.Read(ctx, func(reader *run.Reader) error {
		list, err = run.ReadHealth(ctx, r, reader)
		for _, h := range list {
			if h.Last != nil {
				*h.Last = settled(reader, *h.Last)
			}
		}
		return err
	})
	return list, err
}

func progressGrid(h run.Heartbeat) grid {
	g := grid{columns: []string{"pipeline", "state", "pages", "rows", "requests", "credits", "waiting_for"}}
	for _, p := range h.Pipelines {
		g.add(p.Pipeline, string(p.State), p.Pages, p.Rows, p.Requests, p.Credits, p.Waiting)
	}
	return g
}

func healthGrid(list []run.Health, now time.Time) grid {
	g := grid{columns: []string{"pipeline", "last_run", "status", "rows_read", "rows_written", "seconds", "fresh_for", "next_run", "position"}}
	for _, h := range list {
		last := schema.Run{Status: "never"}
		if h.Last != nil {
			last = *h.Last
		}
		var fresh any
		if !h.Success.IsZero() {
			fresh = now.Sub(h.Success).Round(time.Second).String()
		}
		seconds := secondsOf(0)
		if !last.FinishedAt.IsZero() {
			seconds = secondsOf(last.FinishedAt.Sub(last.StartedAt))
		}
		g.add(h.Pipeline, last.StartedAt, last.Status, last.RowsRead, last.RowsWritten, seconds, fresh, h.Next, h.Position)
	}
	return g
}
