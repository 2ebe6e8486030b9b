package duckdb

import (
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	_ "embed" // the file of an empty warehouse
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

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
	if err := writeBlank(temporary); err != nil {
		return err
	}
	w, err := attach(ctx, temporary, o)
	if err != nil {
		return err
	}
	err = execute(ctx, w.conn, fmt.Sprintf("UPDATE etl.meta SET rules = %d", o.Rules), "CHECKPOINT")
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

// blank is the file of an empty warehouse of this layout, as layout.SQL and layout.Describe
// make it: each of their some 600 statements costs 0.2 ms, and copying what came of them
// nothing. `go test ./load/duckdb -update` makes it anew.
//
//go:embed blank.duckdb.gz
var blank []byte

// writeBlank puts an empty warehouse at a path.
func writeBlank(path string) error {
	z, err := gzip.NewReader(bytes.NewReader(blank))
	if err != nil {
		return err
	}
	content, err := io.ReadAll(z)
	if err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o600)
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
