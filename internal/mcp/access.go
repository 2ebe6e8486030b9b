package mcp

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"contactsync/internal/run"
	"contactsync/load/duckdb/console"
	"contactsync/load/duckdb/reduced"
	"contactsync/schema"
)

// access opens what is asked, closed to every other file, and closes it when do is done.
// It is for one question at a time, after prepare.
type access interface {
	prepare(ctx context.Context) error
	open(ctx context.Context, do func(console.Source, time.Time) error) error
	close() error
}

// openAccess shows everything.
type openAccess struct{ runner *run.Runner }

func (a openAccess) open(ctx context.Context, do func(console.Source, time.Time) error) error {
	return read(ctx, a.runner, func(reader *run.Reader) error {
		if err := console.Seal(ctx, reader); err != nil {
			return err
		}
		return do(reader, reader.AsOf)
	})
}

func (openAccess) prepare(context.Context) error { return nil }

func (openAccess) close() error { return nil }

// read opens the snapshot, so that no question holds up a run, or the warehouse where
// there is none.
func read(ctx context.Context, r *run.Runner, do func(*run.Reader) error) error {
	err := r.ReadSnapshot(ctx, do)
	if _, none := errors.AsType[*run.BusyError](err); none {
		return r.Read(ctx, do)
	}
	return err
}

// reducedAccess shows a copy without the columns that name a person, made when it is
// first needed and anew whenever the file that it is made of is another.
type reducedAccess struct {
	runner *run.Runner
	tables []schema.TableInfo
	key    reduced.Key

	dir  string // "" until there is a copy
	of   []os.FileInfo
	mark string // of a warehouse that Spark holds, in the place of files
	asOf time.Time
}

func newReducedAccess(r *run.Runner, tables []schema.TableInfo) *reducedAccess {
	return &reducedAccess{runner: r, tables: tables, key: reduced.NewKey()}
}

func (a *reducedAccess) open(ctx context.Context, do func(console.Source, time.Time) error) error {
	o := a.runner.Options(true)
	w, err := reduced.Open(ctx, a.file(), reduced.Options{MemoryLimit: o.MemoryLimit, Threads: o.Threads, Spill: filepath.Join(a.dir, "spill")})
	if err != nil {
		return err
	}
	if err := console.Seal(ctx, w); err != nil {
		return errors.Join(err, w.Close())
	}
	return errors.Join(do(w, a.asOf), w.Close())
}

func (a *reducedAccess) file() string { return filepath.Join(a.dir, "analytics.duckdb") }

// prepare makes the copy, unless there is one of the file as it is.
func (a *reducedAccess) prepare(ctx context.Context) error {
	of, mark, err := a.source(ctx)
	if err != nil {
		return err
	}
	if a.of != nil && slices.EqualFunc(a.of, of, sameFile) && a.mark == mark {
		return nil
	}
	a.of = nil
	if a.dir == "" {
		if a.dir, err = os.MkdirTemp("", "contactsync-mcp-"); err != nil {
			return err
		}
	}
	if err := errors.Join(removed(a.file()), removed(a.file()+".wal")); err != nil {
		return err
	}
	err = read(ctx, a.runner, func(reader *run.Reader) error {
		a.asOf = reader.AsOf
		if err := run.Bring(ctx, reader); err != nil {
			return err
		}
		return reduced.Write(ctx, reader, a.tables, a.key, a.file())
	})
	if err != nil {
		return errors.Join(err, removed(a.file()), removed(a.file()+".wal"))
	}
	a.of, a.mark = of, mark
	return nil
}

// source is the file that a copy is made of, with its log. It is looked at before it is
// read: where it changes meanwhile, the next question makes the copy anew.
func (a *reducedAccess) source(ctx context.Context) (files []os.FileInfo, mark string, err error) {
	if a.runner.Config.Warehouse.InLake() {
		return []os.FileInfo{}, run.Mark(ctx, a.runner), nil
	}
	warehouse := a.runner.Config.Warehouse
	for _, path := range []string{warehouse.Snapshot.Full, warehouse.Path.Full, warehouse.Path.Full + ".wal"} {
		info, err := os.Stat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return nil, "", err
		case path == warehouse.Snapshot.Full:
			return []os.FileInfo{info}, "", nil
		default:
			files = append(files, info)
		}
	}
	return files, "", nil
}

func sameFile(a, b os.FileInfo) bool {
	return os.SameFile(a, b) && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}

func removed(path string) error {
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func (a *reducedAccess) close() error {
	if a.dir == "" {
		return nil
	}
	return os.RemoveAll(a.dir)
}
