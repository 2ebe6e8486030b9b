package mcp

import (
	"context"
	"errors"
	"time"

	"contactsync/internal/run"
	"contactsync/load/duckdb/console"
)

// lakeAccess shows everything of a warehouse that Spark holds. All of it is fetched before
// it is closed to other files, and again once more is stored there.
type lakeAccess struct {
	runner *run.Runner
	reader *run.Reader // nil until it is fetched
	mark   string      // of the warehouse as it was then
}

func (a *lakeAccess) prepare(ctx context.Context) error {
	mark := run.Mark(ctx, a.runner)
	if a.reader != nil && a.mark == mark {
		return nil
	}
	if err := a.close(); err != nil {
		return err
	}
	reader, err := run.OpenShared(ctx, a.runner)
	if err != nil {
		return err
	}
	if err = run.Bring(ctx, reader); err == nil {
		err = console.Seal(ctx, reader)
	}
	if err != nil {
		return errors.Join(err, reader.Close())
	}
	a.reader, a.mark = reader, mark
	return nil
}

func (a *lakeAccess) open(_ context.Context, do func(console.Source, time.Time) error) error {
	return do(a.reader, time.Time{})
}

func (a *lakeAccess) close() error {
	if a.reader == nil {
		return nil
	}
	reader := a.reader
	a.reader = nil
	return reader.Close()
}
