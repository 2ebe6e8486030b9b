package merge

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"

	"contactsync/load"
	"contactsync/load/duckdb/layout"
	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// refoldChunk is how many records are made anew at a time, which bounds memory.
const refoldChunk = 5_000

// refold makes those records anew that left an audience with this merge, or came
// back to one, where that decides which of their versions is the latest: see
// [load.People].
func (g *merge) refold(ctx context.Context, people load.People) error {
	if people.Refold == nil {
		return nil
	}
	left, err := g.refoldable(ctx)
	if err != nil {
		return err
	}
	for source, records := range left {
		for ids := range slices.Chunk(slices.Sorted(maps.Keys(records)), refoldChunk) {
			if err := g.refoldSome(ctx, people, source, ids, records); err != nil {
				return err
			}
		}
	}
	return nil
}

// refoldable lists, by source and id, the records of several versions whose membership
// began anew or ended with this merge, and the audiences that each has left.
func (g *merge) refoldable(ctx context.Context) (map[string]map[string][]string, error) {
	if err := g.exec(ctx, `CREATE OR REPLACE TEMP TABLE membership_changes AS
		SELECT source, source_id FROM etl.members WHERE valid_to = $1
		UNION
		SELECT m.source, m.source_id FROM etl.members m JOIN etl.members b USING (source, audience_id, source_id) WHERE m.valid_from = $1 AND b.valid_to IS NOT NULL`, g.At); err != nil {
		return nil, err
	}
	if n, err := g.count(ctx, "SELECT count(*) FROM membership_changes"); err != nil || n == 0 {
		return nil, err
	}
	if err := g.exec(ctx, `CREATE OR REPLACE TEMP TABLE refolding AS
		SELECT source, source_id FROM (
			SELECT source, source_id, audience FROM etl.versions JOIN membership_changes USING (source, source_id)
			UNION SELECT source, source_id, audience FROM etl.staged_versions JOIN membership_changes USING (source, source_id)
		) GROUP BY ALL HAVING count(*) > 1`); err != nil {
		return nil, err
	}
	rows, err := g.Tx.QueryContext(ctx, `SELECT DISTINCT s.source, s.source_id, m.audience_id
		FROM refolding s LEFT JOIN etl.members m ON m.source = s.source AND m.source_id = s.source_id AND `+layout.NoMemberSQL)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	left := map[string]map[string][]string{}
	for rows.Next() {
		var source, id string
		var audience sql.NullString // NULL: it has left none
		if err := rows.Scan(&source, &id, &audience); err != nil {
			return nil, err
		}
		if left[source] == nil {
			left[source] = map[string][]string{}
		}
		left[source][id] = append(left[source][id], audience.String)
	}
	return left, rows.Err()
}

// refoldSome stages the records that come to something else now.
func (g *merge) refoldSome(ctx context.Context, people load.People, source string, ids []string, left map[string][]string) error {
	stored, err := g.Stored(ctx, source, ids)
	if err != nil {
		return err
	}
	var records []load.Record
	var identifiers []schema.Identifier
	for _, id := range ids {
		s := stored[id]
		if s == nil {
			continue
		}
		for _, audience := range left[id] {
			s.Leave(audience)
		}
		record, carried, err := people.Refold(s)
		if err != nil {
			return fmt.Errorf("%s:%s: %w", source, id, err)
		}
		if record.RecordHash != s.RecordHash {
			record.RunID = g.Run.RunID
			records, identifiers = append(records, record), append(identifiers, carried...)
		}
	}
	if len(records) == 0 {
		return nil
	}
	seq := g.NextSeq()
	for _, f := range []rowio.Frame{
		layout.Stage("records", g.Run.Pipeline, seq, layout.RecordColumns, records),
		layout.Stage("identifiers", g.Run.Pipeline, seq, schema.IdentifierColumns, identifiers),
	} {
		if err := g.Feeds.Insert(ctx, g.Tx, f); err != nil {
			return err
		}
	}
	return nil
}
