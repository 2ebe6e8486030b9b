package run

import (
	"context"
	"database/sql"
	"errors"

	"contactsync/internal/config"
	"contactsync/load/duckdb"
	"contactsync/load/export"
)

// CheckExports finds the queries of exports that cannot be written, before anything
// is asked of a vendor. They are tried on an empty warehouse, which needs no lock;
// the config has checked the exports of tables.
func CheckExports(ctx context.Context, r *Runner) error {
	var problems []config.Problem
	err := EachExport(ctx, r, func(e config.Export, err error) {
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
func EachExport(ctx context.Context, r *Runner, do func(config.Export, error)) error {
	var conn *sql.Conn
	for _, e := range r.Config.Exports {
		if e.Query == "" {
			do(e, nil)
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
			err = r.Config.Problem("exports."+e.Name+".query", err)
		}
		do(e, err)
	}
	return nil
}
