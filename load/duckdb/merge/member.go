package merge

import (
	"context"
	"fmt"

	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// audiences updates what is known of audiences; what one stream does not say of
// an audience keeps what another said.
func (g *merge) audiences(ctx context.Context) error {
	if !g.isStaged("audiences") {
		return nil
	}
	if err := g.exec(ctx, `CREATE OR REPLACE TEMP TABLE changed_audiences AS
		WITH last AS (FROM etl.staged_audiences WHERE pipeline = $1 QUALIFY row_number() OVER (PARTITION BY source, audience_id ORDER BY seq DESC) = 1)
		SELECT s.source, s.audience_id, coalesce(s.kind, a.kind) AS kind, coalesce(s.name, a.name) AS name, coalesce(s.attributes::JSON, a.attributes) AS attributes,
			least(coalesce(a.first_seen_at, $2), s.last_seen_at) AS first_seen_at, coalesce(s.last_seen_at, a.last_seen_at) AS last_seen_at, a.swept_at, a.source IS NULL AS is_new,
			a.kind IS DISTINCT FROM coalesce(s.kind, a.kind) OR a.name IS DISTINCT FROM coalesce(s.name, a.name)
				OR a.attributes::VARCHAR IS DISTINCT FROM coalesce(s.attributes, a.attributes::VARCHAR) AS differs
		FROM last s LEFT JOIN audiences a USING (source, audience_id)`, g.Run.Pipeline, g.At); err != nil {
		return err
	}
	var fresh, changed int64
	if err := g.Tx.QueryRowContext(ctx, "SELECT count(*) FILTER (is_new), count(*) FILTER (NOT is_new AND differs) FROM changed_audiences").Scan(&fresh, &changed); err != nil {
		return err
	}
	if !g.isStaged("sweeps") { // a stream without members counts the audiences themselves
		g.merged.New, g.merged.Changed = g.merged.New+fresh, g.merged.Changed+changed
	}
	if err := g.exec(ctx, "DELETE FROM audiences t USING changed_audiences c WHERE t.source = c.source AND t.audience_id = c.audience_id"); err != nil {
		return err
	}
	columns := rowio.QuoteAll(rowio.Names(schema.Audiences.Columns))
	return g.exec(ctx, fmt.Sprintf("INSERT INTO audiences (%[1]s) SELECT %[1]s FROM changed_audiences", columns))
}

// members keeps the periods of membership: a listed record that is no open member
// begins a period, and the end of a listing closes the periods of those it lacks, as
// [load.Listing] judges. What a sweep under way has listed so far, and what the last
// one that ended in doubt has, is kept in etl.sweep_members, with what is known of the
// sweep itself in etl.sweeps, until another ends.
func (g *merge) members(ctx context.Context) error {
	if !g.isStaged("sweeps") {
		return nil
	}
	// Usually each audience was swept once. Where a killed run left a sweep
	// behind, they are applied in their order, a round each.
	if err := g.exec(ctx, `CREATE OR REPLACE TEMP TABLE sweeps AS
		SELECT *, row_number() OVER () AS n, row_number() OVER (PARTITION BY source, audience_id ORDER BY first) AS round FROM (
			SELECT source, audience_id, sweep, bool_or(complete) AS complete, bool_or(ended OR complete) AS ended,
				coalesce(max(declared) FILTER (ended), 0) AS declared, coalesce(max(served) FILTER (ended), 0) AS served,
				coalesce(sum(unnamed), 0)::BIGINT AS unnamed, min(seq) AS first
			FROM etl.staged_sweeps WHERE pipeline = $1 GROUP BY source, audience_id, sweep
		)`, g.Run.Pipeline); err != nil {
		return err
	}
	if err := g.exec(ctx, "CREATE OR REPLACE TEMP TABLE ended_sweeps (source VARCHAR, audience_id VARCHAR, sweep VARCHAR)"); err != nil {
		return err
	}
	if err := g.fetchListed(ctx); err != nil {
		return err
	}
	rounds, err := g.count(ctx, "SELECT coalesce(max(round), 0) FROM sweeps")
	if err != nil {
		return err
	}
	for round := int64(1); round <= rounds; round++ {
		if err := g.sweep(ctx, round); err != nil {
			return err
		}
	}
	if err := g.Rows.Drop(ctx, "etl.sweep_members", sweepKey, "FROM ended_sweeps"); err != nil {
		return err
	}
	g.merged.Members, err = g.count(ctx, "SELECT count(*) FROM etl.members WHERE valid_from = $1 OR valid_to = $1", g.At)
	return err
}
