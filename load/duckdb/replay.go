package duckdb

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"contactsync/load"
	"contactsync/load/duckdb/layout"
	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// Origins lists the pipelines whose payloads are stored.
func (w history) Origins(ctx context.Context) ([]load.Origin, error) {
	if err := w.need(ctx, "etl.versions", "etl.matches"); err != nil {
		return nil, err
	}
	return w.origins(ctx, "SELECT pipeline, source FROM etl.versions UNION SELECT pipeline, 'intent' FROM etl.matches ORDER BY ALL")
}

// Staged reports whether rows of a pipeline wait for a merge.
func (w progress) Staged(ctx context.Context, pipeline string) (waiting bool, err error) {
	var parts []string
	for _, s := range layout.Stages() {
		parts = append(parts, fmt.Sprintf("SELECT 1 FROM %s WHERE pipeline = $1", s.Name))
	}
	if err := w.db.QueryRowContext(ctx, "SELECT EXISTS ("+strings.Join(parts, " UNION ALL ")+")", pipeline).Scan(&waiting); err != nil {
		return false, fmt.Errorf("warehouse: staged rows of %s: %w", pipeline, rowio.Short(err))
	}
	return waiting, nil
}

// RecordIDs lists up to limit records that a pipeline has brought, by their ids,
// from the first after the one named.
func (w history) RecordIDs(ctx context.Context, o load.Origin, after string, limit int) (ids []string, err error) {
	if err := w.need(ctx, "etl.versions"); err != nil {
		return nil, err
	}
	err = rowio.Query(ctx, w, rowio.SingleColumns, func(s *rowio.Single) error {
		ids = append(ids, s.Value)
		return nil
	}, `SELECT DISTINCT source_id FROM etl.versions WHERE source = $1 AND pipeline = $2 AND source_id > $3 ORDER BY source_id LIMIT $4`,
		o.Source, o.Pipeline, after, limit)
	return ids, err
}

// MatchDays lists the days of which a pipeline has matches.
func (w history) MatchDays(ctx context.Context, pipeline string) (days []schema.Date, err error) {
	if err := w.need(ctx, "etl.matches"); err != nil {
		return nil, err
	}
	err = rowio.Query(ctx, w, layout.MatchKeyColumns[:1], func(k *load.MatchKey) error {
		days = append(days, k.DataDate)
		return nil
	}, "SELECT DISTINCT data_date FROM etl.matches WHERE pipeline = $1 ORDER BY ALL", pipeline)
	return days, err
}

// Matches lists the matches of one day of up to limit people, by their records'
// ids, from the first after the one named: all of a person or none.
func (w history) Matches(ctx context.Context, pipeline string, day schema.Date, after string, limit int) (matches []load.Match, err error) {
	if err := w.need(ctx, "etl.matches"); err != nil {
		return nil, err
	}
	err = rowio.Query(ctx, w, layout.MatchColumns, rowio.Collect(&matches), "SELECT "+rowio.SelectList("m", layout.MatchColumns)+` FROM etl.matches m WHERE pipeline = $1 AND data_date IS NOT DISTINCT FROM $2::DATE AND source_id IN (
			SELECT DISTINCT source_id FROM etl.matches WHERE pipeline = $1 AND data_date IS NOT DISTINCT FROM $2::DATE AND source_id > $3 ORDER BY source_id LIMIT $4)
		ORDER BY source_id, topic_id, hem`, pipeline, rowio.Argument(&day), after, limit)
	return matches, err
}

// Events lists up to limit events of the audiences that a pipeline reads, by
// their ids, from the first after the one named.
func (w history) Events(ctx context.Context, o load.Origin, after string, limit int) (events []schema.Event, err error) {
	if err := w.need(ctx, "etl.events", "etl.versions"); err != nil {
		return nil, err
	}
	err = rowio.Query(ctx, w, schema.EventColumns, rowio.Collect(&events), "SELECT "+rowio.SelectList("e", schema.EventColumns)+` FROM etl.events e WHERE source = $1 AND event_id > $3
			AND audience_id IN (SELECT audience FROM etl.versions WHERE source = $1 AND pipeline = $2) ORDER BY event_id LIMIT $4`,
		o.Source, o.Pipeline, after, limit)
	return events, err
}

// Outdated counts the stored records if some of them may have been normalised by
// older rules than this program's.
func (w history) Outdated(ctx context.Context) (records int64, err error) {
	const query = "SELECT if(coalesce(rules, 0) < $1, (SELECT count(*) FROM etl.records) + $2, 0) FROM etl.meta"
	err = w.db.QueryRowContext(ctx, query, w.rules, w.storedElsewhere("etl.records")).Scan(&records)
	if err != nil {
		return 0, fmt.Errorf("warehouse: version of its rules: %w", rowio.Short(err))
	}
	return records, nil
}

// Renewed notes that everything stored has been normalised by the rules of this program.
func (w history) Renewed(ctx context.Context) error {
	if err := w.statements(ctx, statement{"UPDATE etl.meta SET rules = $1", []any{w.rules}}); err != nil {
		return unstored("version of its rules", err)
	}
	return nil
}

// statement is SQL with its arguments.
type statement struct {
	text string
	args []any
}

// statements runs all of them in one transaction.
func (w *file) statements(ctx context.Context, list ...statement) error {
	return w.transaction(ctx, nil, func(ctx context.Context, tx *sql.Tx) error {
		for _, s := range list {
			if _, err := tx.ExecContext(ctx, s.text, s.args...); err != nil {
				return err
			}
		}
		return nil
	})
}
