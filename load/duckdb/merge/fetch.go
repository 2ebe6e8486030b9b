package merge

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"contactsync/load/duckdb/layout"
	"contactsync/load/duckdb/resident"
)

// What each step reads of the wide tables, fetched before it does, for a warehouse that has
// most of their rows elsewhere ([resident.Rows]). A step that begins to read more says so
// here.

// The columns that name a record, an audience, who is in one, and a sweep of one.
var (
	recordKey   = []string{"source", "source_id"}
	audienceKey = []string{"source", "audience_id"}
	memberKey   = []string{"source", "audience_id", "source_id"}
	sweepKey    = []string{"source", "audience_id", "sweep"}
)

// fetchListed fetches the memberships of those who were listed now, and which sweeps listed
// them before: a large audience is merged in many parts.
func (g *merge) fetchListed(ctx context.Context) error {
	for _, table := range []string{"etl.members", "etl.sweep_members"} {
		if err := g.Rows.By(ctx, table, memberKey, "SELECT source, audience_id, source_id FROM etl.staged_seen WHERE pipeline = $1", g.Run.Pipeline); err != nil {
			return err
		}
	}
	return nil
}

// countListed counts what the sweeps of a round that ended have listed before.
func (g *merge) countListed(ctx context.Context, round int64) error {
	if err := g.exec(ctx, "CREATE OR REPLACE TEMP TABLE listed_elsewhere (source VARCHAR, audience_id VARCHAR, sweep VARCHAR, rows BIGINT)"); err != nil {
		return err
	}
	return g.Rows.Count(ctx, "listed_elsewhere", resident.Query{Table: resident.TableOf("etl.sweep_members"), By: sweepKey},
		"SELECT source, audience_id, sweep FROM sweeps SEMI JOIN etl.sweeps USING (source, audience_id, sweep) WHERE round = $1 AND ended", round)
}

// fetchUnlisted fetches the members whom the sweeps of a round that ended lack, where their
// memberships may end with it, with who was listed by the sweep before; of other sweeps they are
// counted. A vendor that lists nobody is no reason to fetch them all.
func (g *merge) fetchUnlisted(ctx context.Context, round int64) error {
	if err := g.exec(ctx, "CREATE OR REPLACE TEMP TABLE unlisted_elsewhere (source VARCHAR, audience_id VARCHAR, rows BIGINT)"); err != nil || g.Rows == nil {
		return err
	}
	closing, err := g.mayClose(ctx)
	if err != nil {
		return err
	}
	unlisted := resident.Query{
		Table: resident.TableOf("etl.members"), By: audienceKey, Where: "valid_to IS NULL",
		Unless: &resident.Unless{Table: resident.TableOf("etl.sweep_members"), By: sweepKey, Same: memberKey},
	}
	const ended = "SELECT source, audience_id, sweep FROM sweeps WHERE round = $1 AND ended AND list_contains($2::BIGINT[], n) = $3"
	if err := g.Rows.Lacking(ctx, unlisted, ended, round, closing, true); err != nil {
		return err
	}
	if err := g.Rows.Count(ctx, "unlisted_elsewhere", unlisted, ended, round, closing, false); err != nil {
		return err
	}
	return g.Rows.By(ctx, "etl.sweep_members", memberKey, `SELECT m.source, m.audience_id, m.source_id
		FROM etl.members m JOIN sweeps w USING (source, audience_id) WHERE w.round = $1 AND w.ended AND m.valid_to IS NULL`, round)
}

// fetchRecords fetches the records that are folded: those of which versions are staged, and of
// those who left an audience or came back to one the ones that have several versions. Half of an
// audience may leave at once.
func (g *merge) fetchRecords(ctx context.Context) error {
	if err := g.fetchFolded(ctx, "SELECT source, source_id FROM etl.staged_versions WHERE pipeline = $1", g.Run.Pipeline); err != nil || g.Rows == nil {
		return err
	}
	if err := g.exec(ctx, "CREATE OR REPLACE TEMP TABLE versions_elsewhere (source VARCHAR, source_id VARCHAR, rows BIGINT)"); err != nil {
		return err
	}
	versions := resident.Query{Table: resident.TableOf("etl.versions"), By: recordKey}
	if err := g.Rows.Count(ctx, "versions_elsewhere", versions, movedMembers, g.At); err != nil {
		return err
	}
	return g.fetchFolded(ctx, "SELECT source, source_id FROM versions_elsewhere WHERE rows > 1")
}

// movedMembers are the records that left an audience with this merge, $1, or came back to one.
const movedMembers = `SELECT source, source_id FROM etl.members WHERE valid_to = $1
	UNION SELECT m.source, m.source_id FROM etl.members m JOIN etl.members b USING (source, audience_id, source_id)
		WHERE m.valid_from = $1 AND b.valid_to IS NOT NULL`

// fetchFolded fetches what the fold of records reads. Those that are new have nothing else there.
func (g *merge) fetchFolded(ctx context.Context, records string, args ...any) error {
	for _, table := range []string{"etl.records", "etl.members"} {
		if err := g.Rows.By(ctx, table, recordKey, records, args...); err != nil {
			return err
		}
	}
	for _, table := range []string{"etl.versions", "etl.identifiers"} {
		if err := g.Rows.By(ctx, table, recordKey, "SELECT source, source_id FROM etl.records SEMI JOIN ("+records+") USING (source, source_id)", args...); err != nil {
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

// fetchCarrying fetches the people whose memberships end, and what else their records are in:
// another key may have been listed by an earlier part.
func (g *merge) fetchCarrying(ctx context.Context) error {
	const ending = "SELECT source, source_id FROM etl.members WHERE valid_to = $1"
	if err := g.fetchPeople(ctx, ending, g.At); err != nil {
		return err
	}
	return g.Rows.By(ctx, "etl.members", recordKey, `SELECT o.source, o.source_id FROM etl.people p JOIN etl.people o USING (source, contact_id)
		SEMI JOIN (`+ending+`) e ON e.source = p.source AND e.source_id = p.source_id`, g.At)
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
