package duckdb

import (
	"contactsync/load"
	"context"
	"database/sql"
	"fmt"
)

// Delivery tells whether an output lacks a change that a merge made: one of these
// pipelines' merges, or anyone's if none is named. One that names none is due
// before the first change, too; one that names some waits for theirs.
// Delivered(change) notes that it has been made good. A crash between merge and
// export leaves it due, so the next run writes it even on a quiet night.
func (w *Warehouse) Delivery(ctx context.Context, output string, pipelines []string) (d load.Delivery, err error) {
	var last sql.NullInt64
	var delivered int64
	err = w.db.QueryRowContext(ctx, `SELECT max(change), coalesce((SELECT max(change) FROM etl.outputs WHERE output = $1), $3)
		FROM etl.changes WHERE $2 IS NULL OR pipeline IN (SELECT unnest(from_json($2, '["VARCHAR"]')))`, output, listArgument(pipelines), never).Scan(&last, &delivered)
	if err != nil {
		return load.Delivery{}, fmt.Errorf("warehouse: is %s due: %w", output, plain(err))
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
func (w *Warehouse) Delivered(ctx context.Context, output string, change int64) error {
	err := w.transaction(ctx, nil, func(ctx context.Context, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM etl.outputs WHERE output = $1", output); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO etl.outputs (output, change) VALUES ($1, $2)", output, change)
		return err
	})
	if err != nil {
		return fmt.Errorf("warehouse: note of %s: %w", output, plain(err))
	}
	return nil
}

// Withdrawn notes that nothing of an output may be kept: the next one is due and
// begins from nothing.
func (w *Warehouse) Withdrawn(ctx context.Context, output string) error {
	return w.Delivered(ctx, output, withdrawn)
}

// noteChange records that this merge changed what outputs show.
func (g *merge) noteChange(ctx context.Context) error {
	if g.merged.New+g.merged.Changed+g.merged.Removed+g.merged.Contacts+g.merged.Members == 0 {
		return nil
	}
	if err := g.exec(ctx, "INSERT INTO etl.changes (pipeline, change) SELECT $1, coalesce(max(change), 0) + 1 FROM etl.changes", g.run.Pipeline); err != nil {
		return err
	}
	return g.exec(ctx, "DELETE FROM etl.changes c WHERE pipeline = $1 AND change < (SELECT max(change) FROM etl.changes WHERE pipeline = $1)", g.run.Pipeline)
}

// Strings returns the first column of a query as text: websites to search, say.
func (w *Warehouse) Strings(ctx context.Context, query string) ([]string, error) {
	rows, err := w.db.QueryContext(ctx, "SELECT #1::VARCHAR FROM ("+query+"\n)")
	if err != nil {
		return nil, plain(err)
	}
	defer rows.Close()
	var list []string
	for rows.Next() {
		var s sql.NullString
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		if s.String != "" {
			list = append(list, s.String)
		}
	}
	return list, plain(rows.Err())
}
