package merge

import (
	"context"

	"contactsync/load"
	"contactsync/load/duckdb/layout"
)

// stale finds the records that link nobody any more, because they left their last
// audience longer ago than People.Stale (stale_now). Those of which that differs from the
// merge before are resolved again like those whose identifiers changed: time passes, and
// settings change, without anything staged.
func (g *merge) stale(ctx context.Context, people load.People) error {
	if people.Stale <= 0 {
		if err := g.exec(ctx, "CREATE OR REPLACE TEMP TABLE stale_now (source VARCHAR, source_id VARCHAR)"); err != nil {
			return err
		}
	} else if err := g.exec(ctx, `CREATE OR REPLACE TEMP TABLE stale_now AS
		SELECT DISTINCT source, source_id FROM etl.members m WHERE valid_to < $1
			AND NOT EXISTS (FROM etl.members o WHERE o.source = m.source AND o.source_id = m.source_id AND (o.valid_to IS NULL OR o.valid_to >= $1))`,
		g.At.Add(-people.Stale)); err != nil {
		return err
	}
	return g.steps(ctx,
		step{`CREATE OR REPLACE TEMP TABLE changed_stale AS
			SELECT coalesce(s.source, b.source) AS source, coalesce(s.source_id, b.source_id) AS source_id, b.source IS NULL AS now
			FROM stale_now s FULL JOIN ` + layout.StaleRecords + ` b ON b.source = s.source AND b.source_id = s.source_id
			WHERE s.source IS NULL OR b.source IS NULL`, nil},
		step{"INSERT INTO relinked SELECT source, source_id FROM changed_stale ANTI JOIN relinked USING (source, source_id)", nil},
		step{"DELETE FROM " + layout.StaleRecords + " b USING changed_stale c WHERE NOT c.now AND b.source = c.source AND b.source_id = c.source_id", nil},
		step{"INSERT INTO " + layout.StaleRecords + " SELECT source, source_id FROM changed_stale WHERE now", nil},
	)
}

// unsettledSQL are the identifiers of affected records by which these may join others,
// though none of the others changed: those that linked nobody for any reason but that too
// many people share them, and all by which a stale record may go elsewhere.
func unsettledSQL() string {
	return `SELECT i.key FROM etl.identity_warnings w JOIN etl.identifiers i ON i.key = ` + layout.KeySQL("w.kind", "w.value") + ` JOIN affected_records USING (source, source_id)
			WHERE w.reason <> '` + reasonShared + `'
		UNION
		SELECT i.key FROM (FROM stale_now SEMI JOIN affected_records USING (source, source_id)) JOIN etl.identifiers i USING (source, source_id)
			WHERE i.kind IN ` + layout.StrongKinds() + `
				AND NOT EXISTS (FROM etl.identity_warnings w WHERE w.reason = '` + reasonShared + `' AND ` + layout.KeySQL("w.kind", "w.value") + ` = i.key)
				AND NOT EXISTS (FROM etl.identifiers r WHERE r.key = i.key AND r.kind IN ` + layout.RoleKinds + `)`
}

// nodeValuesSQL are what the graph needs to know of a record r, and of its row s of stale_now.
const nodeValuesSQL = keySQL + " AS key, " + fullNameSQL + " AS full_name, s.source IS NOT NULL AS stale"

// fullNameSQL is a number for the folded full name of a record r; 0 where it has none, or
// only half of one.
const fullNameSQL = `CASE WHEN r.surname_hash = 0 OR coalesce(r.first_name, '') = '' THEN 0
	ELSE (hash(r.surname_hash, lower(strip_accents(r.first_name))) >> 1)::BIGINT END`

// fullNames is how many full names a person may have by identifiers, for each surname that
// an identifier may: a person is known under several, and each may be spelled variously.
const fullNames = 4
