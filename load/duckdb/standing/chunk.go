package standing

import (
	"context"
	"database/sql"
	"fmt"

	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// extent is what a table has of a number, and how many rows.
type extent struct {
	First int64 `col:"first"`
	Last  int64 `col:"last"`
	Rows  int64 `col:"n"`
}

var extentColumns = schema.ColumnsOf[extent]()

// extentOf finds the extent of a table t.
func extentOf(ctx context.Context, conn *sql.Conn, number, table string) (e extent, err error) {
	err = rowio.Read(ctx, conn, extentColumns, func(found *extent) error {
		e = *found
		return nil
	}, fmt.Sprintf(`SELECT coalesce(min(%[1]s), 0) AS "first", coalesce(max(%[1]s), 0) AS last, count(*) AS n FROM %[2]s t`, number, table))
	return e, err
}

// inChunks reads a table t in the order of a number of its rows, about so many at a time: do
// is told the condition of these.
func inChunks(ctx context.Context, conn *sql.Conn, rows int, number, table string, do func(where string) error) error {
	e, err := extentOf(ctx, conn, number, table)
	if err != nil || e.Rows == 0 {
		return err
	}
	limit := int64(rows)
	step := min(max(1, (e.Last-e.First+1)*limit/e.Rows), limit) // numbers may be missing
	for from := e.First; from <= e.Last; from += step {
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
