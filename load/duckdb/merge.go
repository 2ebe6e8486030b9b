package duckdb

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"contactsync/internal/crash"
	"contactsync/load"
	"contactsync/schema"
)

// Merge moves what the run's pipeline has staged, by this run or by one that was
// killed before it could merge, into the promised tables, resolves who is one
// person, clears the staging and stores the run as it ended: all in one
// transaction. It adds to the run's counters of new and changed rows.
func (w *Warehouse) Merge(ctx context.Context, run *schema.Run, people load.People) (load.Merged, error) {
	var m load.Merged
	crash.At(crash.MergeBefore)
	frames := mergeFrames()
	if err := w.openFeeds(ctx, frames); err != nil {
		return m, unstored("merge", err)
	}
	before := *run
	err := w.transaction(ctx, nil, func(ctx context.Context, tx *sql.Tx) error {
		g := merge{w: w, tx: tx, run: run, at: w.now().UTC()}
		if err := g.all(ctx, people); err != nil {
			return err
		}
		m = g.merged
		if people.Warn != nil {
			run.Warnings = append(run.Warnings, people.Warn(m)...)
		}
		run.RowsNew, run.RowsChanged = run.RowsNew+m.New, run.RowsChanged+m.Changed
		run.RowsWritten = run.RowsNew + run.RowsChanged
		run.RowsUnchanged = max(run.RowsRead-run.RowsRejected-run.RowsWritten, 0)
		if err := replace(ctx, tx, schema.Runs, run, "run_id"); err != nil {
			return err
		}
		crash.At(crash.MergeInside)
		return nil
	})
	if err != nil {
		*run = before // nothing is new that is not stored
		return load.Merged{}, unstored("merge", err)
	}
	crash.At(crash.MergeAfter)
	return m, nil
}

// openFeeds opens the feeds of frames before a transaction begins.
func (w *Warehouse) openFeeds(ctx context.Context, frames []frame) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, f := range frames {
		if err := w.open(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

// merge is one merge under way.
type merge struct {
	w      *Warehouse
	tx     *sql.Tx
	run    *schema.Run
	at     time.Time
	merged load.Merged

	anew       bool // everybody is resolved and merged from nothing
	everything bool // everybody is in play

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
	for _, s := range stages() {
		if err := g.exec(ctx, fmt.Sprintf("DELETE FROM %s WHERE pipeline = $1", s.name), g.run.Pipeline); err != nil {
			return err
		}
	}
	return nil
}

// exec runs a statement with only the arguments it names.
func (g *merge) exec(ctx context.Context, query string, args ...any) error {
	_, err := g.tx.ExecContext(ctx, query, args...)
	return err
}

func (g *merge) count(ctx context.Context, query string, args ...any) (n int64, err error) {
	err = g.tx.QueryRowContext(ctx, query, args...).Scan(&n)
	return n, err
}

// superseded drops what another pipeline of the vendor staged, and has not merged,
// of records and versions that this one staged later: this one's were folded over
// them, and they would undo it.
func (g *merge) superseded(ctx context.Context) error {
	for table, key := range map[string]string{"records": "source, source_id", "versions": "source, source_id, audience"} {
		var others bool
		if err := g.tx.QueryRowContext(ctx, fmt.Sprintf("SELECT EXISTS (FROM etl.staged_%s WHERE pipeline <> $1)", table), g.run.Pipeline).Scan(&others); err != nil {
			return err
		}
		if !others {
			continue
		}
		if err := g.exec(ctx, fmt.Sprintf(`DELETE FROM etl.staged_%[1]s WHERE rowid IN (
			SELECT o.rowid FROM etl.staged_%[1]s o JOIN (SELECT %[2]s, max(seq) AS last FROM etl.staged_%[1]s WHERE pipeline = $1 GROUP BY ALL) USING (%[2]s)
			WHERE o.pipeline <> $1 AND o.seq < last)`, table, key), g.run.Pipeline); err != nil {
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
		WHERE s.pipeline = $1 AND r.record_hash IS DISTINCT FROM s.record_hash`, g.run.Pipeline); err != nil {
		return err
	}
	var fresh, changed int64
	if err := g.tx.QueryRowContext(ctx, "SELECT count(*) FILTER (is_new), count(*) FILTER (NOT is_new) FROM changed").Scan(&fresh, &changed); err != nil {
		return err
	}
	g.merged.New, g.merged.Changed = g.merged.New+fresh, g.merged.Changed+changed
	if err := g.relinked(ctx); err != nil || fresh+changed == 0 {
		return err
	}
	columns := quoteAll(columnNames(recordColumns))
	if err := g.exec(ctx, "DELETE FROM etl.records t USING changed c WHERE t.source = c.source AND t.source_id = c.source_id"); err != nil {
		return err
	}
	if err := g.exec(ctx, fmt.Sprintf(`INSERT INTO etl.records (%[1]s) SELECT %[1]s FROM (
		SELECT s.* REPLACE (coalesce(c.first_seen_at, $2) AS first_seen_at, $2 AS last_seen_at, $2 AS updated_at)
		FROM etl.staged_records s JOIN changed c USING (source, source_id, seq) WHERE s.pipeline = $1)`, columns), g.run.Pipeline, g.at); err != nil {
		return err
	}
	if err := g.exec(ctx, "DELETE FROM etl.identifiers t USING changed c WHERE t.source = c.source AND t.source_id = c.source_id"); err != nil {
		return err
	}
	return g.exec(ctx, `INSERT INTO etl.identifiers BY NAME SELECT s.source, s.source_id, s.kind, s.value, `+identifierKey("s")+` AS key, `+addressKey("s")+` AS address_key
		FROM etl.staged_identifiers s JOIN changed c USING (source, source_id, seq) WHERE s.pipeline = $1`, g.run.Pipeline)
}

// relinked finds, before anything is replaced, the changed records that may
// belong to other people now, and every identifier that those among them which
// are not new carry or carried.
func (g *merge) relinked(ctx context.Context) error {
	if err := g.exec(ctx, `CREATE OR REPLACE TEMP TABLE carried AS
		SELECT i.source, i.source_id, i.kind, i.key, false AS now FROM etl.identifiers i JOIN changed c USING (source, source_id) WHERE NOT c.is_new
		UNION ALL
		SELECT i.source, i.source_id, i.kind, `+identifierKey("i")+`, true AS now
			FROM etl.staged_identifiers i JOIN changed c USING (source, source_id, seq) WHERE i.pipeline = $1 AND NOT c.is_new`, g.run.Pipeline); err != nil {
		return err
	}
	return g.exec(ctx, `CREATE OR REPLACE TEMP TABLE relinked AS
		SELECT source, source_id FROM changed WHERE is_new OR renamed
		UNION
		SELECT source, source_id FROM (SELECT source, source_id, kind, key FROM carried GROUP BY ALL HAVING bool_and(now) OR NOT bool_or(now))`)
}

// versions replaces the versions that differ.
func (g *merge) versions(ctx context.Context) error {
	if err := g.exec(ctx, `CREATE OR REPLACE TEMP TABLE changed_versions AS
		WITH last AS (SELECT source, source_id, audience, max(seq) AS seq FROM etl.staged_versions WHERE pipeline = $1 GROUP BY ALL)
		SELECT s.source, s.source_id, s.audience, s.seq
		FROM etl.staged_versions s JOIN last USING (source, source_id, audience, seq) LEFT JOIN etl.versions v USING (source, source_id, audience)
		WHERE s.pipeline = $1 AND (v.source IS NULL OR v.payload_hash IS DISTINCT FROM s.payload_hash OR v.as_of IS DISTINCT FROM s.as_of OR v.payload IS DISTINCT FROM s.payload)`, g.run.Pipeline); err != nil {
		return err
	}
	if err := g.exec(ctx, "DELETE FROM etl.versions t USING changed_versions c WHERE t.source = c.source AND t.source_id = c.source_id AND t.audience = c.audience"); err != nil {
		return err
	}
	columns := quoteAll(columnNames(schema.VersionColumns))
	return g.exec(ctx, fmt.Sprintf(`INSERT INTO etl.versions (%[1]s) SELECT %[1]s
		FROM etl.staged_versions s JOIN changed_versions c USING (source, source_id, audience, seq) WHERE s.pipeline = $1`, columns), g.run.Pipeline)
}
