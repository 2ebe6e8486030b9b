package standing

import (
	"context"
	"database/sql"
	"fmt"

	"contactsync/load/duckdb/rowio"
)

// inChunks reads a table t in the order of a number of its rows, about so many at a time: do
// is told the condition of these.
func inChunks(ctx context.Context, conn *sql.Conn, rows int, number, table string, do func(where string) error) error {
	var first, last, stored int64
	row := conn.QueryRowContext(ctx, fmt.Sprintf("SELECT coalesce(min(%[1]s), 0), coalesce(max(%[1]s), 0), count(*) FROM %[2]s t", number, table))
	if err := row.Scan(&first, &last, &stored); err != nil || stored == 0 {
		return err
	}
	limit := int64(rows)
	step := min(max(1, (last-first+1)*limit/stored), limit) // numbers may be missing
	for from := first; from <= last; from += step {
		if err := do(fmt.Sprintf("%s BETWEEN %d AND %d", number, from, from+step-1)); err != nil {
			return err
		}
	}
	return nil
}

// atOneMoment gives a connection on which all queries see the same.
func atOneMoment(ctx context.Context, from rowio.Connector, do func(*sql.Conn) error) error {
	conn, err := from.Conn(ctx)
	if err != nil {
		return fmt.Errorf("warehouse: %w", err)
	}
	defer conn.Close()
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("warehouse: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // it only reads
	if err := do(conn); err != nil {
		return fmt.Errorf("warehouse: %w", rowio.Short(err))
	}
	return nil
}
