// Package replay takes in again what the warehouse has kept, without asking any
// vendor: stored payloads by the rules of today, and rejects that may be usable now.
package replay

import (
	"context"
	"fmt"
	"slices"

	"contactsync/internal/config"
	"contactsync/internal/run"
	"contactsync/internal/stage"
	"contactsync/load"
	"contactsync/schema"
)

// Stored normalises the stored payloads of the named pipelines again, all if none
// is named, and publishes: the rows are as if everything had been fetched now,
// and no vendor is asked. Rows that come out the same are left alone. Killed
// anywhere it leaves a whole warehouse; done again it does the rest.
//
// A record belongs to the pipelines that brought it. One that two pipelines
// brought is made of both their payloads, whichever of them is named.
func Stored(ctx context.Context, r *run.Runner, names []string, wait bool) (run.Report, error) {
	return all(ctx, r, names, wait, kind{
		find: func(ctx context.Context, w load.Warehouse) ([]load.Origin, error) { return w.History().Origins(ctx) },
		do:   stored,
		end: func(ctx context.Context, w load.Warehouse, runs []schema.Run) error {
			failed := func(r schema.Run) bool { return r.Status != schema.Succeeded }
			if len(names) > 0 || len(runs) == 0 || slices.ContainsFunc(runs, failed) {
				return nil // something stays as older rules made it
			}
			return w.History().Renewed(ctx)
		},
	})
}

// kind is a kind of replay.
type kind struct {
	find func(context.Context, load.Warehouse) ([]load.Origin, error) // the pipelines that have something for it
	do   func(context.Context, *run.Execution) error
	end  func(context.Context, load.Warehouse, []schema.Run) error // when all of them are done
}

// all does a replay for each of the named pipelines that have something for it, one
// after another.
func all(ctx context.Context, r *run.Runner, names []string, wait bool, k kind) (run.Report, error) {
	var report run.Report
	for _, name := range names {
		if _, ok := r.Config.Pipeline(name); !ok {
			return report, &run.UnknownPipelineError{Name: name, Known: r.Names()}
		}
	}
	err := r.Within(ctx, wait, func(s *run.Session) error {
		report.Recovered = s.Recovered()
		origins, err := k.find(ctx, s.Warehouse())
		if err != nil {
			return err
		}
		for _, p := range named(r.Config, names, origins) {
			report.Runs = append(report.Runs, s.Replay(ctx, p, k.do))
		}
		if err := k.end(ctx, s.Warehouse(), report.Runs); err != nil {
			return err
		}
		report.Published, err = s.Publish()
		return err
	})
	return report, err
}

// named are the pipelines of these origins: the named ones, or all, in the
// order of the config. One that is no longer in the config comes last.
func named(c *config.Config, names []string, origins []load.Origin) []*config.Pipeline {
	var list []*config.Pipeline
	for i := range c.Pipelines {
		p := &c.Pipelines[i]
		known := slices.Contains(origins, load.Origin{Pipeline: p.Name, Source: p.Source})
		if known && (len(names) == 0 || slices.Contains(names, p.Name)) {
			list = append(list, p)
		}
	}
	for _, o := range origins {
		if _, ok := c.Pipeline(o.Pipeline); !ok && len(names) == 0 {
			list = append(list, &config.Pipeline{Name: o.Pipeline, Source: o.Source})
		}
	}
	return list
}

// stored normalises everything that the pipeline has brought.
func stored(ctx context.Context, e *run.Execution) error {
	staged, err := e.Warehouse().Progress().Staged(ctx, e.Pipeline.Name)
	if err != nil {
		return err
	}
	if staged { // by a run that was killed: it is replayed, too
		people := e.Runner.People()
		people.Warn = nil // the merge of the replay itself warns
		if _, err := e.Warehouse().Merge(ctx, &e.Run, people); err != nil {
			return err
		}
	}
	s, err := stage.NewReplay(ctx, e.Warehouse(), e.Pipeline, &e.Run, e.Runner.Now)
	if err != nil {
		return err
	}
	p := &payloads{Execution: e, stager: s, origin: load.Origin{Pipeline: e.Pipeline.Name, Source: e.Pipeline.Source}}
	for _, step := range []func(context.Context) error{p.records, p.matches, p.events} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	if s.Unusable() > 0 {
		e.Run.Warnings = append(e.Run.Warnings, fmt.Sprintf("%d stored payloads would be rejected now; their rows stay as they are", s.Unusable()))
	}
	if n := s.Suppressed(); n > 0 {
		e.Run.Warnings = append(e.Run.Warnings, fmt.Sprintf("%d stored records are of suppressed people, as the rules of today tell; their rows stay as they are until `sync forget` or `sync suppress` erases them", n))
	}
	return nil
}
