package merge

import (
	"context"

	"contactsync/load/duckdb/layout"
)

// carried lets memberships carry on under another key of the same person: where a
// column with the vendor's own key is shown, or hidden, every record of the list comes
// under a new key, and nobody has left. A period that this merge closed becomes part of
// the one that the person's other record began later, if one of the two keys is derived.
func (g *merge) carried(ctx context.Context) error {
	if !g.isStaged("sweeps") {
		return nil
	}
	closed, err := g.has(ctx, "FROM etl.members WHERE valid_to = $1", g.At)
	if err != nil || !closed {
		return err
	}
	if err := g.fetchCarrying(ctx); err != nil {
		return err
	}
	if err := g.steps(ctx,
		step{`CREATE OR REPLACE TEMP TABLE carried_members AS
			SELECT o.source, o.audience_id, o.source_id, o.valid_from, n.source_id AS now_id
			FROM etl.members o JOIN etl.people p USING (source, source_id)
			JOIN etl.people q ON q.source = p.source AND q.contact_id = p.contact_id AND q.source_id <> p.source_id
			JOIN etl.members n ON n.source = o.source AND n.audience_id = o.audience_id AND n.source_id = q.source_id
			WHERE o.valid_to = $1 AND n.valid_to IS NULL AND n.valid_from > o.valid_from AND (` + layout.DerivedKeySQL("o") + ` OR ` + layout.DerivedKeySQL("n") + `)
				AND NOT EXISTS (FROM etl.members b WHERE b.source = n.source AND b.audience_id = n.audience_id AND b.source_id = n.source_id AND b.valid_to > o.valid_from)
			QUALIFY row_number() OVER (PARTITION BY o.source, o.audience_id, o.source_id ORDER BY n.valid_from, n.source_id) = 1`, []any{g.At}},
		step{`DELETE FROM etl.members m USING carried_members c
			WHERE m.source = c.source AND m.audience_id = c.audience_id AND m.source_id = c.source_id AND m.valid_to = $1`, []any{g.At}},
		step{`UPDATE etl.members m SET valid_from = c.valid_from
			FROM (SELECT source, audience_id, now_id, min(valid_from) AS valid_from FROM carried_members GROUP BY ALL) c
			WHERE m.source = c.source AND m.audience_id = c.audience_id AND m.source_id = c.now_id AND m.valid_to IS NULL`, nil},
	); err != nil {
		return err
	}
	// What is left of the memberships of the other key may have ended long ago.
	if carried, err := g.count(ctx, "SELECT count(*) FROM carried_members"); err != nil || carried == 0 {
		return err
	}
	return g.forgetStaleBefore(ctx)
}
