package load

import (
	"context"
	"fmt"
	"strings"

	"contactsync/schema"
)

// People is what a merge needs of identity resolution, which this package knows
// nothing of.
type People struct {
	// Resolve partitions numbered records into people.
	Resolve func(Graph) Partition
	// Golden merges the records of one person; it leaves ContactID and UpdatedAt alone.
	Golden func([]schema.SourceContact) schema.Contact
	// Changes lists the golden values that differ.
	Changes func(before, after schema.Contact) []schema.Change
}

// Graph is the part of the warehouse that a change may concern, as numbers:
// records from oldest to newest, witnesses last, and the identifiers that at
// least two of them carry. Witnesses carry such an identifier but stay with
// their people; they only count.
type Graph struct {
	Surnames  []uint64 // per record, the hash of its folded surname; 0 = none
	Witnesses int
	Edges     []Edge
}

// Edge says that a record carries an identifier.
type Edge struct{ Record, Identifier int32 }

// Partition gives, for each record that is no witness, the number of the oldest
// record of its person, and the identifiers that link nobody.
type Partition struct {
	Oldest []int32
	Shared []Shared
}

// Shared is an identifier that too many people carry.
type Shared struct {
	Identifier int32
	Records    int
	Surnames   int
}

type assignment struct{ N, Oldest int64 }

type warning struct{ N, Records, Surnames int64 }

var (
	assignmentColumns = []schema.Column[assignment]{
		schema.Col("n", "", func(a *assignment) any { return &a.N }),
		schema.Col("oldest", "", func(a *assignment) any { return &a.Oldest }),
	}
	warningColumns = []schema.Column[warning]{
		schema.Col("n", "", func(w *warning) any { return &w.N }),
		schema.Col("records", "", func(w *warning) any { return &w.Records }),
		schema.Col("surnames", "", func(w *warning) any { return &w.Surnames }),
	}
)

// frames are empty frames of the tables that a merge fills from memory, for
// opening their feeds before its transaction begins.
func (People) frames() []frame {
	return []frame{
		newFrame[assignment]("assigned", assignmentColumns, nil),
		newFrame[warning]("shared_identifiers", warningColumns, nil),
		newFrame[schema.Contact]("etl.contacts", schema.Contacts.Columns, nil),
		newFrame[schema.Change](schema.Changes.Name, schema.Changes.Columns, nil),
	}
}

// people works out who is one person after this merge's changes, and renews the
// rows of the people concerned.
func (g *merge) people(ctx context.Context, people People) error {
	if err := g.inPlay(ctx); err != nil {
		return fmt.Errorf("identity: %w", err)
	}
	graph, err := g.graph(ctx)
	if err != nil {
		return fmt.Errorf("identity: %w", err)
	}
	if err := g.assign(ctx, people.Resolve(graph)); err != nil {
		return fmt.Errorf("identity: %w", err)
	}
	if err := g.golden(ctx, people); err != nil {
		return fmt.Errorf("contacts: %w", err)
	}
	return nil
}

// strongKinds is the SQL list of the kinds that link.
func strongKinds() string {
	kinds := make([]string, len(schema.StrongKinds))
	for i, k := range schema.StrongKinds {
		kinds[i] = "'" + string(k) + "'"
	}
	return "(" + strings.Join(kinds, ", ") + ")"
}

// inPlay collects the records that the changes may concern: those that changed
// in name or identifiers, all that carry an identifier which one of these
// carries or carried, and everybody in the same person as these. People outside
// share no linking identifier with them, so they stay who they are; work grows
// with what changed, not with the warehouse.
func (g *merge) inPlay(ctx context.Context) error {
	strong := strongKinds()
	for _, query := range []string{
		`CREATE OR REPLACE TEMP TABLE play AS
			WITH reached AS (
				SELECT source, source_id FROM relinked
				UNION SELECT i.source, i.source_id FROM etl.identifiers i WHERE i.kind IN ` + strong + ` AND EXISTS (
					FROM carried c JOIN relinked r USING (source, source_id) WHERE c.kind = i.kind AND c.value = i.value)
			)
			SELECT source, source_id FROM reached
			UNION SELECT p.source, p.source_id FROM etl.people p WHERE p.contact_id IN (SELECT q.contact_id FROM reached JOIN etl.people q USING (source, source_id))`,
		// Only an identifier that two records carry can link or be shared.
		`CREATE OR REPLACE TEMP TABLE links AS
			SELECT kind, value, row_number() OVER (ORDER BY kind, value) - 1 AS n FROM etl.identifiers i
			WHERE kind IN ` + strong + ` AND EXISTS (FROM etl.identifiers j JOIN play USING (source, source_id) WHERE j.kind = i.kind AND j.value = i.value)
			GROUP BY kind, value HAVING count(*) > 1`,
		`CREATE OR REPLACE TEMP TABLE nodes AS
			SELECT row_number() OVER (ORDER BY witness, first_seen_at, source, source_id) - 1 AS n, source, source_id, surname_hash, witness
			FROM (
				SELECT source, source_id, false AS witness FROM play
				UNION ALL
				SELECT DISTINCT i.source, i.source_id, true FROM etl.identifiers i JOIN links USING (kind, value)
				WHERE NOT EXISTS (FROM play p WHERE p.source = i.source AND p.source_id = i.source_id)
			) JOIN etl.records USING (source, source_id)`,
	} {
		if err := g.exec(ctx, query); err != nil {
			return err
		}
	}
	return nil
}

// graph reads the part in play.
func (g *merge) graph(ctx context.Context) (Graph, error) {
	var graph Graph
	type node struct {
		Surname int64
		Witness bool
	}
	nodeColumns := []schema.Column[node]{
		schema.Col("surname_hash", "", func(n *node) any { return &n.Surname }),
		schema.Col("witness", "", func(n *node) any { return &n.Witness }),
	}
	err := readRows(ctx, g.w.conn, nodeColumns, func(n *node) error {
		graph.Surnames = append(graph.Surnames, uint64(n.Surname))
		if n.Witness {
			graph.Witnesses++
		}
		return nil
	}, "SELECT surname_hash, witness FROM nodes ORDER BY n")
	if err != nil {
		return graph, err
	}
	err = readRows(ctx, g.w.conn, assignmentColumns, func(e *assignment) error {
		graph.Edges = append(graph.Edges, Edge{int32(e.N), int32(e.Oldest)})
		return nil
	}, `SELECT n.n, l.n AS oldest FROM links l JOIN etl.identifiers i USING (kind, value) JOIN nodes n USING (source, source_id)`)
	return graph, err
}

// assign stores who is one person now. The id of a person derives from its
// oldest record, so a rebuild gives the same ids, and it survives merges and
// splits: the oldest record of a person stays the oldest.
func (g *merge) assign(ctx context.Context, p Partition) error {
	assigned := make([]assignment, len(p.Oldest))
	for i, oldest := range p.Oldest {
		assigned[i] = assignment{int64(i), int64(oldest)}
	}
	shared := make([]warning, len(p.Shared))
	for i, s := range p.Shared {
		shared[i] = warning{int64(s.Identifier), int64(s.Records), int64(s.Surnames)}
	}
	g.merged.Shared = len(shared)
	if err := g.exec(ctx, "CREATE OR REPLACE TEMP TABLE assigned (n BIGINT, oldest BIGINT)"); err != nil {
		return err
	}
	if err := g.w.insert(ctx, g.tx, newFrame("assigned", assignmentColumns, assigned)); err != nil {
		return err
	}
	if err := g.exec(ctx, "CREATE OR REPLACE TEMP TABLE shared_identifiers (n BIGINT, records BIGINT, surnames BIGINT)"); err != nil {
		return err
	}
	if err := g.w.insert(ctx, g.tx, newFrame("shared_identifiers", warningColumns, shared)); err != nil {
		return err
	}
	for _, step := range []struct {
		query string
		args  []any
	}{
		{`CREATE OR REPLACE TEMP TABLE moved AS
			SELECT n.source, n.source_id, p.contact_id AS old_id, 'c_' || left(sha256(o.source || ':' || o.source_id), 20) AS contact_id
			FROM assigned a JOIN nodes n ON n.n = a.n JOIN nodes o ON o.n = a.oldest LEFT JOIN etl.people p ON p.source = n.source AND p.source_id = n.source_id
			WHERE p.contact_id IS DISTINCT FROM 'c_' || left(sha256(o.source || ':' || o.source_id), 20)`, nil},
		{`DELETE FROM etl.people p USING moved m WHERE p.source = m.source AND p.source_id = m.source_id`, nil},
		{`INSERT INTO etl.people BY NAME SELECT source, source_id, contact_id FROM moved`, nil},
		{`INSERT INTO etl.merges BY NAME SELECT m.old_id AS contact_id, m.contact_id AS into_contact_id,
				CASE WHEN m.old_id IN (SELECT contact_id FROM etl.people) THEN 'split' ELSE 'merge' END AS change,
				m.source, m.source_id, $1 AS merged_at, $2 AS run_id
			FROM moved m WHERE m.old_id IS NOT NULL`, []any{g.at, g.run.RunID}},
		{`DELETE FROM etl.identity_warnings w USING links l WHERE l.kind = w.kind AND l.value = w.value`, nil},
		{`INSERT INTO etl.identity_warnings BY NAME SELECT l.kind, l.value, s.records, s.surnames, $1 AS warned_at, $2 AS run_id
			FROM shared_identifiers s JOIN links l USING (n)`, []any{g.at, g.run.RunID}},
	} {
		if err := g.exec(ctx, step.query, step.args...); err != nil {
			return err
		}
	}
	return nil
}
