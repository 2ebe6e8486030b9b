package export

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

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

func check(ctx context.Context, conn *sql.Conn, s Spec) (err error) {
	if err := s.complete(); err != nil {
		return err
	}
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() { err = errors.Join(err, tx.Rollback()) }()
	r, err := relate(ctx, tx, s)
	if err == nil && s.Mode == ModeIncremental {
		_, err = r.clock()
	}
	return err
}
