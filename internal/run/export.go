package run

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"

	"contactsync/internal/config"
	"contactsync/internal/crash"
	"contactsync/load"
	"contactsync/load/duckdb"
	"contactsync/load/export"
)

// CheckExports finds the queries of exports that cannot be written, before anything
// is asked of a vendor. They are tried on an empty warehouse, which needs no lock;
// the config has checked the exports of tables.
func CheckExports(ctx context.Context, r *Runner) error {
	var problems []config.Problem
	err := EachExport(ctx, r, func(_ config.Export, _ export.Spec, err error) {
		if found, ok := errors.AsType[*config.Error](err); ok {
			problems = append(problems, found.Problems...)
		}
	})
	if err == nil && len(problems) > 0 {
		return &config.Error{Problems: problems}
	}
	return err
}

// EachExport hands on every export with what is wrong with its query.
func EachExport(ctx context.Context, r *Runner, do func(config.Export, export.Spec, error)) error {
	var conn *sql.Conn
	for _, e := range r.Config.Exports {
		if e.Query == "" && e.For == "" {
			do(e, r.exportSpec(e), nil)
			continue
		}
		if conn == nil {
			blank, err := duckdb.Blank(ctx)
			if err != nil {
				return err
			}
			defer blank.Close()
			if conn, err = blank.Conn(ctx); err != nil {
				return err
			}
			defer conn.Close()
		}
		err := export.Check(ctx, conn, r.exportSpec(e))
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			err = r.Config.Problem("exports."+e.Name+queryOf(e), err)
		}
		do(e, r.exportSpec(e), err)
	}
	return nil
}

// queryOf is the key of an export's query.
func queryOf(e config.Export) string {
	if e.For != "" {
		return ".people.query"
	}
	return ".query"
}

// Exports writes the named exports now, all if none is named.
func Exports(ctx context.Context, r *Runner, names []string, wait bool) ([]export.Result, error) {
	for _, name := range names {
		if !slices.ContainsFunc(r.Config.Exports, func(e config.Export) bool { return e.Name == name }) {
			return nil, &UnknownExportError{Name: name, Known: exportNames(r.Config.Exports)}
		}
	}
	lock, err := r.acquire(ctx, wait)
	if err != nil {
		return nil, err
	}
	defer lock.Release() //nolint:errcheck // the operating system releases it too
	w, err := r.openToExport(ctx, wait)
	if err != nil {
		return nil, err
	}
	defer r.Publishing()()
	p, err := r.export(ctx, w, func(e config.Export) bool { return len(names) == 0 || slices.Contains(names, e.Name) })
	return p.Exports, errors.Join(err, w.Close())
}

// UnknownExportError says that the config has no export of this name.
type UnknownExportError struct {
	Name  string
	Known []string
}

func (e *UnknownExportError) Error() string {
	return fmt.Sprintf("no export is called %q%s", e.Name, insteadOf(e.Name, e.Known))
}

func exportNames(exports []config.Export) []string {
	names := make([]string, len(exports))
	for i, e := range exports {
		names[i] = e.Name
	}
	return names
}

// export writes the exports that want says, or those that are due.
func (r *Runner) export(ctx context.Context, w *duckdb.Warehouse, want func(config.Export) bool) (p Published, err error) {
	debug.FreeOSMemory() // what merging needed, writing files does not
	if err := duckdb.SetMemory(ctx, w, publishMemory(r.Config.Warehouse.MemoryLimit).String()); err != nil {
		return p, err
	}
	conn, err := w.Conn(ctx)
	if err != nil {
		return p, err
	}
	defer conn.Close()
	var failures []error
	for _, e := range r.Config.Exports {
		if want != nil && !want(e) {
			continue
		}
		d, err := w.Outputs().Delivery(ctx, outputKey(e), e.After)
		if err != nil {
			return p, err
		}
		if want == nil && !d.Due && !gone(e, d) {
			p.Current = append(p.Current, e.Name)
			continue
		}
		spec := r.exportSpec(e)
		spec.Full, spec.Change = d.Anew && e.For == "", d.Change
		if err := bringFor(ctx, w, queriesOf(spec)...); err != nil {
			return p, errors.Join(append(failures, err)...)
		}
		result, err := export.Write(ctx, conn, spec, r.Now())
		if err != nil {
			p.Failed, failures = append(p.Failed, e.Name), append(failures, err)
			continue
		}
		p.Exports, p.Current = append(p.Exports, result), append(p.Current, e.Name)
		if want == nil {
			crash.At(crash.ExportWritten)
			failures = append(failures, noted(ctx, w, e, result, d))
			crash.At(crash.ExportDelivered)
		}
	}
	return p, errors.Join(append(failures, noteFresh(r, p.Current, nil))...)
}

// noted notes that an export was written. A list that still names whom an erasure took out
// of it is due again at the next run, on a quiet night, too.
func noted(ctx context.Context, w *duckdb.Warehouse, e config.Export, result export.Result, d load.Delivery) error {
	if result.Erased {
		return w.Outputs().Withdrawn(ctx, outputKey(e))
	}
	return w.Outputs().Delivered(ctx, outputKey(e), d.Change)
}

// gone reports whether somebody removed an export that was written to disk. One
// that waits for the first change of its pipelines was not written yet.
func gone(e config.Export, d load.Delivery) bool {
	return (len(e.After) == 0 || d.Change > 0) && missing(e)
}

// ExportSpecs are the exports of the config.
func ExportSpecs(r *Runner) (specs []export.Spec) {
	for _, e := range r.Config.Exports {
		specs = append(specs, r.exportSpec(e))
	}
	return specs
}

func (r *Runner) exportSpec(e config.Export) export.Spec {
	if e.For != "" {
		return export.Spec{Name: e.Name, For: e.For, People: e.People.Query, Path: e.Path.Full, TempDir: r.Config.Warehouse.Path.Full + ".tmp"}
	}
	return export.Spec{
		Name: e.Name, Table: e.Table, Query: e.Query, Path: e.Path.Full, PartitionBy: e.PartitionBy, SortBy: e.SortBy,
		Mode: e.Mode, Format: e.Format, Formulas: !e.CSVSafe, TempDir: r.Config.Warehouse.Path.Full + ".tmp",
	}
}

// outputKey names an export with its definition: a changed one is due at once. It is
// stored, so of the parameters of a URL, which may hold a secret, it has the hash.
func outputKey(e config.Export) string {
	path, parameters, has := strings.Cut(e.Path.Full, "?")
	if has {
		hash := sha256.Sum256([]byte(parameters))
		path += "?" + hex.EncodeToString(hash[:])
	}
	key := fmt.Sprintf("%s %q %q %q %q %q %q %q", e.Name, e.Table, e.Query, path, e.PartitionBy, e.SortBy, e.Mode, e.Format)
	if e.For != "" {
		key += fmt.Sprintf(" %q %q", e.For, e.People.Query)
	}
	if e.Format == export.FormatCSV && e.CSVSafe {
		key += " inert"
	}
	return key
}

// Unwritten is an export that an erasure could not write anew. Its old files may
// hold who was erased, so they are removed: an erasure waits for no export.
type Unwritten struct {
	Name string
	Err  error // why, with the export's name
	Left error // why its old files could not be removed; nil: they are gone
}

// String says what happened and what to do.
func (u Unwritten) String() string {
	if u.Left != nil {
		return fmt.Sprintf("%v; nor could its old files be removed, which may hold who was erased: remove them yourself (%v)", u.Err, u.Left)
	}
	return fmt.Sprintf("%v; its old files were removed, since they may hold who was erased", u.Err)
}

// exportAnew writes every export from nothing and keeps no older file of it. One
// that cannot be written is withdrawn.
func (s *Session) exportAnew(ctx context.Context, w *duckdb.Warehouse) (written []export.Result, unwritten []Unwritten, err error) {
	conn, err := w.Conn(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer conn.Close()
	defer func() {
		var current, lost []string
		for _, e := range written {
			current = append(current, e.Name)
		}
		for _, e := range unwritten {
			lost = append(lost, e.Name)
		}
		err = errors.Join(err, noteFresh(s.Runner, current, lost))
	}()
	for _, e := range s.Runner.Config.Exports {
		d, err := w.Outputs().Delivery(ctx, outputKey(e), e.After)
		if err != nil {
			return written, unwritten, err
		}
		spec := s.Runner.exportSpec(e)
		spec.Full, spec.Change = true, d.Change
		result, err := s.publishExport(ctx, conn, spec)
		if ctx.Err() != nil {
			return written, unwritten, err
		}
		if err != nil {
			unwritten = append(unwritten, Unwritten{Name: e.Name, Err: err, Left: export.Remove(ctx, spec)})
			if err := w.Outputs().Withdrawn(ctx, outputKey(e)); err != nil {
				return written, unwritten, err
			}
			continue
		}
		written = append(written, result)
		crash.At(crash.ExportWritten)
		if err := noted(ctx, w, e, result, d); err != nil {
			return written, unwritten, err
		}
		crash.At(crash.ExportDelivered)
	}
	return written, unwritten, nil
}

// WithdrawExports notes that nothing of any export may be kept, since the warehouse is
// an older one than they were written of: the next run writes them all from nothing.
func WithdrawExports(ctx context.Context, r *Runner, w *duckdb.Warehouse) error {
	for _, e := range r.Config.Exports {
		if err := w.Outputs().Withdrawn(ctx, outputKey(e)); err != nil {
			return err
		}
	}
	return nil
}

func (s *Session) publishExport(ctx context.Context, conn *sql.Conn, spec export.Spec) (export.Result, error) {
	defer s.Runner.Publishing()()
	return export.Write(ctx, conn, spec, s.Runner.Now())
}

// publishSnapshot makes the snapshot of a warehouse file.
func (s *Session) publishSnapshot(ctx context.Context, file string) error {
	defer s.Runner.Publishing()()
	return export.Snapshot(ctx, file, s.Runner.Config.Warehouse.Snapshot.Full, duckdb.Strip)
}
