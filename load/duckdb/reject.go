package duckdb

import (
	"context"
	"fmt"

	"contactsync/load"
	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

var (
	originColumns  = schema.ColumnsOf[load.Origin]()
	waitingColumns = schema.ColumnsOf[load.WaitingReject]()
)

// Waiting lists up to limit of a pipeline's, in the order they were
// rejected, that come after the one named.
func (w rejects) Waiting(ctx context.Context, pipeline, after string, limit int) ([]load.WaitingReject, error) {
	return rowio.Select(ctx, w, waitingColumns, `(SELECT r.*, EXISTS (
			FROM etl.checkpoints c WHERE c.pipeline = r.pipeline AND c."partition" = r."partition" AND c.sweep IS NOT DISTINCT FROM r.sweep) AS current
		FROM etl.rejects r) t WHERE pipeline = $1 AND replayed_at IS NULL AND reject_id > $2 ORDER BY reject_id LIMIT $3`, pipeline, after, limit)
}

// Drop removes rejects by their ids.
func (w rejects) Drop(ctx context.Context, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	const query = `DELETE FROM etl.rejects WHERE reject_id IN (SELECT unnest(from_json($1, '["VARCHAR"]')))`
	if err := w.statements(ctx, statement{query, []any{rowio.List(ids)}}); err != nil {
		return fmt.Errorf("warehouse: drop rejects: %w", rowio.Short(err))
	}
	return nil
}

// Origins lists the pipelines that have waiting rejects.
func (w rejects) Origins(ctx context.Context) ([]load.Origin, error) {
	return w.origins(ctx, "SELECT DISTINCT pipeline, source FROM etl.rejects WHERE replayed_at IS NULL ORDER BY ALL")
}

// origins reads the pipelines that a query lists.
func (w *file) origins(ctx context.Context, text string) (list []load.Origin, err error) {
	err = rowio.Query(ctx, w, originColumns, rowio.Collect(&list), text)
	return list, err
}
