package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"contactsync/internal/crash"
	"contactsync/internal/durable"
	"contactsync/load/duckdb/layout"
	"contactsync/load/duckdb/rowio"
)

// create makes a new warehouse under a temporary name and renames it: killed at
// any instant, there is either no warehouse or a whole one. (Of 148 processes
// killed while DuckDB created a file in place, 3 left an unreadable one.)
func create(ctx context.Context, path string, o Options) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := clearUnfinished(path); err != nil {
		return err
	}
	crash.At(crash.CreateBefore)
	temporary := fmt.Sprintf("%s.new-%d", path, os.Getpid())
	defer os.Remove(temporary) //nolint:errcheck // there only after a failure
	defer os.Remove(temporary + ".wal")
	w, err := attach(ctx, temporary, o)
	if err != nil {
		return err
	}
	err = execute(ctx, w.conn, append(everything(), fmt.Sprintf("UPDATE etl.meta SET rules = %d", o.Rules), "CHECKPOINT")...)
	if err := errors.Join(err, w.Close()); err != nil {
		return err
	}
	crash.At(crash.CreateRename)
	if err := durable.Replace(temporary, path, 0o600); err != nil {
		return err
	}
	crash.At(crash.CreateAfter)
	return nil
}

// everything makes all that a new file holds, with its comments, in one transaction:
// statement by statement there would be as many writes to the disk.
func everything() []string {
	return append(append([]string{"BEGIN TRANSACTION"}, layout.SQL()...), strings.Join(layout.Describe(), ";\n"), "COMMIT")
}

// Blank is an empty warehouse of this layout in memory, to try queries on.
func Blank(ctx context.Context) (*sql.DB, error) {
	db, err := sql.Open("duckdb", ":memory:?threads=1&autoinstall_known_extensions=false&autoload_known_extensions=false")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // another connection would be another database
	if err := execute(ctx, db, layout.SQL()...); err != nil {
		return nil, errors.Join(rowio.Short(err), db.Close())
	}
	return db, nil
}

// execute runs statements on a database or on one connection to it.
func execute(ctx context.Context, on interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}, statements ...string) error {
	for _, statement := range statements {
		if _, err := on.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}
