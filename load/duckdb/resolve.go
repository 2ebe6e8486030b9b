package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"contactsync/internal/crash"
	"contactsync/load"
	"contactsync/load/duckdb/merge"
	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// Merge moves what the run's pipeline has staged, by this run or by one that was
// killed before it could merge, into the promised tables, resolves who is one
// person, clears the staging and stores the run as it ended: all in one
// transaction. It adds to the run's counters of new and changed rows.
func (w *Warehouse) Merge(ctx context.Context, run *schema.Run, people load.People) (load.Merged, error) {
	var m load.Merged
	crash.At(crash.MergeBefore)
	if err := w.openFeeds(ctx); err != nil {
		return m, unstored("merge", err)
	}
	beside, err := w.db.Conn(ctx)
	if err != nil {
		return m, unstored("merge", err)
	}
	defer beside.Close()
	before := *run
	err = w.whole(ctx, func(ctx context.Context, tx *sql.Tx, partly func(context.Context) error) error {
		var err error
		in := w.mergeInput(tx, run)
		in.Partly = partly
		in.Beside = beside
		if s := w.step; s != nil { // what others staged and is merged must not be staged again
			s.merged, in.TookOthers = run.Pipeline, func() { s.staged = true }
		}
		if m, err = merge.Staged(ctx, in, people); err != nil {
			return err
		}
		if people.Warn != nil {
			run.Warnings = append(run.Warnings, people.Warn(m)...)
		}
		run.RowsNew, run.RowsChanged = run.RowsNew+m.New, run.RowsChanged+m.Changed
		run.RowsWritten = run.RowsNew + run.RowsChanged
		run.RowsUnchanged = max(run.RowsRead-run.RowsRejected-run.RowsWritten, 0)
		if err := rowio.Replace(ctx, tx, schema.Runs, []schema.Run{*run}, "run_id"); err != nil {
			return err
		}
		crash.At(crash.MergeInside)
		return nil
	})
	if err != nil {
		*run = before // nothing is new that is not stored
		if ctx.Err() == nil {
			err = errors.Join(err, w.restage(ctx))
		}
		return load.Merged{}, unstored("merge", err)
	}
	crash.At(crash.MergeAfter)
	return m, nil
}

// restage makes of the new records of all pipelines what is staged: whatever goes on after
// a kill or a failed merge, such as an erasure by age, a snapshot or a report, must not
// take them for records that a merge has taken in.
func (w *file) restage(ctx context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	tx, err := w.beginTx(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it does nothing
	if err := merge.Restage(ctx, tx, ""); err != nil {
		return err
	}
	return commit(tx)
}

// Resolve works out who is one person, without a pipeline's run: what changed in
// overrides or rules since the last merge, or, anew, everything from nothing.
// RunID names it in the books.
func (w *Warehouse) Resolve(ctx context.Context, runID string, people load.People, anew bool) (m load.Merged, err error) {
	if err := w.openFeeds(ctx); err != nil {
		return m, fmt.Errorf("warehouse: resolve: %w", rowio.Short(err))
	}
	err = w.whole(ctx, func(ctx context.Context, tx *sql.Tx, partly func(context.Context) error) (err error) {
		in := w.mergeInput(tx, &schema.Run{RunID: runID})
		in.Partly = partly
		m, err = merge.Resolve(ctx, in, people, anew)
		return err
	})
	if err != nil {
		return m, fmt.Errorf("warehouse: resolve: %w", rowio.Short(err))
	}
	return m, nil
}

// openFeeds opens the feeds of a merge before its transaction begins. Before the first
// one it looks whether a merge of an earlier session has told what the guard would do.
func (w *file) openFeeds(ctx context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.merging {
		row := w.conn.QueryRowContext(ctx, "SELECT count(*) > 0 FROM etl.identity WHERE guard = $1", string(load.GuardWarn))
		if err := row.Scan(&w.warned); err != nil {
			return err
		}
		w.merging = true
	}
	return w.feeds.Open(ctx, merge.Frames()...)
}

// mergeInput is what a merge in this transaction, which holds the lock, works with.
func (w *file) mergeInput(tx *sql.Tx, run *schema.Run) merge.Input {
	return merge.Input{Rows: w.widen(), Conn: w.conn, Tx: tx, Feeds: w.feeds, Run: run, At: w.now().UTC(), Warned: w.warned, EventsBefore: w.eventsBefore.UTC()}
}
