package merge

import (
	"context"
	"fmt"

	"contactsync/load/duckdb/layout"
	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// matches replaces the intent matches that differ. A day that was listed to its
// end holds exactly what its last listing named.
func (g *merge) matches(ctx context.Context) error {
	if err := g.fetchMatches(ctx); err != nil {
		return err
	}
	if !g.isStaged("matches") {
		return g.days(ctx)
	}
	if err := g.exec(ctx, `CREATE OR REPLACE TEMP TABLE changed_matches AS
		WITH last AS (SELECT data_date, topic_id, hem, max(seq) AS seq FROM etl.staged_matches WHERE pipeline = $1 GROUP BY ALL)
		SELECT s.data_date, s.topic_id, s.hem, s.seq, m.hem IS NULL AS is_new, m.sweep IS NOT DISTINCT FROM s.sweep OR m.payload::VARCHAR IS DISTINCT FROM s.payload AS counts
		FROM etl.staged_matches s JOIN last USING (data_date, topic_id, hem, seq)
		LEFT JOIN etl.matches m ON m.pipeline = $1 AND m.data_date = s.data_date AND m.topic_id = s.topic_id AND m.hem = s.hem
		WHERE s.pipeline = $1 AND (m.hem IS NULL OR m.payload::VARCHAR IS DISTINCT FROM s.payload OR m.sweep IS DISTINCT FROM s.sweep
			OR m.score IS DISTINCT FROM s.score OR m.source_id IS DISTINCT FROM s.source_id OR m.email IS DISTINCT FROM s.email
			OR m.company_name IS DISTINCT FROM s.company_name OR m.job_title IS DISTINCT FROM s.job_title)`, g.Run.Pipeline); err != nil {
		return err
	}
	// An intent pipeline counts matches, not the people behind them.
	row := g.Tx.QueryRowContext(ctx, "SELECT count(*) FILTER (is_new), count(*) FILTER (NOT is_new AND counts) FROM changed_matches")
	if err := row.Scan(&g.merged.New, &g.merged.Changed); err != nil {
		return err
	}
	if err := g.exec(ctx, `DELETE FROM etl.matches t USING changed_matches c
		WHERE t.pipeline = $1 AND t.data_date = c.data_date AND t.topic_id = c.topic_id AND t.hem = c.hem`, g.Run.Pipeline); err != nil {
		return err
	}
	columns := rowio.QuoteAll(rowio.Names(layout.MatchColumns))
	if err := g.exec(ctx, fmt.Sprintf(`INSERT INTO etl.matches (%[1]s) SELECT %[1]s
		FROM etl.staged_matches s JOIN changed_matches c USING (data_date, topic_id, hem, seq) WHERE s.pipeline = $1`, columns), g.Run.Pipeline); err != nil {
		return err
	}
	return g.days(ctx)
}

// days removes of the days that were listed whole what their listing does not name. One
// with fewer different people than the vendor declares may lack some, and removes nothing.
func (g *merge) days(ctx context.Context) error {
	if !g.isStaged("days") {
		return nil
	}
	return g.exec(ctx, `DELETE FROM etl.matches t USING (
			SELECT data_date, sweep FROM (
				SELECT data_date, arg_max(sweep, seq) AS sweep, arg_max(declared, seq) AS declared FROM etl.staged_days WHERE pipeline = $1 AND complete GROUP BY ALL
			) e WHERE e.declared <= (SELECT count(DISTINCT m.hem) FROM etl.matches m WHERE m.pipeline = $1 AND m.data_date = e.data_date AND m.sweep = e.sweep)
				+ (SELECT coalesce(sum(u.unnamed), 0) FROM etl.staged_days u WHERE u.pipeline = $1 AND u.data_date = e.data_date AND u.sweep = e.sweep)
				+ (SELECT count(*) FROM etl.rejects r WHERE r.pipeline = $1 AND r."partition" = e.data_date::VARCHAR AND r.sweep = e.sweep)
		) d WHERE t.pipeline = $1 AND t.data_date = d.data_date AND t.sweep IS DISTINCT FROM d.sweep`, g.Run.Pipeline)
}

// events adds the events that are not known yet; an event never changes.
func (g *merge) events(ctx context.Context) error {
	if !g.isStaged("events") {
		return nil
	}
	if err := g.Rows.By(ctx, "etl.events", []string{"event_id"}, "SELECT event_id FROM etl.staged_events WHERE pipeline = $1", g.Run.Pipeline); err != nil {
		return err
	}
	columns := rowio.QuoteAll(rowio.Names(schema.EventColumns))
	before, err := g.count(ctx, "SELECT count(*) FROM etl.events")
	if err != nil {
		return err
	}
	if err := g.exec(ctx, fmt.Sprintf(`INSERT INTO etl.events (%[1]s) SELECT %[1]s FROM (
			SELECT * FROM etl.staged_events WHERE pipeline = $1 AND coalesce(occurred_at >= $2, true) QUALIFY row_number() OVER (PARTITION BY event_id ORDER BY seq) = 1
		) s WHERE NOT EXISTS (FROM etl.events e WHERE e.event_id = s.event_id)`, columns), g.Run.Pipeline, g.EventsBefore); err != nil {
		return err
	}
	after, err := g.count(ctx, "SELECT count(*) FROM etl.events")
	g.merged.New += after - before - g.renewed
	g.merged.Changed += g.renewed
	return err
}
