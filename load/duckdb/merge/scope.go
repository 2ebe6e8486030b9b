package merge

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"contactsync/internal/identity"
	"contactsync/load"
	"contactsync/load/duckdb/layout"
	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// The part of the warehouse that a change may concern. What must be in it, so
// that resolving it gives the same people as resolving everything, is argued in
// the package comment of internal/identity; here it is collected.

// linking tells the identifiers that link, role addresses, which tell which of them do
// not, and spellings, by which others may know an address.
var linking = "(i.kind IN " + layout.StrongKinds() + " OR i.kind IN " + layout.RoleKinds + " OR " + layout.IsSpellingSQL("i") + ")"

// chooseScope decides between everybody and the part that the changes affect. Rules that changed
// concern everybody; and where a large share of the records changed, looking for
// the rest costs more than it saves.
func (g *merge) chooseScope(ctx context.Context, people load.People) error {
	rules := people.Rules(g.merged.Guard)
	var settled, relinked, records int64
	if err := g.Tx.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM etl.identity WHERE rules IS NOT DISTINCT FROM $1),
		(SELECT count(*) FROM relinked), (SELECT count(*) FROM etl.records),
		EXISTS (FROM etl.candidate_pairs WHERE reason = 'match' AND joined)`, rules).Scan(&settled, &relinked, &records, &g.matched); err != nil {
		return err
	}
	g.anew = g.anew || settled == 0
	large := relinked >= max(records/everythingShare, everythingLeast)
	g.everything = g.anew || large && g.Rows.None("etl.records")
	if err := g.storeRules(ctx, people, rules); err != nil {
		return err
	}
	if g.everything {
		return g.scopeEverybody(ctx)
	}
	if g.Partly != nil && !large {
		if err := g.Partly(ctx); err != nil {
			return err
		}
	}
	return g.scopeAffected(ctx)
}

// storeRules remembers by what people are resolved. Where the guard only warns because it has
// not told yet whom it would split, and does not tell now either, it is as if it had not been
// there: the next merge is the one that tells, of everybody.
func (g *merge) storeRules(ctx context.Context, people load.People, rules string) error {
	stored, guard := sql.NullString{String: rules, Valid: true}, sql.NullString{String: string(g.merged.Guard), Valid: true}
	if g.silent && g.merged.Guard == load.GuardWarn && people.Guard == load.GuardOn {
		if err := g.Tx.QueryRowContext(ctx, "SELECT any_value(guard) FROM etl.identity").Scan(&guard); err != nil {
			return err
		}
		stored.Valid = guard.String == string(load.GuardWarn) // a merge before has told
	}
	digest := "(SELECT digest FROM named_digest)"
	if g.unnamed {
		digest = "NULL"
	}
	return g.steps(ctx,
		step{"DELETE FROM etl.identity", nil},
		step{"INSERT INTO etl.identity BY NAME SELECT $1 AS rules, " + digest + " AS overrides, $2 AS guard", []any{stored, guard}},
	)
}

// From a quarter of all records on, and no fewer than these, everybody is resolved.
const (
	everythingShare = 4
	everythingLeast = 5_000
)

func (g *merge) scopeEverybody(ctx context.Context) error {
	if err := g.Rows.All(ctx, "etl.records", "etl.identifiers", "etl.people", "etl.contacts", layout.StaleRecords); err != nil {
		return err
	}
	for _, query := range []string{
		"CREATE OR REPLACE TEMP TABLE examined_keys (key UBIGINT)",
		"DELETE FROM etl.people p WHERE NOT EXISTS (FROM etl.records r WHERE r.source = p.source AND r.source_id = p.source_id)",
		`CREATE OR REPLACE TEMP TABLE nodes AS
			SELECT row_number() OVER (ORDER BY first_seen_at, source, source_id) - 1 AS n, source, source_id, surname_hash,
				false AS neighbour, ` + nodeValuesSQL + `
			FROM etl.records r LEFT JOIN ` + layout.StaleRecords + ` s USING (source, source_id)`,
	} {
		if err := g.exec(ctx, query); err != nil {
			return err
		}
	}
	return nil
}

// scopeAffected collects the affected part, beginning with the records that changed
// in name or identifiers and, if there is anything to do, those that overrides name. Where
// these might contradict one another there is always: each night tells of those it refuses.
func (g *merge) scopeAffected(ctx context.Context) error {
	named := `
			UNION SELECT source, source_id FROM (SELECT source, source_id FROM named UNION ALL SELECT source, source_id FROM overridden_before)
				WHERE EXISTS (FROM relinked) OR (SELECT changed FROM named_digest) OR (SELECT bool_or(always) AND NOT bool_and(always) FROM named)`
	if g.unnamed {
		named = ""
	}
	if err := g.exec(ctx, `CREATE OR REPLACE TEMP TABLE affected_records AS
			SELECT source, source_id FROM relinked
			UNION SELECT source, source_id FROM rematched SEMI JOIN etl.records USING (source, source_id)`+named); err != nil {
		return err
	}
	if affected, err := g.has(ctx, "FROM affected_records"); err != nil || !affected {
		return err
	}
	if err := g.fetchAffected(ctx); err != nil {
		return err
	}
	for _, query := range []string{
		`CREATE OR REPLACE TEMP TABLE reached_keys AS
			SELECT unnest([i.key, i.address_key]) AS key FROM changed_identifiers i JOIN affected_records USING (source, source_id) WHERE ` + linking + `
			UNION SELECT i.key FROM ` + layout.KeysSQL("etl.identifiers") + ` i JOIN affected_records USING (source, source_id) WHERE ` + linking,
		"CREATE OR REPLACE TEMP TABLE examined_keys AS FROM reached_keys",
	} {
		if err := g.exec(ctx, query); err != nil {
			return err
		}
	}
	size := int64(-1)
	for {
		if err := g.reach(ctx); err != nil {
			return err
		}
		if err := g.fetchAffected(ctx); err != nil {
			return err
		}
		before, err := size, error(nil)
		if size, err = g.count(ctx, "SELECT count(*) FROM affected_records"); err != nil {
			return err
		}
		if size == before {
			break
		}
		// All who carry what was reached are affected already.
		if err := g.steps(ctx,
			step{"INSERT INTO examined_keys FROM reached_keys", nil},
			step{"CREATE OR REPLACE TEMP TABLE reached_keys AS SELECT key FROM (" + unsettledSQL() + ") ANTI JOIN examined_keys USING (key)", nil},
		); err != nil {
			return err
		}
		if unsettled, err := g.has(ctx, "FROM reached_keys"); err != nil {
			return err
		} else if !unsettled && !g.matched {
			break
		}
	}
	return g.addNeighbours(ctx)
}

// reach adds to the affected records all that carry a reached identifier, and everybody in the
// same person as an affected record.
func (g *merge) reach(ctx context.Context) error {
	if err := g.expand(ctx); err != nil {
		return err
	}
	queries := []string{
		`INSERT INTO affected_records SELECT DISTINCT i.source, i.source_id FROM ` + layout.KeysSQL("etl.identifiers") + ` i JOIN reached_keys USING (key)
			ANTI JOIN affected_records p ON p.source = i.source AND p.source_id = i.source_id`,
		`INSERT INTO affected_records SELECT p.source, p.source_id FROM etl.people p
			WHERE p.contact_id IN (SELECT q.contact_id FROM affected_records JOIN etl.people q USING (source, source_id)) AND NOT EXISTS (FROM affected_records o WHERE o.source = p.source AND o.source_id = p.source_id)`,
	}
	if g.matched {
		queries = append([]string{followMatches}, queries...)
	}
	for _, query := range queries {
		if err := g.fetchPeople(ctx, "SELECT source, source_id FROM affected_records"); err != nil {
			return err
		}
		if err := g.exec(ctx, query); err != nil {
			return err
		}
	}
	return nil
}

// expand adds to the reached identifiers the other hashes of the same addresses,
// as far as any record has the address in clear. A reached key may be that of an
// address itself.
func (g *merge) expand(ctx context.Context) error {
	if err := g.fetchKeys(ctx, "SELECT key FROM reached_keys"); err != nil {
		return err
	}
	for i, query := range []string{
		`CREATE OR REPLACE TEMP TABLE addresses AS
			SELECT key AS address_key FROM reached_keys
			UNION SELECT i.address_key FROM ` + layout.KeysSQL("etl.identifiers") + ` i JOIN reached_keys USING (key) WHERE i.address_key IS NOT NULL`,
		`CREATE OR REPLACE TEMP TABLE reached_keys AS
			FROM reached_keys
			UNION SELECT address_key FROM addresses
			UNION SELECT i.key FROM ` + layout.KeysSQL("etl.identifiers") + ` i JOIN addresses USING (address_key)`,
	} {
		if err := g.exec(ctx, query); err != nil {
			return err
		}
		keys := []string{"SELECT address_key AS key FROM addresses", "SELECT key FROM reached_keys"}[i]
		if err := g.fetchKeys(ctx, keys); err != nil {
			return err
		}
	}
	return nil
}

// addNeighbours numbers the affected records and, after them, the others who carry an
// identifier of theirs: these only count.
func (g *merge) addNeighbours(ctx context.Context) error {
	if err := g.exec(ctx, `CREATE OR REPLACE TEMP TABLE reached_keys AS
		SELECT DISTINCT i.key FROM etl.identifiers i JOIN affected_records USING (source, source_id) WHERE i.kind IN `+layout.StrongKinds()); err != nil {
		return err
	}
	if err := g.expand(ctx); err != nil {
		return err
	}
	if err := g.fetchNodes(ctx); err != nil {
		return err
	}
	for _, query := range []string{
		"INSERT INTO examined_keys FROM reached_keys",
		`CREATE OR REPLACE TEMP TABLE nodes AS
			SELECT row_number() OVER (ORDER BY neighbour, first_seen_at, source, source_id) - 1 AS n, source, source_id, surname_hash, neighbour, ` + nodeValuesSQL + `
			FROM (
				SELECT source, source_id, false AS neighbour FROM affected_records
				UNION ALL
				SELECT DISTINCT i.source, i.source_id, true FROM etl.identifiers i JOIN reached_keys USING (key)
				WHERE i.kind IN ` + layout.StrongKinds() + ` AND NOT EXISTS (FROM affected_records p WHERE p.source = i.source AND p.source_id = i.source_id)
			) JOIN etl.records r USING (source, source_id) LEFT JOIN ` + layout.StaleRecords + ` s USING (source, source_id)`,
	} {
		if err := g.exec(ctx, query); err != nil {
			return err
		}
	}
	return nil
}

// links finds the identifiers that can link. All hashes of one address that some
// record has in clear go by the key of the address, so that they count
// as one. Left out are hashes that belong to a role address in any record, keys of
// different identifiers, and, as repeats, those that stand beside the SHA-256 of their address. Where overrides
// forbid some links, the kinds count in the order of [schema.StrongKinds].
func (g *merge) links(ctx context.Context) error {
	carried := " HAVING count(*) > 1"
	if g.merged.Guard != load.GuardOff {
		carried = "" // those of one record only tell it from others
	}
	reached_keys := "JOIN reached_keys USING (key)"
	if g.everything {
		reached_keys = ""
	}
	for _, query := range []string{
		fmt.Sprintf(`CREATE OR REPLACE TEMP TABLE clear_keys AS
			SELECT DISTINCT i.key, i.address_key FROM %s i
			SEMI JOIN (SELECT key FROM etl.identifiers i %s WHERE i.address_key IS NULL AND i.kind IN %s) h ON h.key = i.key
			WHERE i.address_key IS NOT NULL`, layout.KeysSQL("etl.identifiers"), reached_keys, layout.HashKinds),
		fmt.Sprintf(`CREATE OR REPLACE TEMP TABLE role_keys AS
			SELECT DISTINCT key FROM etl.identifiers WHERE kind IN %s
			UNION SELECT key FROM etl.identifiers i %s WHERE kind IN %s GROUP BY key HAVING %s`,
			layout.RoleKinds, reached_keys, layout.StrongKinds(), mixedSQL),
		fmt.Sprintf(`CREATE OR REPLACE TEMP TABLE carriers AS
			SELECT n.n, i.rowid AS identifier, coalesce(k.address_key, i.key) AS key,
				list_position([%s], CASE WHEN k.address_key IS NULL THEN i.kind ELSE 'email_sha256' END)::TINYINT AS rank
			FROM etl.identifiers i %s JOIN nodes n ON n.source = i.source AND n.source_id = i.source_id LEFT JOIN clear_keys k ON k.key = i.key
			WHERE i.kind IN %s AND i.address_key IS NULL`, strings.Trim(layout.StrongKinds(), "()"), reached_keys, layout.StrongKinds()),
		`CREATE OR REPLACE TEMP TABLE links AS
			SELECT key, any_value(rank)::BIGINT AS rank, row_number() OVER (ORDER BY any_value(rank), key) - 1 AS n
			FROM carriers ANTI JOIN role_keys USING (key) GROUP BY key` + carried,
	} {
		if err := g.exec(ctx, query); err != nil {
			return err
		}
	}
	return nil
}

// mixedSQL is the condition that a key is that of different identifiers, by accident.
const mixedSQL = "min(hash(value)) <> max(hash(value))"

// node is a record of the graph.
type node struct {
	Surname   int64 `col:"surname_hash"`
	Neighbour bool  `col:"neighbour"`
	Key       int64 `col:"key"`
	FullName  int64 `col:"full_name"`
	Stale     bool  `col:"stale"`
}

// keySQL is a hash of a record's key.
const keySQL = "(md5_number_lower(r.source || ':' || r.source_id) >> 1)::BIGINT"

// rank is the place of an identifier's kind in [schema.StrongKinds], from 1 on.
type rank struct {
	Rank int64 `col:"rank"`
}

var (
	nodeColumns = schema.ColumnsOf[node]()
	rankColumns = schema.ColumnsOf[rank]()
)

// graph reads the affected part. Pairs are the overrides behind graph.Always.
func (g *merge) graph(ctx context.Context) (graph identity.Graph, pairs []int, err error) {
	err = rowio.Read(ctx, g.Conn, nodeColumns, func(n *node) error {
		graph.Surnames, graph.Keys = append(graph.Surnames, uint64(n.Surname)), append(graph.Keys, uint64(n.Key))
		graph.Names, graph.Stale = append(graph.Names, uint64(n.FullName)), append(graph.Stale, n.Stale)
		if n.Neighbour {
			graph.Neighbours++
		}
		return nil
	}, "SELECT surname_hash, neighbour, key, full_name, stale FROM nodes ORDER BY n")
	if err != nil {
		return graph, nil, err
	}
	err = rowio.Read(ctx, g.Conn, rankColumns, func(r *rank) error {
		kind := schema.Kind("") // of a match, which is no identifier
		if r.Rank > 0 {
			kind = schema.StrongKinds[r.Rank-1]
		}
		graph.Kinds = append(graph.Kinds, kind)
		return nil
	}, "SELECT rank FROM links ORDER BY n")
	if err != nil {
		return graph, nil, err
	}
	err = rowio.Read(ctx, g.Conn, assignmentColumns, func(e *assignment) error {
		graph.Edges = append(graph.Edges, identity.Edge{Record: int32(e.N), Identifier: int32(e.Oldest)})
		return nil
	}, "SELECT b.n::BIGINT AS n, l.n AS oldest FROM carriers b JOIN links l USING (key)")
	if err != nil {
		return graph, nil, err
	}
	pairs, err = g.overridden(ctx, &graph)
	return graph, pairs, err
}
