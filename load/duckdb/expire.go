package duckdb

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// servedSQL is when vendors are known to have served a record (at), a row for each sign
// of it: its last change; the end of the last whole listing of an audience that it is in,
// or by which it had left one; a listing that is under way, or ended in doubt, and names
// it; an event or a day's match; and what waits for its merge. An event that the vendor
// dates later than now ($1) tells nothing.
var servedSQL = `SELECT source, source_id, last_seen_at AS at FROM etl.records
	UNION ALL
	SELECT m.source, m.source_id, coalesce(m.valid_to, a.swept_at, m.valid_from)
		FROM etl.members m LEFT JOIN audiences a USING (source, audience_id)
	UNION ALL
	SELECT source, source_id, coalesce(try_cast(sweep AS TIMESTAMPTZ), $1) FROM etl.sweep_members
	UNION ALL
	SELECT '` + schema.Intent + `', source_id, data_date::TIMESTAMPTZ FROM etl.matches WHERE data_date <= $1::DATE
	UNION ALL
	SELECT source, source_id, occurred_at FROM etl.events WHERE occurred_at <= $1
	UNION ALL
	SELECT source, source_id, $1 FROM etl.staged_versions
	UNION ALL
	SELECT source, source_id, $1 FROM etl.staged_seen
	UNION ALL
	SELECT source, source_id, $1 FROM etl.staged_events`

// Expired lists the people none of whose records was served since a moment.
func (w eraser) Expired(ctx context.Context, since time.Time) ([]string, error) {
	if err := w.need(ctx, "etl.records", "etl.members", "etl.sweep_members", "etl.matches", "etl.events", "etl.people"); err != nil {
		return nil, err
	}
	return rowio.Texts(ctx, w, `SELECT p.contact_id AS value FROM (`+servedSQL+`) s JOIN etl.people p USING (source, source_id)
		GROUP BY p.contact_id HAVING max(s.at) < $2 ORDER BY p.contact_id`, w.now().UTC(), since.UTC())
}

// Erased notes an erasure.
func (w eraser) Erased(ctx context.Context, e schema.Erasure) error {
	f := tableFrame(nil, schema.Erasures, []schema.Erasure{e})
	if err := w.transaction(ctx, f, func(context.Context, *sql.Tx) error { return nil }); err != nil {
		return fmt.Errorf("warehouse: note of the erasure: %w", rowio.Short(err))
	}
	return nil
}
