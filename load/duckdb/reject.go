package duckdb

import (
	"context"
	"fmt"

	"contactsync/load"
	"contactsync/schema"
)

var (
	originColumns  = schema.ColumnsOf[load.Origin]()
	waitingColumns = schema.ColumnsOf[load.WaitingReject]()
)

// Rejects lists quarantined records, newest first: of one pipeline, or of all for
// ""; those that a replay accepted only if replayed says so.
func (w *Warehouse) Rejects(ctx context.Context, pipeline string, replayed bool, limit int) ([]schema.Reject, error) {
	var rejects []schema.Reject
	err := query(ctx, w, schema.Rejects.Columns, func(r *schema.Reject) error {
		rejects = append(rejects, *r)
		return nil
	}, "SELECT "+selectList("r", schema.Rejects.Columns)+` FROM etl.rejects r
		WHERE ($1 = '' OR pipeline = $1) AND ($2 OR replayed_at IS NULL) ORDER BY rejected_at DESC, reject_id DESC LIMIT $3`, pipeline, replayed, limit)
	return rejects, err
}

// WaitingRejects lists up to limit of a pipeline's, in the order they were
// rejected, that come after the one named.
func (w *Warehouse) WaitingRejects(ctx context.Context, pipeline, after string, limit int) ([]load.WaitingReject, error) {
	var rejects []load.WaitingReject
	err := query(ctx, w, waitingColumns, func(r *load.WaitingReject) error {
		rejects = append(rejects, *r)
		return nil
	}, "SELECT "+selectList("r", schema.Rejects.Columns)+`, EXISTS (
			FROM etl.checkpoints c WHERE c.pipeline = r.pipeline AND c."partition" = r."partition" AND c.sweep IS NOT DISTINCT FROM r.sweep) AS current
		FROM etl.rejects r WHERE pipeline = $1 AND replayed_at IS NULL AND reject_id > $2 ORDER BY reject_id LIMIT $3`, pipeline, after, limit)
	return rejects, err
}

// DropRejects removes rejects by their ids.
func (w *Warehouse) DropRejects(ctx context.Context, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	err := w.statements(ctx, statement{`DELETE FROM etl.rejects WHERE reject_id IN (SELECT unnest(from_json($1, '["VARCHAR"]')))`, []any{listArgument(ids)}})
	if err != nil {
		return fmt.Errorf("warehouse: drop rejects: %w", plain(err))
	}
	return nil
}

// RejectOrigins lists the pipelines that have waiting rejects.
func (w *Warehouse) RejectOrigins(ctx context.Context) ([]load.Origin, error) {
	return w.origins(ctx, "SELECT DISTINCT pipeline, source FROM etl.rejects WHERE replayed_at IS NULL ORDER BY ALL")
}

func (w *Warehouse) origins(ctx context.Context, text string) (list []load.Origin, err error) {
	err = query(ctx, w, originColumns, func(o *load.Origin) error {
		list = append(list, *o)
		return nil
	}, text)
	return list, err
}

// Prune removes old runs and rejects. The last run of a pipeline and its last
// success stay, however old they are.
func (w *Warehouse) Prune(ctx context.Context, r load.Retention) error {
	err := w.statements(ctx,
		statement{`DELETE FROM etl.runs WHERE started_at < $1 AND status <> $2 AND run_id NOT IN (
				SELECT arg_max(run_id, started_at) FROM etl.runs GROUP BY pipeline, replay
				UNION ALL
				SELECT arg_max(run_id, started_at) FROM etl.runs WHERE status = $3 AND NOT replay GROUP BY pipeline)`,
			[]any{r.RunsBefore.UTC(), schema.Running, schema.Succeeded}},
		statement{"DELETE FROM etl.rejects WHERE rejected_at < $1", []any{r.RejectsBefore.UTC()}})
	if err != nil {
		return fmt.Errorf("warehouse: prune: %w", plain(err))
	}
	return nil
}

// rejects keeps one row of a record that the vendor serves, and that is rejected,
// every night: the first, which learns what listing named it last.
func (g *merge) rejects(ctx context.Context) error {
	const same = `o.run_id <> n.run_id AND o.replayed_at IS NULL AND o.pipeline = n.pipeline AND o.source = n.source
		AND o.audience_id IS NOT DISTINCT FROM n.audience_id AND o.reason = n.reason AND o.payload IS NOT DISTINCT FROM n.payload`
	if err := g.exec(ctx, `UPDATE etl.rejects o SET sweep = n.sweep, "partition" = n."partition", as_of = n.as_of
		FROM etl.rejects n WHERE n.run_id = $1 AND `+same, g.run.RunID); err != nil {
		return err
	}
	return g.exec(ctx, `DELETE FROM etl.rejects n WHERE n.run_id = $1 AND EXISTS (FROM etl.rejects o WHERE `+same+`)`, g.run.RunID)
}
