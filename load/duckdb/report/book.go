package report

import (
	"context"

	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// Overlap is how many people exactly these vendors know.
type Overlap struct {
	Sources []string `col:"sources" json:"sources"` // sorted
	People  int64    `col:"people" json:"people"`
}

// Rejected is how often a run met one reason to reject.
type Rejected struct {
	RunID  string `col:"run_id"`
	Reason string `col:"reason"`
	Count  int64  `col:"n"`
}

type pipelineCount struct {
	Pipeline string `col:"pipeline"`
	Count    int64  `col:"n"`
}

var (
	overlapColumns       = schema.ColumnsOf[Overlap]()
	rejectedColumns      = schema.ColumnsOf[Rejected]()
	pipelineCountColumns = schema.ColumnsOf[pipelineCount]()
)

// Overlaps counts people by the vendors that know them, most first.
func Overlaps(ctx context.Context, from Connector) ([]Overlap, error) {
	return rowio.Select(ctx, from, overlapColumns, "vendor_overlap t WHERE len(sources) > 0 ORDER BY people DESC, array_to_string(sources, ' ')")
}

// RejectedBy counts the rejects of the last runs of a pipeline, by run and
// reason. It holds nothing of the records themselves.
func RejectedBy(ctx context.Context, from Connector, pipeline string, runs int) ([]Rejected, error) {
	return rowio.Select(ctx, from, rejectedColumns, `(
		SELECT run_id, reason, count(*) AS n FROM etl.rejects WHERE run_id IN
			(SELECT run_id FROM etl.runs WHERE pipeline = $1 AND rows_rejected > 0 ORDER BY started_at DESC LIMIT $2)
		GROUP BY ALL
	) t ORDER BY run_id, n DESC, reason`, pipeline, runs)
}

// Rejects lists quarantined records, newest first: of one pipeline, or of all for
// ""; those that a replay accepted only if replayed says so.
func Rejects(ctx context.Context, from Connector, pipeline string, replayed bool, limit int) ([]schema.Reject, error) {
	return rowio.Select(ctx, from, schema.Rejects.Columns, `etl.rejects t
		WHERE ($1 = '' OR pipeline = $1) AND ($2 OR replayed_at IS NULL) ORDER BY rejected_at DESC, reject_id DESC LIMIT $3`, pipeline, replayed, limit)
}

// RejectsWaiting counts, by pipeline, the quarantined records that no replay has accepted.
func RejectsWaiting(ctx context.Context, from Connector) (map[string]int64, error) {
	waiting := map[string]int64{}
	return waiting, rowio.Query(ctx, from, pipelineCountColumns, func(c *pipelineCount) error {
		waiting[c.Pipeline] = c.Count
		return nil
	}, "SELECT pipeline, count(*) AS n FROM etl.rejects WHERE replayed_at IS NULL GROUP BY ALL")
}

// DriftsOf lists the changes in what a vendor sends that a run was the first to meet.
func DriftsOf(ctx context.Context, from Connector, runID string) ([]schema.Drift, error) {
	return rowio.Select(ctx, from, schema.Drifts.Columns, "etl.drift t WHERE run_id = $1 AND change <> $2 ORDER BY field, change", runID, schema.DriftUnmapped)
}

// DriftsSince lists the last changes in what a vendor's stream sends, newest first.
func DriftsSince(ctx context.Context, from Connector, stream string, limit int) ([]schema.Drift, error) {
	return rowio.Select(ctx, from, schema.Drifts.Columns, "etl.drift t WHERE stream = $1 AND change <> $3 ORDER BY first_seen_at DESC, field LIMIT $2", stream, limit, schema.DriftUnmapped)
}
