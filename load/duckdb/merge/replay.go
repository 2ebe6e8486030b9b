package merge

import "context"

// gone removes the facts that a replay makes otherwise, or no longer finds; what
// it makes of them now is staged beside.
func (g *merge) gone(ctx context.Context) error {
	if !g.isStaged("gone_matches", "gone_events") {
		return nil
	}
	if err := g.fetchGone(ctx); err != nil {
		return err
	}
	var err error
	if g.renewed, err = g.count(ctx, `SELECT count(DISTINCT event_id) FROM etl.staged_gone_events JOIN etl.staged_events USING (pipeline, event_id) WHERE pipeline = $1`, g.Run.Pipeline); err != nil {
		return err
	}
	for _, query := range []string{
		`DELETE FROM etl.matches t USING etl.staged_gone_matches s WHERE t.pipeline = $1 AND s.pipeline = $1
			AND t.data_date IS NOT DISTINCT FROM s.data_date AND t.topic_id = s.topic_id AND t.hem = s.hem`,
		`DELETE FROM etl.events t USING etl.staged_gone_events s WHERE s.pipeline = $1 AND t.event_id = s.event_id`,
	} {
		result, err := g.Tx.ExecContext(ctx, query, g.Run.Pipeline)
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		if err != nil {
			return err
		}
		g.merged.Removed += n
	}
	g.merged.Removed -= g.renewed
	return nil
}
