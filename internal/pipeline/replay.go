package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"contactsync/internal/config"
	"contactsync/load"
	"contactsync/load/duckdb"
	"contactsync/schema"
)

// replayChunk is how many records, people or events a replay works on at a time:
// it bounds memory.
const replayChunk = 5_000

// Replay normalises the stored payloads of the named pipelines again, all if none
// is named, and publishes: the rows are as if everything had been fetched now,
// and no vendor is asked. Rows that come out the same are left alone. Killed
// anywhere it leaves a whole warehouse; done again it does the rest.
//
// A record belongs to the pipelines that brought it. One that two pipelines
// brought is made of both their payloads, whichever of them is named.
func (r *Runner) Replay(ctx context.Context, names []string, wait bool) (Report, error) {
	return r.replayAll(ctx, names, wait, (*duckdb.Warehouse).StoredOrigins, (*execution).replayStored)
}

// replayAll does a replay for each of the named pipelines that find names, too,
// one after another.
func (r *Runner) replayAll(ctx context.Context, names []string, wait bool,
	find func(*duckdb.Warehouse, context.Context) ([]load.Origin, error), replay func(*execution, context.Context) error) (Report, error) {
	var report Report
	for _, name := range names {
		if _, ok := r.Config.Pipeline(name); !ok {
			return report, &UnknownPipelineError{Name: name, Known: r.Names()}
		}
	}
	s, err := r.Begin(ctx, wait)
	if err != nil {
		return report, err
	}
	report.Recovered = s.recovered
	origins, err := find(s.w, ctx)
	if err != nil {
		return report, errors.Join(err, s.End())
	}
	for _, p := range r.replayed(names, origins) {
		e := s.newExecution(p, Options{})
		e.replay(ctx, replay)
		report.Runs = append(report.Runs, e.run)
	}
	report.Published, err = s.Publish()
	return report, errors.Join(err, s.End())
}

// replayed are the pipelines of these origins: the named ones, or all, in the
// order of the config. One that is no longer in the config comes last.
func (r *Runner) replayed(names []string, origins []load.Origin) []*config.Pipeline {
	var list []*config.Pipeline
	for i := range r.Config.Pipelines {
		p := &r.Config.Pipelines[i]
		known := slices.Contains(origins, load.Origin{Pipeline: p.Name, Source: p.Source})
		if known && (len(names) == 0 || slices.Contains(names, p.Name)) {
			list = append(list, p)
		}
	}
	for _, o := range origins {
		if _, ok := r.Config.Pipeline(o.Pipeline); !ok && len(names) == 0 {
			list = append(list, &config.Pipeline{Name: o.Pipeline, Source: o.Source})
		}
	}
	return list
}

// replay is a run without a vendor.
func (e *execution) replay(ctx context.Context, do func(*execution, context.Context) error) {
	now := e.Now().UTC()
	e.run = schema.Run{RunID: NewRunID(now), Pipeline: e.pipeline.Name, StartedAt: now, Status: schema.Running, Replay: true}
	e.show(func(p *Progress) { p.State, p.Started = Reading, now })
	e.Log.Info("replay started", "pipeline", e.pipeline.Name, "run_id", e.run.RunID)
	e.err = e.w.Commit(ctx, load.Batch{Run: e.run}) // the run's row, so that a crash leaves a trace
	if e.err == nil {
		e.err = do(e, ctx)
	}
	e.run.Status, e.run.Error = outcome(ctx, e.err)
	e.merge(ctx)
}

// replayStored normalises everything that the pipeline has brought.
func (e *execution) replayStored(ctx context.Context) error {
	staged, err := e.w.Staged(ctx, e.pipeline.Name)
	if err != nil {
		return err
	}
	if staged { // by a run that was killed: it is replayed, too
		people := e.People()
		people.Warn = nil // the merge of the replay itself warns
		if _, err := e.w.Merge(ctx, &e.run, people); err != nil {
			return err
		}
	}
	s, err := e.newStager(ctx)
	if err != nil {
		return err
	}
	s.drift = new(drift) // nothing of this is news of the vendor
	p := &stored{execution: e, stager: s, origin: load.Origin{Pipeline: e.pipeline.Name, Source: e.pipeline.Source}}
	for _, step := range []func(context.Context) error{p.records, p.matches, p.events} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	if p.unusable > 0 {
		e.run.Warnings = append(e.run.Warnings, fmt.Sprintf("%d stored payloads would be rejected now; their rows stay as they are", p.unusable))
	}
	if n := s.guard.count(); n > 0 {
		e.run.Warnings = append(e.run.Warnings, fmt.Sprintf("%d stored records are of suppressed people, as the rules of today tell; their rows stay as they are until `sync forget` or `sync suppress` erases them", n))
	}
	return nil
}
