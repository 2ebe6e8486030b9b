package merge

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"contactsync/load/duckdb/layout"
)

// What each step reads of the wide tables, fetched before it does, for a warehouse that has
// most of their rows elsewhere ([resident.Rows]). A step that begins to read more says so
// here.

// recordKey are the columns that name a record.
var recordKey = []string{"source", "source_id"}

// fetchMembers fetches the members of the audiences of which a sweep ended, or more than one
// is known, and of others those who are listed: a large audience is merged in many parts.
func (g *merge) fetchMembers(ctx context.Context) error {
	if g.Rows == nil {
		return nil
	}
	if err := g.exec(ctx, `CREATE OR REPLACE TEMP TABLE whole_audiences AS
		SELECT source, audience_id FROM sweeps GROUP BY ALL HAVING bool_or(ended) OR count(*) > 1
		UNION SELECT w.source, w.audience_id FROM sweeps w JOIN etl.sweeps b USING (source, audience_id) WHERE b.sweep <> w.sweep`); err != nil {
		return err
	}
	for _, table := range []string{"etl.members", "etl.sweep_members"} {
		if err := g.Rows.By(ctx, table, []string{"source", "audience_id"}, "FROM whole_audiences"); err != nil {
			return err
		}
		if err := g.Rows.By(ctx, table, []string{"source", "audience_id", "source_id"}, `SELECT source, audience_id, source_id
			FROM etl.staged_seen ANTI JOIN whole_audiences USING (source, audience_id) WHERE pipeline = $1`, g.Run.Pipeline); err != nil {
			return err
		}
	}
	return nil
}

// fetchRecords fetches the records that are folded. Those that are new have nothing else there.
func (g *merge) fetchRecords(ctx context.Context) error {
	const folded = `SELECT source, source_id FROM etl.staged_versions WHERE pipeline = $1
		UNION SELECT source, source_id FROM etl.members WHERE valid_to = $2
		UNION SELECT m.source, m.source_id FROM etl.members m JOIN etl.members b USING (source, audience_id, source_id)
			WHERE m.valid_from = $2 AND b.valid_to IS NOT NULL`
	for _, table := range []string{"etl.records", "etl.members"} {
		if err := g.Rows.By(ctx, table, recordKey, folded, g.Run.Pipeline, g.At); err != nil {
			return err
		}
	}
	for _, table := range []string{"etl.versions", "etl.identifiers"} {
		if err := g.Rows.By(ctx, table, recordKey, "SELECT source, source_id FROM etl.records SEMI JOIN ("+folded+") USING (source, source_id)",
			g.Run.Pipeline, g.At); err != nil {
			return err
		}
	}
	return nil
}

// known leaves those records out that came with this merge: nothing else is stored of them. An
// erasure has fetched all, and its table changed does not say what is new.
func known(records string) string {
	return "SELECT source, source_id FROM (" + records + ") ANTI JOIN (SELECT source, source_id FROM changed WHERE is_new) USING (source, source_id)"
}

// fetchGone fetches the facts that a replay made otherwise.
func (g *merge) fetchGone(ctx context.Context) error {
	if err := g.Rows.By(ctx, "etl.matches", []string{"pipeline", "topic_id", "hem"},
		"SELECT pipeline, topic_id, hem FROM etl.staged_gone_matches WHERE pipeline = $1", g.Run.Pipeline); err != nil {
		return err
	}
	return g.Rows.By(ctx, "etl.events", []string{"event_id"}, "SELECT event_id FROM etl.staged_gone_events WHERE pipeline = $1", g.Run.Pipeline)
}

// fetchMatches fetches the matches of the days that were listed.
func (g *merge) fetchMatches(ctx context.Context) error {
	return g.Rows.By(ctx, "etl.matches", []string{"pipeline", "data_date"}, `SELECT pipeline, data_date FROM etl.staged_matches WHERE pipeline = $1
		UNION SELECT pipeline, data_date FROM etl.staged_days WHERE pipeline = $1`, g.Run.Pipeline)
}

// fetchNamed fetches the records that overrides name.
func (g *merge) fetchNamed(ctx context.Context) error {
	keys := layout.KeySQL("s.kind", "s.value")
	if err := g.Rows.By(ctx, "etl.identifiers", []string{"key"}, "SELECT "+keys+" AS key FROM selectors s WHERE kind IS NOT NULL"); err != nil {
		return err
	}
	return g.Rows.By(ctx, "etl.records", recordKey, `SELECT source, source_id FROM selectors WHERE source IS NOT NULL
		UNION SELECT i.source, i.source_id FROM selectors s JOIN etl.identifiers i ON i.key = `+keys+` AND i.kind = s.kind`)
}

// fetchStale fetches who may be stale now and was not, or the other way round.
func (g *merge) fetchStale(ctx context.Context, since sql.NullTime, before time.Time) error {
	if g.anew || !since.Valid || since.Time.After(before) {
		if err := g.Rows.All(ctx, layout.StaleRecords); err != nil || before.IsZero() {
			return err
		}
		return g.Rows.Where(ctx, "etl.members", fmt.Sprintf("valid_to < %s", TimestampSQL(before)))
	}
	if since.Time.Before(before) {
		if err := g.Rows.Where(ctx, "etl.members", fmt.Sprintf("valid_to >= %s AND valid_to < %s", TimestampSQL(since.Time), TimestampSQL(before))); err != nil {
			return err
		}
	}
	return g.Rows.By(ctx, layout.StaleRecords, recordKey, "SELECT source, source_id FROM etl.members WHERE valid_from = $1", g.At)
}

// TimestampSQL is a literal of a moment that every engine reads.
func TimestampSQL(t time.Time) string {
	return t.UTC().Format("TIMESTAMP '2006-01-02 15:04:05.999999+00:00'")
}

// fetchAffected fetches what the affected records carry.
func (g *merge) fetchAffected(ctx context.Context) error {
	for _, table := range []string{"etl.identifiers", layout.StaleRecords} {
		if err := g.Rows.By(ctx, table, recordKey, known("FROM affected_records")); err != nil {
			return err
		}
	}
	return nil
}

// fetchKeys fetches all who carry an identifier of some keys, or another hash of its address.
func (g *merge) fetchKeys(ctx context.Context, query string) error {
	return g.Rows.ByAny(ctx, "etl.identifiers", []string{"key", "address_key", "spellings"}, query)
}

// fetchPeople fetches the people whom records belong to, with all their records' keys.
func (g *merge) fetchPeople(ctx context.Context, records string, args ...any) error {
	records = known(records)
	if err := g.Rows.By(ctx, "etl.people", recordKey, records, args...); err != nil {
		return err
	}
	return g.Rows.By(ctx, "etl.people", []string{"contact_id"},
		"SELECT contact_id FROM etl.people SEMI JOIN ("+records+") USING (source, source_id)", args...)
}

// fetchNodes fetches the affected records and their neighbours. Who is stale may be so as a
// member, before the record came.
func (g *merge) fetchNodes(ctx context.Context) error {
	nodes := `SELECT source, source_id FROM affected_records
		UNION SELECT i.source, i.source_id FROM etl.identifiers i JOIN reached_keys USING (key) WHERE i.kind IN ` + layout.StrongKinds()
	if err := g.Rows.By(ctx, "etl.records", recordKey, known(nodes)); err != nil {
		return err
	}
	return g.Rows.By(ctx, layout.StaleRecords, recordKey, nodes)
}

// fetchGolden fetches the people whose records changed, came or went.
func (g *merge) fetchGolden(ctx context.Context) error {
	if err := g.fetchPeople(ctx, "SELECT source, source_id FROM changed"); err != nil {
		return err
	}
	const concerned = `SELECT p.contact_id FROM changed JOIN etl.people p USING (source, source_id)
		UNION SELECT contact_id FROM moved UNION SELECT old_id FROM moved WHERE old_id IS NOT NULL`
	for _, table := range []string{"etl.people", "etl.contacts"} {
		if err := g.Rows.By(ctx, table, []string{"contact_id"}, concerned); err != nil {
			return err
		}
	}
	return g.Rows.By(ctx, "etl.records", recordKey, known("SELECT source, source_id FROM etl.people SEMI JOIN ("+concerned+") USING (contact_id)"))
}
