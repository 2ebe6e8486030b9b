package export

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	duckdb "github.com/duckdb/duckdb-go/v2"
)

// Check finds what is wrong with the words of a spec: it prepares the query and
// looks for the columns that the spec names, and writes nothing. Conn needs the
// tables, not their rows. What only the rows, or files that the query reads, can
// tell is for [Write] to find.
func Check(ctx context.Context, conn *sql.Conn, s Spec) error {
	err := check(ctx, conn, s)
	if failure, ok := errors.AsType[*duckdb.Error](err); ok && !ownWords(failure) {
		return nil
	}
	return err
}

// Probe asks a bucket for all that an export needs of it, and leaves it as it was: it
// reads the manifest, lists the prefix, and writes and removes an empty object beside it.
// A directory is asked nothing.
func Probe(ctx context.Context, s Spec) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("export %s: %w", s.Name, err)
		}
	}()
	if err := s.complete(); err != nil || !isURL(s.Path) {
		return err
	}
	b, err := openBucket(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	if _, err := b.current(ctx); err != nil {
		return err
	}
	if _, err := b.data(ctx); err != nil {
		return err
	}
	name := probeKey + strings.ToLower(rand.Text())
	if err := b.put(ctx, name, nil, "text/plain"); err != nil {
		return err
	}
	return b.delete(ctx, b.own(name), " that was written to try it")
}

// probeKey begins the name of the object that a probe writes.
const probeKey = "check-"

func check(ctx context.Context, conn *sql.Conn, s Spec) (err error) {
	if err := s.complete(); err != nil {
		return err
	}
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() { err = errors.Join(err, tx.Rollback()) }()
	if s.For != "" {
		return checkPeople(ctx, tx, s)
	}
	r, err := relate(ctx, tx, s)
	if err == nil && s.Mode == ModeIncremental {
		_, err = r.clock()
	}
	return err
}
