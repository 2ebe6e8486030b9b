package merge

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"contactsync/internal/crash"
	"contactsync/load"
	"contactsync/load/duckdb/layout"
	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// Input is what a merge works with. Nobody else uses the connection while the
// transaction, which is one of it, is open.
type Input struct {
	Conn  *sql.Conn
	Tx    *sql.Tx
	Feeds *rowio.Feeds
	Run   *schema.Run // whose pipeline is merged; its id stands in what the merge notes
	At    time.Time

	// NextSeq is the next place in the order of commits.
	NextSeq func() int64
	// Stored looks up records and their versions, staged or merged.
	Stored func(ctx context.Context, source string, ids []string) (map[string]*load.Stored, error)
}

// Frames are empty frames of the tables that a merge fills from memory, for
// opening their feeds before its transaction begins.
func Frames() []rowio.Frame {
	return []rowio.Frame{
		rowio.NewFrame[assignment]("assigned", assignmentColumns, nil),
		rowio.NewFrame[finding]("findings", findingColumns, nil),
		rowio.NewFrame[schema.Contact]("etl.contacts", schema.Contacts.Columns, nil),
		rowio.NewFrame[schema.Change](schema.Changes.Name, schema.Changes.Columns, nil),
		layout.Stage[load.Record]("records", "", 0, layout.RecordColumns, nil),
		layout.Stage[schema.Identifier]("identifiers", "", 0, schema.IdentifierColumns, nil),
	}
}

// Staged merges what the run's pipeline has staged, resolves who is one person and
// clears the pipeline's staging tables.
func Staged(ctx context.Context, in Input, people load.People) (load.Merged, error) {
	g := merge{Input: in}
	err := g.all(ctx, people)
	return g.merged, err
}

// Resolve works out who is one person though nothing is staged: what overrides or
// rules have changed, or, anew, everything from nothing. The run names no pipeline.
func Resolve(ctx context.Context, in Input, people load.People, anew bool) (load.Merged, error) {
	g := merge{Input: in, anew: anew}
	if err := g.records(ctx); err != nil { // nothing is staged for no pipeline: nothing changed
		return g.merged, err
	}
	if err := g.people(ctx, people); err != nil {
		return g.merged, err
	}
	return g.merged, g.noteChange(ctx)
}

// Remaining resolves the records that stay when others are erased. The caller has
// filled the temporary tables changed, changed_identifiers and relinked.
func Remaining(ctx context.Context, in Input, people load.People) error {
	g := merge{Input: in}
	return g.people(ctx, people)
}

// merge is one merge under way.
type merge struct {
	Input
	merged load.Merged

	anew       bool // everybody is resolved and merged from nothing
	everything bool // everybody is resolved

	renewed int64 // events that a replay made otherwise
}

func (g *merge) all(ctx context.Context, people load.People) error {
	refold := func(ctx context.Context) error { return g.refold(ctx, people) }
	for _, step := range []func(context.Context) error{
		g.superseded, g.rejects, g.audiences, g.members, refold, g.records, g.versions, g.gone, g.matches, g.events,
	} {
		if err := step(ctx); err != nil {
			return err
		}
		crash.At(crash.MergeStep)
	}
	if err := g.people(ctx, people); err != nil {
		return err
	}
	if err := g.noteChange(ctx); err != nil {
		return err
	}
	for _, s := range layout.Stages() {
		if err := g.exec(ctx, fmt.Sprintf("DELETE FROM %s WHERE pipeline = $1", s.Name), g.Run.Pipeline); err != nil {
			return err
		}
	}
	return nil
}

// exec runs a statement with only the arguments it names.
func (g *merge) exec(ctx context.Context, query string, args ...any) error {
	_, err := g.Tx.ExecContext(ctx, query, args...)
	return err
}

func (g *merge) count(ctx context.Context, query string, args ...any) (n int64, err error) {
	err = g.Tx.QueryRowContext(ctx, query, args...).Scan(&n)
	return n, err
}

// superseded drops what another pipeline of the vendor staged, and has not merged,
// of records and versions that this one staged later: this one's were folded over
// them, and they would undo it.
func (g *merge) superseded(ctx context.Context) error {
	for table, key := range map[string]string{"records": "source, source_id", "versions": "source, source_id, audience"} {
		var others bool
		if err := g.Tx.QueryRowContext(ctx, fmt.Sprintf("SELECT EXISTS (FROM etl.staged_%s WHERE pipeline <> $1)", table), g.Run.Pipeline).Scan(&others); err != nil {
			return err
		}
		if !others {
			continue
		}
		if err := g.exec(ctx, fmt.Sprintf(`DELETE FROM etl.staged_%[1]s WHERE rowid IN (
			SELECT o.rowid FROM etl.staged_%[1]s o JOIN (SELECT %[2]s, max(seq) AS last FROM etl.staged_%[1]s WHERE pipeline = $1 GROUP BY ALL) USING (%[2]s)
			WHERE o.pipeline <> $1 AND o.seq < last)`, table, key), g.Run.Pipeline); err != nil {
			return err
		}
	}
	return nil
}

// records replaces the records whose hash differs. It leaves the temporary table
// changed, and moved with the identifiers that changed records have or had, for
// identity.
func (g *merge) records(ctx context.Context) error {
	if err := g.exec(ctx, `CREATE OR REPLACE TEMP TABLE changed AS
		WITH last AS (SELECT source, source_id, max(seq) AS seq FROM etl.staged_records WHERE pipeline = $1 GROUP BY ALL)
		SELECT s.source, s.source_id, s.seq, r.first_seen_at, r.source IS NULL AS is_new, s.surname_hash IS DISTINCT FROM r.surname_hash AS renamed
		FROM etl.staged_records s JOIN last USING (source, source_id, seq) LEFT JOIN etl.records r USING (source, source_id)
		WHERE s.pipeline = $1 AND r.record_hash IS DISTINCT FROM s.record_hash`, g.Run.Pipeline); err != nil {
		return err
	}
	var fresh, changed int64
	if err := g.Tx.QueryRowContext(ctx, "SELECT count(*) FILTER (is_new), count(*) FILTER (NOT is_new) FROM changed").Scan(&fresh, &changed); err != nil {
		return err
	}
	g.merged.New, g.merged.Changed = g.merged.New+fresh, g.merged.Changed+changed
	if err := g.relinked(ctx); err != nil || fresh+changed == 0 {
		return err
	}
	columns := rowio.QuoteAll(rowio.Names(layout.RecordColumns))
	if err := g.exec(ctx, "DELETE FROM etl.records t USING changed c WHERE t.source = c.source AND t.source_id = c.source_id"); err != nil {
		return err
	}
	if err := g.exec(ctx, fmt.Sprintf(`INSERT INTO etl.records (%[1]s) SELECT %[1]s FROM (
		SELECT s.* REPLACE (coalesce(c.first_seen_at, $2) AS first_seen_at, $2 AS last_seen_at, $2 AS updated_at)
		FROM etl.staged_records s JOIN changed c USING (source, source_id, seq) WHERE s.pipeline = $1)`, columns), g.Run.Pipeline, g.At); err != nil {
		return err
	}
	if err := g.exec(ctx, "DELETE FROM etl.identifiers t USING changed c WHERE t.source = c.source AND t.source_id = c.source_id"); err != nil {
		return err
	}
	return g.exec(ctx, `INSERT INTO etl.identifiers BY NAME SELECT s.source, s.source_id, s.kind, s.value, `+layout.IdentifierKeySQL("s")+` AS key, `+layout.AddressKeySQL("s")+` AS address_key
		FROM etl.staged_identifiers s JOIN changed c USING (source, source_id, seq) WHERE s.pipeline = $1`, g.Run.Pipeline)
}

// relinked finds, before anything is replaced, the changed records that may
// belong to other people now, and every identifier that those among them which
// are not new carry or carried.
func (g *merge) relinked(ctx context.Context) error {
	if err := g.exec(ctx, `CREATE OR REPLACE TEMP TABLE changed_identifiers AS
		SELECT i.source, i.source_id, i.kind, i.key, false AS now FROM etl.identifiers i JOIN changed c USING (source, source_id) WHERE NOT c.is_new
		UNION ALL
		SELECT i.source, i.source_id, i.kind, `+layout.IdentifierKeySQL("i")+`, true AS now
			FROM etl.staged_identifiers i JOIN changed c USING (source, source_id, seq) WHERE i.pipeline = $1 AND NOT c.is_new`, g.Run.Pipeline); err != nil {
		return err
	}
	return g.exec(ctx, `CREATE OR REPLACE TEMP TABLE relinked AS
		SELECT source, source_id FROM changed WHERE is_new OR renamed
		UNION
		SELECT source, source_id FROM (SELECT source, source_id, kind, key FROM changed_identifiers GROUP BY ALL HAVING bool_and(now) OR NOT bool_or(now))`)
}

// versions replaces the versions that differ.
func (g *merge) versions(ctx context.Context) error {
	if err := g.exec(ctx, `CREATE OR REPLACE TEMP TABLE changed_versions AS
		WITH last AS (SELECT source, source_id, audience, max(seq) AS seq FROM etl.staged_versions WHERE pipeline = $1 GROUP BY ALL)
		SELECT s.source, s.source_id, s.audience, s.seq
		FROM etl.staged_versions s JOIN last USING (source, source_id, audience, seq) LEFT JOIN etl.versions v USING (source, source_id, audience)
		WHERE s.pipeline = $1 AND (v.source IS NULL OR v.payload_hash IS DISTINCT FROM s.payload_hash OR v.as_of IS DISTINCT FROM s.as_of OR v.payload IS DISTINCT FROM s.payload)`, g.Run.Pipeline); err != nil {
		return err
	}
	if err := g.exec(ctx, "DELETE FROM etl.versions t USING changed_versions c WHERE t.source = c.source AND t.source_id = c.source_id AND t.audience = c.audience"); err != nil {
		return err
	}
	columns := rowio.QuoteAll(rowio.Names(schema.VersionColumns))
	return g.exec(ctx, fmt.Sprintf(`INSERT INTO etl.versions (%[1]s) SELECT %[1]s
		FROM etl.staged_versions s JOIN changed_versions c USING (source, source_id, audience, seq) WHERE s.pipeline = $1`, columns), g.Run.Pipeline)
}
