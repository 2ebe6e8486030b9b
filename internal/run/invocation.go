package run

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"contactsync/internal/config"
	"contactsync/internal/crash"
	"contactsync/load"
	"contactsync/load/duckdb"
	"contactsync/load/export"
	"contactsync/schema"
)

// Report is what an invocation of run did.
type Report struct {
	Published
	Runs      []schema.Run // in the order of the config
	Recovered int64        // runs of a crashed process that were closed
}

// Pipelines runs the named pipelines, all if none is named, and then publishes the
// snapshot and the exports. The error says why nothing was started or why
// publishing failed; how the pipelines ended is in the report.
func Pipelines(ctx context.Context, r *Runner, names []string, o Options) (Report, error) {
	var report Report
	pipelines, err := r.Named(names)
	if err != nil {
		return report, err
	}
	if err := CheckExports(ctx, r); err != nil {
		return report, err
	}
	s, err := r.Begin(ctx, o.Wait)
	if err != nil {
		return report, err
	}
	report.Recovered = s.recovered
	report.Runs = s.runAll(ctx, pipelines, o)
	report.Published, err = s.Publish()
	return report, errors.Join(err, s.End())
}

// Named are the named ones in the order of the config, all if none is named.
func (r *Runner) Named(names []string) ([]*config.Pipeline, error) {
	var list []*config.Pipeline
	for _, name := range names {
		if _, ok := r.Config.Pipeline(name); !ok {
			return nil, &UnknownPipelineError{Name: name, Known: r.Names()}
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

// Names are the names of the pipelines, in the order of the config.
func (r *Runner) Names() []string {
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
	return fmt.Sprintf("no pipeline is called %q; the config has %s", e.Name, cmp.Or(strings.Join(e.Known, ", "), "none"))
}

// runAll runs pipelines of one source one after another and those of different
// sources side by side. They merge in the order of the config.
func (s *Session) runAll(ctx context.Context, pipelines []*config.Pipeline, o Options) []schema.Run {
	executions := make([]*Execution, len(pipelines))
	bySource := map[string][]int{}
	for i, p := range pipelines {
		executions[i] = s.newExecution(p, o)
		bySource[p.Source] = append(bySource[p.Source], i)
		s.Progress(executions[i].progress)
	}
	var all sync.WaitGroup
	for _, queue := range bySource {
		all.Go(func() {
			for _, i := range queue {
				executions[i].read(ctx)
				executions[i].awaitTurn(executions[:i])
				executions[i].merge(ctx)
				executions[i].giveWay()
			}
		})
	}
	all.Wait()
	runs := make([]schema.Run, len(executions))
	for i, e := range executions {
		runs[i] = e.Run
	}
	return runs
}

// awaitTurn waits until those before have merged or have given up their turn.
func (e *Execution) awaitTurn(before []*Execution) {
	for _, b := range before {
		select {
		case <-b.turn:
			continue
		default:
		}
		e.Show(func(p *Progress) { p.State, p.Waiting = Waiting, b.Pipeline.Name+" to merge first" })
		<-b.turn // it ends soon when the run is stopped
	}
}

// longWait is how long a vendor may make a pipeline wait before it gives up its
// turn to merge: those after it need not wait for a vendor that is not ready.
const longWait = 10 * time.Second

// giveWay lets the pipelines after this one merge.
func (e *Execution) giveWay() { e.turnOnce.Do(func() { close(e.turn) }) }

// Exports writes the named exports now, all if none is named.
func Exports(ctx context.Context, r *Runner, names []string, wait bool) ([]export.Result, error) {
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
func (r *Runner) export(ctx context.Context, w *duckdb.Warehouse, want func(config.Export) bool) ([]export.Result, error) {
	conn, err := w.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	var results []export.Result
	var failed []error
	for _, e := range r.Config.Exports {
		if want != nil && !want(e) {
			continue
		}
		d, err := w.Delivery(ctx, outputKey(e), e.After)
		if err != nil {
			return results, err
		}
		if want == nil && !d.Due && !gone(e, d) {
			continue
		}
		spec := r.exportSpec(e)
		spec.Full = d.Anew
		result, err := export.Write(ctx, conn, spec, r.Now())
		if err != nil {
			failed = append(failed, err)
			continue
		}
		results = append(results, result)
		if want == nil {
			crash.At(crash.ExportWritten)
			failed = append(failed, w.Delivered(ctx, outputKey(e), d.Change))
			crash.At(crash.ExportDelivered)
		}
	}
	return results, errors.Join(failed...)
}

// gone reports whether somebody removed an export that was written to disk. One
// that waits for the first change of its pipelines was not written yet.
func gone(e config.Export, d load.Delivery) bool {
	if e.Path.Remote() || len(e.After) > 0 && d.Change == 0 {
		return false
	}
	_, err := os.Stat(e.Path.Full)
	return errors.Is(err, fs.ErrNotExist)
}

func (r *Runner) exportSpec(e config.Export) export.Spec {
	return export.Spec{
		Name: e.Name, Table: e.Table, Query: e.Query, Path: e.Path.Full, PartitionBy: e.PartitionBy, SortBy: e.SortBy,
		Mode: e.Mode, Format: e.Format, TempDir: r.Config.Warehouse.Path.Full + ".tmp",
	}
}

// outputKey names an export with its definition: a changed one is due at once.
func outputKey(e config.Export) string {
	return fmt.Sprintf("%s %q %q %q %q %q %q %q", e.Name, e.Table, e.Query, e.Path.Full, e.PartitionBy, e.SortBy, e.Mode, e.Format)
}
