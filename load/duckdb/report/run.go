package report

import (
	"context"
	"time"

	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// Runs returns the last runs, newest first: of one pipeline, or of all for "".
func Runs(ctx context.Context, from Connector, pipeline string, limit int) ([]schema.Run, error) {
	return RunsThat(ctx, from, pipeline, "", limit)
}

// RunsThat returns the last runs that ended so, newest first, "" being any end.
func RunsThat(ctx context.Context, from Connector, pipeline, status string, limit int) ([]schema.Run, error) {
	return runs(ctx, from, "($1 = '' OR pipeline = $1) AND ($2 = '' OR status = $2) ORDER BY started_at DESC, run_id DESC LIMIT $3",
		pipeline, status, limit)
}

// RunsBeginning returns the runs whose ids begin so, newest first.
func RunsBeginning(ctx context.Context, from Connector, id string, limit int) ([]schema.Run, error) {
	return runs(ctx, from, "starts_with(run_id, $1) ORDER BY started_at DESC, run_id DESC LIMIT $2", id, limit)
}

// LastRun returns the last run that asked the vendor; ok is false where there is none.
func LastRun(ctx context.Context, from Connector, pipeline string) (run schema.Run, ok bool, err error) {
	return first(runs(ctx, from, "pipeline = $1 AND NOT replay ORDER BY started_at DESC, run_id DESC LIMIT 1", pipeline))
}

// Run returns one run; ok is false where there is none of this id.
func Run(ctx context.Context, from Connector, id string) (run schema.Run, ok bool, err error) {
	return first(runs(ctx, from, "run_id = $1", id))
}

// LastSuccess is the end of a pipeline's last run that succeeded; zero if none did.
func LastSuccess(ctx context.Context, from Connector, pipeline string) (time.Time, error) {
	run, _, err := first(runs(ctx, from, "pipeline = $1 AND status = $2 AND NOT replay ORDER BY finished_at DESC NULLS LAST LIMIT 1", pipeline, schema.Succeeded))
	return run.FinishedAt, err
}

func runs(ctx context.Context, from Connector, which string, args ...any) ([]schema.Run, error) {
	return rowio.Select(ctx, from, schema.Runs.Columns, "etl.runs t WHERE "+which, args...)
}

func first(runs []schema.Run, err error) (schema.Run, bool, error) {
	if len(runs) == 0 {
		return schema.Run{}, false, err
	}
	return runs[0], true, err
}
