package report

import (
	"context"

	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// Rejects lists quarantined records, newest first: of one pipeline, or of all for
// ""; those that a replay accepted only if replayed says so.
func Rejects(ctx context.Context, from Connector, pipeline string, replayed bool, limit int) ([]schema.Reject, error) {
	var rejects []schema.Reject
	err := rowio.Query(ctx, from, schema.Rejects.Columns, rowio.Collect(&rejects), "SELECT "+rowio.SelectList("r", schema.Rejects.Columns)+` FROM etl.rejects r
		WHERE ($1 = '' OR pipeline = $1) AND ($2 OR replayed_at IS NULL) ORDER BY rejected_at DESC, reject_id DESC LIMIT $3`, pipeline, replayed, limit)
	return rejects, err
}
