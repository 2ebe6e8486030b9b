package report

import (
	"context"
	"fmt"
	"strings"

	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// Overlap is how many people exactly these vendors know.
type Overlap struct {
	Sources []string `json:"sources"` // sorted
	People  int64    `json:"people"`
}

// Overlaps counts people by the vendors that know them, most first.
func Overlaps(ctx context.Context, from Connector) ([]Overlap, error) {
	var list []Overlap
	err := each(ctx, from, func(scan func(...any) error) error {
		var sources string
		var o Overlap
		if err := scan(&sources, &o.People); err != nil {
			return err
		}
		o.Sources = strings.Split(sources, " ")
		list = append(list, o)
		return nil
	}, "SELECT array_to_string(sources, ' ') AS known_to, count(*) AS people FROM contacts WHERE len(sources) > 0 GROUP BY ALL ORDER BY people DESC, known_to")
	return list, err
}

// Rejected is how often a run met one reason to reject.
type Rejected struct {
	RunID  string
	Reason string
	Count  int64
}

// RejectedBy counts the rejects of the last runs of a pipeline, by run and
// reason. It holds nothing of the records themselves.
func RejectedBy(ctx context.Context, from Connector, pipeline string, runs int) ([]Rejected, error) {
	var list []Rejected
	err := each(ctx, from, func(scan func(...any) error) error {
		var r Rejected
		if err := scan(&r.RunID, &r.Reason, &r.Count); err != nil {
			return err
		}
		list = append(list, r)
		return nil
	}, `SELECT run_id, reason, count(*) FROM etl.rejects WHERE run_id IN
			(SELECT run_id FROM etl.runs WHERE pipeline = $1 AND rows_rejected > 0 ORDER BY started_at DESC LIMIT $2)
		GROUP BY ALL ORDER BY 1, 3 DESC, 2`, pipeline, runs)
	return list, err
}

// DriftsOf lists the changes in what a vendor sends that a run was the first to meet.
func DriftsOf(ctx context.Context, from Connector, runID string) ([]schema.Drift, error) {
	var list []schema.Drift
	err := rowio.Query(ctx, from, schema.Drifts.Columns, rowio.Collect(&list), "SELECT "+rowio.SelectList("d", schema.Drifts.Columns)+" FROM etl.drift d WHERE run_id = $1 ORDER BY field, change", runID)
	return list, err
}

// DriftsSince lists the last changes in what a vendor's stream sends, newest first.
func DriftsSince(ctx context.Context, from Connector, stream string, limit int) ([]schema.Drift, error) {
	var list []schema.Drift
	err := rowio.Query(ctx, from, schema.Drifts.Columns, rowio.Collect(&list), "SELECT "+rowio.SelectList("d", schema.Drifts.Columns)+" FROM etl.drift d WHERE stream = $1 ORDER BY first_seen_at DESC, field LIMIT $2", stream, limit)
	return list, err
}

// each reads the rows of a query on a connection of its own.
func each(ctx context.Context, from Connector, row func(scan func(...any) error) error, query string, args ...any) error {
	conn, err := from.Conn(ctx)
	if err != nil {
		return fmt.Errorf("warehouse: %w", err)
	}
	defer conn.Close()
	rows, err := conn.QueryContext(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("warehouse: %w", rowio.Short(err))
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return fmt.Errorf("warehouse: %w", err)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("warehouse: %w", rowio.Short(err))
	}
	return nil
}
