package duckdb

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// Recover closes the runs that a crash left running, and removes the file that an
// erasure left unfinished. The caller holds the [load.Lock], so no other process can be
// running them. What they staged is merged by the next run of their pipeline.
func (w *Warehouse) Recover(ctx context.Context) (closed int64, err error) {
	if err := clearUnfinished(w.path); err != nil {
		return 0, fmt.Errorf("warehouse: remove an unfinished file: %w", err)
	}
	err = w.transaction(ctx, nil, func(ctx context.Context, tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `UPDATE etl.runs SET status = $1, finished_at = $2,
			error = coalesce(error, 'the process ended before the run did; the next run goes on from its last commit') WHERE status = $3`,
			schema.Interrupted, w.now().UTC(), schema.Running)
		if err != nil {
			return err
		}
		closed, err = result.RowsAffected()
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("warehouse: close interrupted runs: %w", rowio.Short(err))
	}
	return closed, nil
}

// Positions returns where a pipeline stands, by partition.
func (w progress) Positions(ctx context.Context, pipeline string) (map[string]schema.Position, error) {
	positions := map[string]schema.Position{}
	list, err := rowio.Select(ctx, w, schema.Checkpoints.Columns, "etl.checkpoints t WHERE pipeline = $1", pipeline)
	for _, p := range list {
		positions[p.Partition] = p
	}
	return positions, err
}

// ForgetPositions drops these positions of a pipeline, so that its next run reads
// them anew. The rows stay.
func (w progress) ForgetPositions(ctx context.Context, pipeline string, partitions []string) error {
	const query = `DELETE FROM etl.checkpoints WHERE pipeline = $1 AND "partition" IN (SELECT unnest(from_json($2, '["VARCHAR"]')))`
	err := w.statements(ctx, statement{query, []any{pipeline, rowio.List(partitions)}})
	if err != nil {
		return fmt.Errorf("warehouse: forget the positions of %s: %w", pipeline, rowio.Short(err))
	}
	return nil
}

// Credits is what a pipeline's runs have cost since a moment.
func (w progress) Credits(ctx context.Context, pipeline string, since time.Time) (credits int64, err error) {
	const query = "SELECT coalesce(sum(credits), 0)::BIGINT FROM etl.runs WHERE pipeline = $1 AND started_at >= $2"
	if err := w.db.QueryRowContext(ctx, query, pipeline, since.UTC()).Scan(&credits); err != nil {
		return 0, fmt.Errorf("warehouse: credits of %s: %w", pipeline, rowio.Short(err))
	}
	return credits, nil
}
