package report

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// Runs returns the last runs, newest first: of one pipeline, or of all for "".
func Runs(ctx context.Context, from Connector, pipeline string, limit int) ([]schema.Run, error) {
	var runs []schema.Run
	err := rowio.Query(ctx, from, schema.Runs.Columns, rowio.Collect(&runs), "SELECT "+rowio.SelectList("r", schema.Runs.Columns)+" FROM etl.runs r WHERE $1 = '' OR pipeline = $1 ORDER BY started_at DESC, run_id DESC LIMIT $2", pipeline, limit)
	return runs, err
}

// LastRun returns the last run that asked the vendor; ok is false where there is none.
func LastRun(ctx context.Context, from Connector, pipeline string) (run schema.Run, ok bool, err error) {
	err = rowio.Query(ctx, from, schema.Runs.Columns, func(r *schema.Run) error {
		run, ok = *r, true
		return nil
	}, "SELECT "+rowio.SelectList("r", schema.Runs.Columns)+" FROM etl.runs r WHERE pipeline = $1 AND NOT replay ORDER BY started_at DESC, run_id DESC LIMIT 1", pipeline)
	return run, ok, err
}

// Run returns one run; ok is false where there is none of this id.
func Run(ctx context.Context, from Connector, id string) (run schema.Run, ok bool, err error) {
	err = rowio.Query(ctx, from, schema.Runs.Columns, func(r *schema.Run) error {
		run, ok = *r, true
		return nil
	}, "SELECT "+rowio.SelectList("r", schema.Runs.Columns)+" FROM etl.runs r WHERE run_id = $1", id)
	return run, ok, err
}

// LastSuccess is the end of a pipeline's last run that succeeded; zero if none did.
func LastSuccess(ctx context.Context, from Connector, pipeline string) (time.Time, error) {
	var at sql.NullTime
	conn, err := from.Conn(ctx)
	if err != nil {
		return time.Time{}, fmt.Errorf("warehouse: %w", err)
	}
	defer conn.Close()
	const query = "SELECT max(finished_at) FROM etl.runs WHERE pipeline = $1 AND status = $2 AND NOT replay"
	if err := conn.QueryRowContext(ctx, query, pipeline, schema.Succeeded).Scan(&at); err != nil {
		return time.Time{}, fmt.Errorf("warehouse: last success of %s: %w", pipeline, rowio.Short(err))
	}
	return at.Time, nil
}
