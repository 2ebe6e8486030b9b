package merge

import (
	"context"
	"errors"
	"fmt"

	"contactsync/internal/crash"
	"contactsync/internal/identity"
	"contactsync/load"
	"contactsync/load/duckdb/layout"
	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

type assignment struct {
	N      int64 `col:"n"`
	Oldest int64 `col:"oldest"`
}

// finding is an identifier that does not link all who carry it, and why.
type finding struct {
	N        int64   `col:"n"`
	Records  int64   `col:"records"`
	Surnames int64   `col:"surnames"`
	Reason   string  `col:"reason"`
	Bits     float64 `col:"bits"`
}

var (
	assignmentColumns = schema.ColumnsOf[assignment]()
	findingColumns    = schema.ColumnsOf[finding]()
)

// people works out who is one person after this merge's changes, and renews the
// rows of the people concerned.
func (g *merge) people(ctx context.Context, people load.People) error {
	if err := g.resolve(ctx, people); err != nil {
		return fmt.Errorf("identity: %w", err)
	}
	if err := g.golden(ctx, people); err != nil {
		return fmt.Errorf("contacts: %w", err)
	}
	return nil
}

func (g *merge) resolve(ctx context.Context, people load.People) error {
	if err := g.overrides(ctx, people); err != nil {
		return fmt.Errorf("overrides: %w", err)
	}
	if err := g.chooseGuard(ctx, people); err != nil {
		return err
	}
	if err := g.stale(ctx, people); err != nil {
		return fmt.Errorf("stale records: %w", err)
	}
	if err := g.matchRecords(ctx, people); err != nil {
		return fmt.Errorf("match: %w", err)
	}
	if err := g.chooseScope(ctx, people); err != nil {
		return err
	}
	if !g.everything { // nothing but values changed, most nights
		if n, err := g.count(ctx, "SELECT count(*) FROM affected_records"); err != nil || n == 0 {
			const none = "CREATE OR REPLACE TEMP TABLE moved (source VARCHAR, source_id VARCHAR, old_id VARCHAR, contact_id VARCHAR)"
			return errors.Join(err, g.exec(ctx, none))
		}
	}
	if err := g.links(ctx); err != nil {
		return err
	}
	if err := g.linkMatches(ctx); err != nil {
		return err
	}
	graph, pairs, err := g.graph(ctx)
	if err != nil {
		return err
	}
	graph.MaxNames, graph.MaxRecords, graph.MaxFullNames = people.MaxNames, people.MaxRecords, fullNames*people.MaxNames
	graph.Guard = guards[g.merged.Guard]
	partition, err := identity.Resolve(graph, g.testify(ctx))
	if err != nil {
		return err
	}
	crash.At(crash.MergeResolved)
	for _, i := range partition.Refused {
		refuse(&g.merged, pairs[i], 0, load.Forbidden)
	}
	leaveMatches(&partition, graph.Kinds)
	return g.assign(ctx, partition)
}

// assign stores who is one person now. The id of a person derives from its
// oldest record, so a rebuild gives the same ids, and it survives merges and
// splits: the oldest record of a person stays the oldest.
func (g *merge) assign(ctx context.Context, p identity.Partition) error {
	assigned := make([]assignment, len(p.Oldest))
	for i, oldest := range p.Oldest {
		assigned[i] = assignment{int64(i), int64(oldest)}
	}
	findings := make([]finding, 0, len(p.Shared)+len(p.Blocked)+len(p.Large)+len(p.Doubtful))
	for _, f := range p.Shared {
		findings = append(findings, finding{int64(f.Identifier), int64(f.Records), int64(f.Names), schema.WarnShared, 0})
	}
	for _, n := range p.Blocked {
		findings = append(findings, finding{N: int64(n), Reason: schema.WarnBlocked})
	}
	for _, n := range p.Large {
		findings = append(findings, finding{N: int64(n), Reason: schema.WarnLarge})
	}
	for _, d := range p.Doubtful {
		findings = append(findings, finding{N: int64(d.Identifier), Reason: schema.WarnDoubtful, Bits: d.Bits})
	}
	g.merged.Shared, g.merged.Blocked, g.merged.Large = len(p.Shared), len(p.Blocked), len(p.Large)
	g.merged.Refused, g.merged.Splits = len(p.Doubtful), p.Splits
	if err := g.exec(ctx, "CREATE OR REPLACE TEMP TABLE assigned (n BIGINT, oldest BIGINT)"); err != nil {
		return err
	}
	if err := g.Feeds.Insert(ctx, g.Tx, rowio.NewFrame("assigned", assignmentColumns, assigned)); err != nil {
		return err
	}
	if err := g.exec(ctx, "CREATE OR REPLACE TEMP TABLE findings (n BIGINT, records BIGINT, surnames BIGINT, reason VARCHAR, bits DOUBLE)"); err != nil {
		return err
	}
	if err := g.Feeds.Insert(ctx, g.Tx, rowio.NewFrame("findings", findingColumns, findings)); err != nil {
		return err
	}
	for _, step := range []string{
		`CREATE OR REPLACE TEMP TABLE moved AS
			SELECT n.source, n.source_id, p.contact_id AS old_id, ` + layout.ContactIDSQL("o") + ` AS contact_id
			FROM assigned a JOIN nodes n ON n.n = a.n JOIN nodes o ON o.n = a.oldest LEFT JOIN etl.people p ON p.source = n.source AND p.source_id = n.source_id
			WHERE p.contact_id IS DISTINCT FROM ` + layout.ContactIDSQL("o"),
		`DELETE FROM etl.people p USING moved m WHERE p.source = m.source AND p.source_id = m.source_id`,
		`INSERT INTO etl.people BY NAME SELECT source, source_id, contact_id FROM moved`,
	} {
		if err := g.exec(ctx, step); err != nil {
			return err
		}
	}
	var err error
	if g.merged.Moved, err = g.count(ctx, "SELECT count(*) FROM moved WHERE old_id IS NOT NULL"); err != nil {
		return err
	}
	if g.merged.Moved > 0 {
		if err := g.exec(ctx, `INSERT INTO etl.merges BY NAME SELECT m.old_id AS contact_id, m.contact_id AS into_contact_id,
				CASE WHEN m.old_id IN (SELECT contact_id FROM etl.people) THEN 'split' ELSE 'merge' END AS change,
				m.source, m.source_id, $1 AS merged_at, $2 AS run_id
			FROM moved m WHERE m.old_id IS NOT NULL`, g.At, g.Run.RunID); err != nil {
			return err
		}
	}
	if err := g.warn(ctx); err != nil {
		return err
	}
	return g.candidates(ctx, p)
}

// warn renews what is known of identifiers that do not link all who carry them: a row for
// each hash of an address, since they count as one.
func (g *merge) warn(ctx context.Context) error {
	examined := "USING examined_keys j WHERE j.key = " + layout.KeySQL("w.kind", "w.value")
	if g.everything {
		examined = ""
	}
	if err := g.exec(ctx, "DELETE FROM etl.identity_warnings w "+examined); err != nil || g.merged.Shared+g.merged.Blocked+g.merged.Large+g.merged.Refused == 0 {
		return err
	}
	// In one statement the engine may take the identifiers, all of them, for the smaller side of a join.
	return g.steps(ctx,
		step{"CREATE OR REPLACE TEMP TABLE warned AS SELECT f.* EXCLUDE (n), b.identifier FROM findings f JOIN links l USING (n) JOIN carriers b USING (key)", nil},
		step{`CREATE OR REPLACE TEMP TABLE warned_identifiers AS
			SELECT DISTINCT w.* EXCLUDE (identifier), i.kind, i.value, ` + layout.KeySQL("i.kind", "i.value") + ` AS key FROM warned w JOIN etl.identifiers i ON i.rowid = w.identifier`, nil},
		step{`INSERT INTO etl.identity_warnings BY NAME
			SELECT kind, value, reason, nullif(records, 0) AS records, nullif(surnames, 0) AS surnames,
				if(reason = '` + schema.WarnDoubtful + `', bits, NULL) AS bits, $1 AS warned_at, $2 AS run_id
			FROM (
				SELECT * EXCLUDE (key) FROM warned_identifiers
				UNION
				SELECT w.* EXCLUDE (key) REPLACE (i.kind AS kind, i.value AS value)
				FROM warned_identifiers w JOIN etl.identifiers i ON i.address_key = w.key WHERE w.kind = 'email_sha256' AND i.value IS NOT NULL
			)`, []any{g.At, g.Run.RunID}},
	)
}
