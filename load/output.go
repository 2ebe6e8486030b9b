package load

import (
	"context"
	"database/sql"
	"fmt"
)

// Due reports whether an output, an export by its name and definition, lacks a
// change that a merge made: one of these pipelines' merges, or anyone's if none
// is named. Delivered(change) notes that it has been made good. A crash between
// merge and export leaves it due, so the next run writes it even on a quiet night.
func (w *Warehouse) Due(ctx context.Context, output string, pipelines []string) (due bool, change int64, err error) {
	err = w.db.QueryRowContext(ctx, `SELECT coalesce(max(change), 0), coalesce(max(change), 0) > coalesce((SELECT max(change) FROM etl.outputs WHERE output = $1), -1)
		FROM etl.changes WHERE $2 IS NULL OR pipeline IN (SELECT unnest(from_json($2, '["VARCHAR"]')))`, output, listArgument(pipelines)).Scan(&change, &due)
	if err != nil {
		return false, 0, fmt.Errorf("warehouse: is %s due: %w", output, plain(err))
	}
	return due, change, nil
}

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
