package merge

import (
	"context"
	"database/sql"
	"time"

	"contactsync/load"
	"contactsync/load/duckdb/layout"
	"contactsync/schema"
)

// stale keeps etl.stale_records: the records that link nobody any more, because they left
// their last audience longer ago than People.Stale. Those that are stale now and were not
// when people were last resolved, or the other way round, are resolved again like those
// whose identifiers changed: time passes, and settings change, without anything staged.
func (g *merge) stale(ctx context.Context, people load.People) error {
	before := time.Time{} // before which nobody left
	if people.Stale > 0 {
		before = g.At.Add(-people.Stale)
	}
	if err := g.maybeStale(ctx, before); err != nil {
		return err
	}
	candidates, err := g.count(ctx, "SELECT count(*) FROM stale_candidates")
	if err != nil {
		return err
	}
	if candidates > 0 { // most nights, of a warehouse whose audiences are listed seldom, there are none
		if err := g.renewStale(ctx, before); err != nil {
			return err
		}
	}
	return g.steps(ctx,
		step{"DELETE FROM " + layout.StaleBefore, nil},
		step{"INSERT INTO " + layout.StaleBefore + " VALUES ($1)", []any{before}},
	)
}

// renewStale renews the rows of the candidates. The hash finds their memberships among
// those of everybody in half the time that the keys take, which are compared after that.
func (g *merge) renewStale(ctx context.Context, before time.Time) error {
	for _, table := range []string{"etl.members", layout.StaleRecords} {
		if err := g.Rows.By(ctx, table, recordKey, "SELECT source, source_id FROM stale_candidates"); err != nil {
			return err
		}
	}
	return g.steps(ctx,
		step{`CREATE OR REPLACE TEMP TABLE changed_stale AS
			SELECT c.source, c.source_id, coalesce(m.ended, false) AS now
			FROM stale_candidates c LEFT JOIN (
				SELECT source, source_id, bool_and(valid_to IS NOT NULL AND valid_to < $1) AS ended FROM etl.members
				WHERE hash(source, source_id) IN (SELECT hash(source, source_id) FROM stale_candidates) GROUP BY ALL
			) m USING (source, source_id) LEFT JOIN ` + layout.StaleRecords + ` b USING (source, source_id)
			WHERE coalesce(m.ended, false) <> (b.source IS NOT NULL)`, []any{before}},
		step{"INSERT INTO relinked SELECT source, source_id FROM changed_stale ANTI JOIN relinked USING (source, source_id)", nil},
		step{"DELETE FROM " + layout.StaleRecords + " b USING changed_stale c WHERE NOT c.now AND b.source = c.source AND b.source_id = c.source_id", nil},
		step{"INSERT INTO " + layout.StaleRecords + " SELECT source, source_id FROM changed_stale WHERE now", nil},
	)
}

// maybeStale finds the records that may be stale now and were not, or the other way round
// (stale_candidates), without looking at all members: time makes those stale whose
// memberships ended between the times before which they had to, last time and now, and a
// stale record links again when it begins a membership. Where the times go back, or the
// last one does not tell, they are all who ever left.
func (g *merge) maybeStale(ctx context.Context, before time.Time) error {
	var since sql.NullTime
	if err := g.Tx.QueryRowContext(ctx, "SELECT max(ended) FROM "+layout.StaleBefore).Scan(&since); err != nil {
		return err
	}
	if err := g.fetchStale(ctx, since, before); err != nil {
		return err
	}
	if g.anew || !since.Valid || since.Time.After(before) {
		return g.exec(ctx, `CREATE OR REPLACE TEMP TABLE stale_candidates AS
			SELECT source, source_id FROM etl.members WHERE valid_to < $1 UNION SELECT source, source_id FROM `+layout.StaleRecords, before)
	}
	return g.exec(ctx, `CREATE OR REPLACE TEMP TABLE stale_candidates AS
		SELECT source, source_id FROM etl.members WHERE valid_to >= $1 AND valid_to < $2
		UNION SELECT source, source_id FROM (SELECT source, source_id FROM etl.members WHERE valid_from = $3) SEMI JOIN `+layout.StaleRecords+` USING (source, source_id)`,
		since.Time, before, g.At)
}

// forgetStaleBefore lets the next merge look at all who ever left.
func (g *merge) forgetStaleBefore(ctx context.Context) error {
	return g.exec(ctx, "DELETE FROM "+layout.StaleBefore)
}

// unsettledSQL are the identifiers of affected records by which these may join others,
// though none of the others changed: those that linked nobody for any reason but that too
// many people share them, and all by which a stale record may go elsewhere.
func unsettledSQL() string {
	return `SELECT i.key FROM etl.identity_warnings w JOIN ` + layout.KeysSQL("etl.identifiers") + ` i ON i.key = ` + layout.KeySQL("w.kind", "w.value") + `
			JOIN affected_records USING (source, source_id)
			WHERE w.reason <> '` + schema.WarnShared + `'
		UNION
		SELECT i.key FROM (FROM ` + layout.StaleRecords + ` SEMI JOIN affected_records USING (source, source_id)) JOIN etl.identifiers i USING (source, source_id)
			WHERE i.kind IN ` + layout.StrongKinds() + `
				AND NOT EXISTS (FROM etl.identity_warnings w WHERE w.reason = '` + schema.WarnShared + `' AND ` + layout.KeySQL("w.kind", "w.value") + ` = i.key)
				AND NOT EXISTS (FROM etl.identifiers r WHERE r.key = i.key AND r.kind IN ` + layout.RoleKinds + `)`
}

// nodeValuesSQL are what the graph needs to know of a record r, and of its row s of etl.stale_records.
const nodeValuesSQL = keySQL + " AS key, " + fullNameSQL + " AS full_name, s.source IS NOT NULL AS stale"

// fullNameSQL is a number for the folded full name of a record r; 0 where it has none, or
// only half of one.
const fullNameSQL = `CASE WHEN r.surname_hash = 0 OR coalesce(r.first_name, '') = '' THEN 0
	ELSE (hash(r.surname_hash, lower(strip_accents(r.first_name))) >> 1)::BIGINT END`

// fullNames is how many full names a person may have by identifiers, for each surname that
// an identifier may: a person is known under several, and each may be spelled variously.
const fullNames = 4
