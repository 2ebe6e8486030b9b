package merge

import "context"

// rejects keeps one row of a record that the vendor serves, and that is rejected,
// every night: the first, which learns what listing named it last.
func (g *merge) rejects(ctx context.Context) error {
	// What differs between runs is asked of each side alone, and each record of this
	// run once: thousands that are all alike would else be compared with one another.
	const same = `o.run_id <> $1 AND o.replayed_at IS NULL AND o.pipeline = n.pipeline AND o.source = n.source
		AND o.audience_id IS NOT DISTINCT FROM n.audience_id AND o.reason = n.reason AND o.payload IS NOT DISTINCT FROM n.payload`
	if rejected, err := g.has(ctx, "FROM etl.rejects WHERE run_id = $1", g.Run.RunID); err != nil || !rejected {
		return err
	}
	if err := g.exec(ctx, `UPDATE etl.rejects o SET sweep = n.sweep, "partition" = n."partition", as_of = n.as_of
		FROM (SELECT pipeline, source, audience_id, reason, payload, max(sweep) AS sweep, max("partition") AS "partition", max(as_of) AS as_of
			FROM etl.rejects WHERE run_id = $1 GROUP BY ALL) n
		WHERE `+same, g.Run.RunID); err != nil {
		return err
	}
	return g.exec(ctx, `DELETE FROM etl.rejects n WHERE n.run_id = $1 AND EXISTS (FROM etl.rejects o WHERE `+same+`)`, g.Run.RunID)
}
