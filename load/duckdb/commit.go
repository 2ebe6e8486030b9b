package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"contactsync/internal/crash"
	"contactsync/load"
	"contactsync/load/duckdb/layout"
	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// Commit applies all of a batch, its checkpoints and the run's counters, or none
// of it. There is no way to save a checkpoint alone. What it stages becomes
// visible in the promised tables by Merge.
func (w *Warehouse) Commit(ctx context.Context, b load.Batch) error {
	t, err := w.Begin(ctx)
	if err != nil {
		return err
	}
	if err := t.Add(ctx, b); err != nil {
		return err
	}
	return t.Commit()
}

// Begin begins a transaction that takes in batches. It holds the lock until its end.
// Where its batches come to more than a row group, their rows are compressed and
// written as they come, and never logged: of a first load the log and its checkpoints
// took half of the time.
func (w *Warehouse) Begin(ctx context.Context) (load.Transaction, error) {
	crash.At(crash.CommitBefore)
	w.mu.Lock()
	tx, err := w.beginBatches(ctx)
	if err != nil {
		w.mu.Unlock()
		return nil, unstored("commit", err)
	}
	t := &transaction{ctx: context.WithoutCancel(ctx), w: w.file, tx: tx, at: w.now().UTC()}
	if w.store != nil {
		if t.segment, err = w.store.Segment(t.at); err != nil {
			return nil, unstored("commit", errors.Join(err, t.Rollback()))
		}
	}
	return t, nil
}

func (w *file) beginBatches(ctx context.Context) (*sql.Tx, error) {
	_ = w.allow(ctx, w.memory.batches) // what cannot be given back yet the next one gives back
	if !w.batched {
		if err := w.feeds.Open(ctx, w.batchFrames(load.Batch{}, true)...); err != nil {
			return nil, err
		}
		w.batched = true
	}
	return w.beginTx(ctx)
}

// transaction is one that takes in batches; a tx of nil has ended.
type transaction struct {
	ctx     context.Context // its caller's, which does not end it
	w       *file
	tx      *sql.Tx
	at      time.Time
	segment Segment // of the store; nil: there is none
}

func (t *transaction) Add(ctx context.Context, b load.Batch) error {
	err := t.w.add(ctx, t.tx, b, t.at)
	if err == nil && t.segment != nil {
		err = t.segment.Add(b)
	}
	if err != nil {
		return errors.Join(unstored("commit", err), t.Rollback())
	}
	t.w.standing.Note(b)
	crash.At(crash.CommitInside)
	return nil
}

func (t *transaction) Commit() error {
	err := t.store()
	if err == nil {
		if err = commit(t.tx); err != nil {
			t.w.broken = t.w.store != nil
		}
	}
	if err == nil {
		t.w.standing.Committed()
	} else {
		err = errors.Join(err, t.w.standing.Forget()) // nobody knows what is stored of it
	}
	if err = errors.Join(err, t.Rollback()); err != nil {
		return unstored("commit", err)
	}
	crash.At(crash.CommitAfter)
	return nil
}

// store stores the batches where the warehouse is kept, if that is not its file.
func (t *transaction) store() error {
	if t.segment == nil || t.tx == nil {
		return nil
	}
	if t.w.broken {
		return errBroken
	}
	return t.segment.Append(t.ctx)
}

// Rollback ends the transaction, if it has not ended.
func (t *transaction) Rollback() error {
	if t.tx == nil {
		return nil
	}
	defer t.w.mu.Unlock()
	err := t.tx.Rollback()
	t.tx = nil
	if t.segment != nil {
		_ = t.segment.Discard() // it lies in the scratch folder
	}
	t.w.standing.RolledBack()          // after a commit there is nothing of it left to forget
	if errors.Is(err, sql.ErrTxDone) { // it is committed, or that failed
		return nil
	}
	return err
}

func (w *file) add(ctx context.Context, tx *sql.Tx, b load.Batch, at time.Time) error {
	if err := w.insert(ctx, tx, w.batchFrames(b, false)); err != nil {
		return err
	}
	if err := rowio.Replace(ctx, tx, schema.Checkpoints, b.Positions, "pipeline", "partition"); err != nil {
		return err
	}
	if err := rowio.Replace(ctx, tx, schema.Fields, b.Fields, "source", "stream", "field"); err != nil {
		return err
	}
	if err := commitJobs(ctx, tx, b); err != nil {
		return err
	}
	if len(b.Replayed) > 0 {
		if _, err := tx.ExecContext(ctx, `UPDATE etl.rejects SET replayed_at = $1 WHERE reject_id IN (SELECT unnest(from_json($2, '["VARCHAR"]')))`,
			at, rowio.List(b.Replayed)); err != nil {
			return err
		}
	}
	return rowio.Replace(ctx, tx, schema.Runs, []schema.Run{b.Run}, "run_id")
}

// batchFrames are the rows of a batch, by table: all tables, or those that have any.
func (w *file) batchFrames(b load.Batch, all bool) []rowio.Frame {
	p, seq := b.Run.Pipeline, w.nextSeq()
	f := []rowio.Frame{
		layout.Stage("versions", p, seq, layout.VersionColumns, b.Versions),
		layout.Stage("matches", p, seq, layout.MatchColumns, b.Matches),
		layout.Stage("events", p, seq, schema.EventColumns, b.Events),
		layout.Stage("audiences", p, seq, schema.Audiences.Columns, b.Audiences),
		layout.Stage("seen", p, seq, layout.SeenColumns, b.Seen),
		layout.Stage("sweeps", p, seq, layout.SweepColumns, b.Sweeps),
		layout.Stage("days", p, seq, layout.DayColumns, b.Days),
		layout.Stage("gone_matches", p, seq, layout.MatchKeyColumns, b.GoneMatches),
		layout.Stage("gone_events", p, seq, layout.EventKeyColumns, b.GoneEvents),
		rowio.NewFrame(schema.Rejects.Name, schema.Rejects.Columns, b.Rejects),
		rowio.NewFrame(schema.Drifts.Name, schema.Drifts.Columns, b.Drifts),
		rowio.NewFrame(schema.AskedPeople.Name, schema.AskedPeople.Columns, b.Asked),
	}
	f = append(f, newFrames(&b.Run, seq, b.New)...)
	if all {
		return f
	}
	return slices.DeleteFunc(f, func(f rowio.Frame) bool {
		if f.Rows() > 0 {
			return false
		}
		f.Release()
		return true
	})
}

// newFrames are the rows of new records, which are whole but for who they are. They have the
// date of their run: to change it in the merge would hold a copy of each row's in memory.
func newFrames(run *schema.Run, seq int64, list []load.Folded) []rowio.Frame {
	names, records := make([]layout.NewRecord, len(list)), make([]load.Record, len(list))
	var identifiers []layout.Identifier
	var versions []schema.Version
	for i := range list {
		r := list[i].Record
		r.RunID, r.FirstSeenAt, r.LastSeenAt, r.UpdatedAt = run.RunID, run.StartedAt, run.StartedAt, run.StartedAt
		names[i], records[i] = layout.NewRecord{Source: r.Source, SourceID: r.SourceID, Place: int64(i)}, r
		identifiers = layout.Keyed(identifiers, list[i].Identifiers)
		versions = append(versions, list[i].Versions...)
	}
	return []rowio.Frame{
		layout.Stage("new", run.Pipeline, seq, layout.NewColumns, names),
		rowio.NewFrame("etl.records", layout.RecordColumns, records),
		rowio.NewFrame(layout.Identifiers.Name, layout.Identifiers.Columns, identifiers),
		rowio.NewFrame("etl.versions", schema.VersionColumns, versions),
	}
}

// nextSeq is called by whoever holds the lock.
func (w *file) nextSeq() int64 {
	w.seq++
	return w.seq
}

func tableFrame[R any](frames []rowio.Frame, t schema.Table[R], rows []R) []rowio.Frame {
	if len(rows) == 0 {
		return frames
	}
	return append(frames, rowio.NewFrame(t.Name, t.Columns, rows))
}
