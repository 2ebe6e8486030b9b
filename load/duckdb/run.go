package duckdb

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"contactsync/schema"
)

// Recover closes the runs that a crash left running, and removes the file that an
// erasure left unfinished. The caller holds the [load.Lock], so nobody else can be
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
		return 0, fmt.Errorf("warehouse: close interrupted runs: %w", plain(err))
	}
	return closed, nil
}

// Positions returns where a pipeline stands, by partition.
func (w *Warehouse) Positions(ctx context.Context, pipeline string) (map[string]schema.Position, error) {
	positions := map[string]schema.Position{}
	err := query(ctx, w, schema.Checkpoints.Columns, func(p *schema.Position) error {
		positions[p.Partition] = *p
		return nil
	}, "SELECT "+selectList("c", schema.Checkpoints.Columns)+" FROM etl.checkpoints c WHERE pipeline = $1", pipeline)
	return positions, err
}

// ForgetPositions drops these positions of a pipeline, so that its next run reads
// them anew. The rows stay.
func (w *Warehouse) ForgetPositions(ctx context.Context, pipeline string, partitions []string) error {
	err := w.transaction(ctx, nil, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM etl.checkpoints WHERE pipeline = $1 AND "partition" IN (SELECT unnest(from_json($2, '["VARCHAR"]')))`, pipeline, listArgument(partitions))
		return err
	})
	if err != nil {
		return fmt.Errorf("warehouse: forget the positions of %s: %w", pipeline, plain(err))
	}
	return nil
}

// Runs returns the last runs, newest first: of one pipeline, or of all for "".
func (w *Warehouse) Runs(ctx context.Context, pipeline string, limit int) ([]schema.Run, error) {
	var runs []schema.Run
	err := query(ctx, w, schema.Runs.Columns, func(r *schema.Run) error {
		runs = append(runs, *r)
		return nil
	}, "SELECT "+selectList("r", schema.Runs.Columns)+" FROM etl.runs r WHERE $1 = '' OR pipeline = $1 ORDER BY started_at DESC, run_id DESC LIMIT $2", pipeline, limit)
	return runs, err
}

// LastRun returns the last run that asked the vendor; ok is false where there is none.
func (w *Warehouse) LastRun(ctx context.Context, pipeline string) (run schema.Run, ok bool, err error) {
	err = query(ctx, w, schema.Runs.Columns, func(r *schema.Run) error {
		run, ok = *r, true
		return nil
	}, "SELECT "+selectList("r", schema.Runs.Columns)+" FROM etl.runs r WHERE pipeline = $1 AND NOT replay ORDER BY started_at DESC, run_id DESC LIMIT 1", pipeline)
	return run, ok, err
}

// Run returns one run; ok is false where there is none of this id.
func (w *Warehouse) Run(ctx context.Context, id string) (run schema.Run, ok bool, err error) {
	err = query(ctx, w, schema.Runs.Columns, func(r *schema.Run) error {
		run, ok = *r, true
		return nil
	}, "SELECT "+selectList("r", schema.Runs.Columns)+" FROM etl.runs r WHERE run_id = $1", id)
	return run, ok, err
}

// Credits is what a pipeline's runs have cost since a moment.
func (w *Warehouse) Credits(ctx context.Context, pipeline string, since time.Time) (credits int64, err error) {
	err = w.db.QueryRowContext(ctx, "SELECT coalesce(sum(credits), 0)::BIGINT FROM etl.runs WHERE pipeline = $1 AND started_at >= $2", pipeline, since.UTC()).Scan(&credits)
	if err != nil {
		err = fmt.Errorf("warehouse: credits of %s: %w", pipeline, plain(err))
	}
	return credits, err
}

// LastSuccess is the end of a pipeline's last run that succeeded; zero if none did.
func (w *Warehouse) LastSuccess(ctx context.Context, pipeline string) (time.Time, error) {
	var at sql.NullTime
	err := w.db.QueryRowContext(ctx, "SELECT max(finished_at) FROM etl.runs WHERE pipeline = $1 AND status = $2 AND NOT replay", pipeline, schema.Succeeded).Scan(&at)
	if err != nil {
		return time.Time{}, fmt.Errorf("warehouse: last success of %s: %w", pipeline, plain(err))
	}
	return at.Time, nil
}

// query reads rows on a connection of its own.
func query[R any](ctx context.Context, w *Warehouse, columns []schema.Column[R], yield func(*R) error, sql string, args ...any) error {
	conn, err := w.db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("warehouse: %w", err)
	}
	defer conn.Close()
	if err := readRows(ctx, conn, columns, yield, sql, args...); err != nil {
		return fmt.Errorf("warehouse: %w", plain(err))
	}
	return nil
}
