package duckdb

import (
	"context"
	"database/sql"
	"fmt"

	"contactsync/load"
	"contactsync/load/duckdb/rowio"
)

// Delivery tells whether an output lacks a change that a merge made: one of these
// pipelines' merges, or anyone's if none is named. One that names none is due
// before the first change, too; one that names some waits for theirs.
// Delivered(change) notes that it has been made good. A crash between merge and
// export leaves it due, so the next run writes it even on a quiet night.
func (w outputs) Delivery(ctx context.Context, output string, pipelines []string) (d load.Delivery, err error) {
	var last sql.NullInt64
	var delivered int64
	const query = `SELECT max(change), coalesce((SELECT max(change) FROM etl.outputs WHERE output = $1), $3)
		FROM etl.changes WHERE $2 IS NULL OR pipeline IN (SELECT unnest(from_json($2, '["VARCHAR"]')))`
	if err := w.db.QueryRowContext(ctx, query, output, rowio.List(pipelines), never).Scan(&last, &delivered); err != nil {
		return load.Delivery{}, fmt.Errorf("warehouse: is %s due: %w", output, rowio.Short(err))
	}
	d = load.Delivery{Change: last.Int64, Anew: delivered == withdrawn}
	d.Due = (last.Valid || len(pipelines) == 0) && d.Change > delivered
	return d, nil
}

// What stands for the change of an output that holds none.
const (
	never     = -1 // it was not written yet
	withdrawn = -2 // its files were removed, or should have been
)

// Delivered notes that an output holds everything up to a change.
func (w outputs) Delivered(ctx context.Context, output string, change int64) error {
	err := w.statements(ctx,
		statement{"DELETE FROM etl.outputs WHERE output = $1", []any{output}},
		statement{"INSERT INTO etl.outputs (output, change) VALUES ($1, $2)", []any{output, change}})
	if err != nil {
		return fmt.Errorf("warehouse: note of %s: %w", output, rowio.Short(err))
	}
	return nil
}

// Withdrawn notes that nothing of an output may be kept: the next one is due and
// begins from nothing.
func (w outputs) Withdrawn(ctx context.Context, output string) error {
	return w.Delivered(ctx, output, withdrawn)
}
