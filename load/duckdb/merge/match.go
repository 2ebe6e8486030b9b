package merge

import (
	"context"
	"slices"

	"contactsync/internal/identity"
	"contactsync/load"
	"contactsync/load/duckdb/layout"
	"contactsync/load/duckdb/match"
	"contactsync/schema"
)

// matchRecords renews the pairs of records that share no identifier. Rules that changed
// are none of its own business: it knows by which its pairs were found.
func (g *merge) matchRecords(ctx context.Context, people load.People) error {
	if people.Match == load.MatchSuggest || people.Match == load.MatchOn { // who is alike may be anywhere
		if err := g.Rows.All(ctx, "etl.records", "etl.identifiers", "etl.people"); err != nil {
			return err
		}
	}
	return match.Renew(ctx, match.Input{Conn: g.Conn, Tx: g.Tx, Feeds: g.Feeds, RunID: g.Run.RunID, At: g.At}, people, g.anew)
}

// followMatches adds to the affected records those that a joined pair links with one.
const followMatches = `INSERT INTO affected_records
	SELECT DISTINCT source, source_id FROM (
		SELECT p.other_source AS source, p.other_source_id AS source_id
		FROM etl.candidate_pairs p SEMI JOIN affected_records a ON a.source = p.source AND a.source_id = p.source_id
		WHERE p.reason = 'match' AND p.joined
		UNION ALL
		SELECT p.source, p.source_id
		FROM etl.candidate_pairs p SEMI JOIN affected_records a ON a.source = p.other_source AND a.source_id = p.other_source_id
		WHERE p.reason = 'match' AND p.joined
	) ANTI JOIN affected_records USING (source, source_id)`

// linkMatches makes an identifier of each joined pair, which its two records carry. They
// come after all others, the likelier pair first, so that what is shared counts before
// what is alike.
func (g *merge) linkMatches(ctx context.Context) error {
	if !g.matched {
		return nil
	}
	for _, query := range []string{
		`CREATE OR REPLACE TEMP TABLE matched_nodes AS
			SELECT a.n AS a, b.n AS b,
				row_number() OVER (ORDER BY p.bits DESC, p.source, p.source_id, p.other_source, p.other_source_id) AS place,
				` + layout.HashSQL("concat_ws(':', 'match', p.source, p.source_id, p.other_source, p.other_source_id)") + ` AS key
			FROM etl.candidate_pairs p JOIN nodes a ON a.source = p.source AND a.source_id = p.source_id
			JOIN nodes b ON b.source = p.other_source AND b.source_id = p.other_source_id
			WHERE p.reason = 'match' AND p.joined AND NOT a.neighbour AND NOT b.neighbour`,
		"INSERT INTO links BY NAME SELECT key, 0 AS rank, place + (SELECT coalesce(max(n), -1) FROM links) AS n FROM matched_nodes",
		"INSERT INTO carriers BY NAME SELECT a AS n, key FROM matched_nodes UNION ALL SELECT b, key FROM matched_nodes",
	} {
		if err := g.exec(ctx, query); err != nil {
			return err
		}
	}
	return nil
}

// leaveMatches takes out of what a partition tells of identifiers what it tells of matches,
// which are none: etl.candidate_pairs has them.
func leaveMatches(p *identity.Partition, kinds []schema.Kind) {
	isMatch := func(n int32) bool { return kinds[n] == "" }
	p.Blocked, p.Large = slices.DeleteFunc(p.Blocked, isMatch), slices.DeleteFunc(p.Large, isMatch)
	p.Shared = slices.DeleteFunc(p.Shared, func(s identity.Shared) bool { return isMatch(s.Identifier) })
	p.Doubtful = slices.DeleteFunc(p.Doubtful, func(d identity.Doubtful) bool { return isMatch(d.Identifier) })
}
