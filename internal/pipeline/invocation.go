package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"contactsync/internal/config"
	"contactsync/load"
	"contactsync/load/export"
	"contactsync/schema"
)

// Report is what an invocation of run did.
type Report struct {
	Runs      []schema.Run // in the order of the config
	Exports   []export.Result
	Snapshot  string // path, "" = none configured
	Recovered int64  // runs of a crashed process that were closed
}

// Run runs the named pipelines, all if none is named, and then publishes the
// snapshot and the exports. The error says why nothing was started or why
// publishing failed; how the pipelines ended is in the report.
func (r *Runner) Run(ctx context.Context, names []string, o Options) (Report, error) {
	var report Report
	pipelines, err := r.pipelines(names)
	if err != nil {
		return report, err
	}
	lock, err := load.Acquire(ctx, r.Config.Warehouse.Path.Full, o.Wait)
	if err != nil {
		return report, err
	}
	defer lock.Release() //nolint:errcheck // the operating system releases it too
	w, err := r.openWarehouse(ctx, false)
	if err != nil {
		return report, err
	}
	closed := false
	defer func() {
		if !closed {
			_ = w.Close() // an earlier error is reported
		}
	}()
	if report.Recovered, err = w.Recover(ctx); err != nil {
		return report, err
	}
	stopBoard := r.postState(ctx)
	report.Runs = r.runAll(ctx, w, pipelines, o)
	stopBoard()
	settled, cancel := settle(ctx)
	defer cancel()
	defer r.Publishing()()
	report.Exports, err = r.export(settled, w, nil)
	closed = true
	if closeErr := w.Close(); err == nil {
		err = closeErr
	}
	if r.Config.Warehouse.Snapshot.IsZero() {
		return report, err
	}
	report.Snapshot = r.Config.Warehouse.Snapshot.Full
	return report, errors.Join(err, export.Snapshot(settled, r.Config.Warehouse.Path.Full, report.Snapshot))
}

// pipelines are the named ones in the order of the config, all if none is named.
func (r *Runner) pipelines(names []string) ([]*config.Pipeline, error) {
	var list []*config.Pipeline
	for _, name := range names {
		if _, ok := r.Config.Pipeline(name); !ok {
			return nil, &UnknownPipelineError{Name: name, Known: r.names()}
		}
	}
	for i := range r.Config.Pipelines {
		if p := &r.Config.Pipelines[i]; len(names) == 0 || slices.Contains(names, p.Name) {
			list = append(list, p)
		}
	}
	if missing := r.Config.MissingVariables(names...); len(missing) > 0 {
		return nil, &config.MissingError{Missing: missing}
	}
	for _, p := range list {
		if _, err := r.Client(p.Source); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (r *Runner) names() []string {
	names := make([]string, len(r.Config.Pipelines))
	for i, p := range r.Config.Pipelines {
		names[i] = p.Name
	}
	return names
}

// UnknownPipelineError says that the config has no pipeline of this name.
type UnknownPipelineError struct {
	Name  string
	Known []string
}

func (e *UnknownPipelineError) Error() string {
	return fmt.Sprintf("no pipeline is called %q; the config has %q", e.Name, e.Known)
}

// runAll runs pipelines of one source one after another and those of different
// sources side by side. They merge in the order of the config.
func (r *Runner) runAll(ctx context.Context, w *load.Warehouse, pipelines []*config.Pipeline, o Options) []schema.Run {
	executions := make([]*execution, len(pipelines))
	ended := make([]chan struct{}, len(pipelines))
	bySource := map[string][]int{}
	for i, p := range pipelines {
		executions[i] = r.newExecution(w, p, o)
		ended[i] = make(chan struct{})
		bySource[p.Source] = append(bySource[p.Source], i)
		r.Progress(executions[i].progress)
	}
	var all sync.WaitGroup
	for _, queue := range bySource {
		all.Go(func() {
			for _, i := range queue {
				executions[i].read(ctx)
				if i > 0 {
					executions[i].awaitTurn(ctx, ended[i-1], pipelines[i-1].Name)
				}
				executions[i].merge(ctx)
				close(ended[i])
			}
		})
	}
	all.Wait()
	runs := make([]schema.Run, len(executions))
	for i, e := range executions {
		runs[i] = e.run
	}
	return runs
}

// awaitTurn waits until the pipeline before has merged.
func (e *execution) awaitTurn(ctx context.Context, before <-chan struct{}, name string) {
	select {
	case <-before:
		return
	default:
	}
	e.show(func(p *Progress) { p.State, p.Waiting = Waiting, name+" to merge first" })
	<-before // it ends soon when ctx does
}

// Export writes the named exports now, all if none is named.
func (r *Runner) Export(ctx context.Context, names []string, wait bool) ([]export.Result, error) {
	for _, name := range names {
		if !slices.ContainsFunc(r.Config.Exports, func(e config.Export) bool { return e.Name == name }) {
			return nil, &UnknownExportError{Name: name}
		}
	}
	lock, err := load.Acquire(ctx, r.Config.Warehouse.Path.Full, wait)
	if err != nil {
		return nil, err
	}
	defer lock.Release() //nolint:errcheck // the operating system releases it too
	w, err := r.openWarehouse(ctx, true)
	if err != nil {
		return nil, err
	}
	defer r.Publishing()()
	results, err := r.export(ctx, w, func(e config.Export) bool { return len(names) == 0 || slices.Contains(names, e.Name) })
	return results, errors.Join(err, w.Close())
}

// UnknownExportError says that the config has no export of this name.
type UnknownExportError struct{ Name string }

func (e *UnknownExportError) Error() string {
	return fmt.Sprintf("no export is called %q", e.Name)
}

// export writes the exports that want says, or those that are due.
func (r *Runner) export(ctx context.Context, w *load.Warehouse, want func(config.Export) bool) ([]export.Result, error) {
	conn, err := w.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	var results []export.Result
	var failed []error
	for _, e := range r.Config.Exports {
		change := int64(0)
		if want == nil {
			var due bool
			if due, change, err = w.Due(ctx, outputKey(e), e.After); err != nil {
				return results, err
			}
			if !due {
				continue
			}
		} else if !want(e) {
			continue
		}
		result, err := export.Write(ctx, conn, export.Spec{
			Name: e.Name, Table: e.Table, Query: e.Query, Path: e.Path.Full, PartitionBy: e.PartitionBy, SortBy: e.SortBy,
			Mode: e.Mode, Format: e.Format, TempDir: r.Config.Warehouse.Path.Full + ".tmp",
		}, r.Now())
		if err != nil {
			failed = append(failed, err)
			continue
		}
		results = append(results, result)
		if want == nil {
			failed = append(failed, w.Delivered(ctx, outputKey(e), change))
		}
	}
	return results, errors.Join(failed...)
}

// outputKey names an export with its definition: a changed one is due at once.
func outputKey(e config.Export) string {
	return fmt.Sprintf("%s %q %q %q %q %q %q %q", e.Name, e.Table, e.Query, e.Path.Full, e.PartitionBy, e.SortBy, e.Mode, e.Format)
}
