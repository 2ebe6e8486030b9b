package duckdb

import (
	"context"
	"database/sql"
	"time"

	"contactsync/load"
	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// Enrichments lists the jobs that a pipeline has booked since a moment, oldest first.
func (w progress) Enrichments(ctx context.Context, pipeline string, since time.Time) ([]schema.Enrichment, error) {
	return rowio.Select(ctx, w, schema.Enrichments.Columns,
		"etl.enrichments t WHERE pipeline = $1 AND booked_at >= $2 ORDER BY booked_at, name", pipeline, since.UTC())
}

// Asked lists whom a pipeline has asked for since a moment.
func (w progress) Asked(ctx context.Context, pipeline string, since time.Time) ([]schema.Asked, error) {
	return rowio.Select(ctx, w, schema.AskedPeople.Columns,
		"etl.asked t WHERE pipeline = $1 AND asked_at >= $2 ORDER BY asked_at, job, person, kind, value", pipeline, since.UTC())
}

// commitJobs stores how enrichment jobs stand.
func commitJobs(ctx context.Context, tx *sql.Tx, b load.Batch) error {
	if err := rowio.Replace(ctx, tx, schema.Enrichments, b.Enrichments, "pipeline", "name"); err != nil {
		return err
	}
	if len(b.Unasked) == 0 {
		return nil
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM etl.asked WHERE pipeline = $1 AND job IN (SELECT unnest(from_json($2, '["VARCHAR"]')))`,
		b.Run.Pipeline, rowio.List(b.Unasked))
	return err
}
