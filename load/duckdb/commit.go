package duckdb

import (
	"context"
	"database/sql"

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
	crash.At(crash.CommitBefore)
	if err := w.commit(ctx, b); err != nil {
		return unstored("commit", err)
	}
	crash.At(crash.CommitAfter)
	return nil
}

func (w *file) commit(ctx context.Context, b load.Batch) error {
	p, seq := b.Run.Pipeline, w.nextSeq()
	var f []rowio.Frame
	f = stageFrame(f, "versions", p, seq, layout.VersionColumns, b.Versions)
	f = w.newFrames(f, &b.Run, seq, b.New)
	f = stageFrame(f, "matches", p, seq, layout.MatchColumns, b.Matches)
	f = stageFrame(f, "events", p, seq, schema.EventColumns, b.Events)
	f = stageFrame(f, "audiences", p, seq, schema.Audiences.Columns, b.Audiences)
	f = stageFrame(f, "seen", p, seq, layout.SeenColumns, b.Seen)
	f = stageFrame(f, "sweeps", p, seq, layout.SweepColumns, b.Sweeps)
	f = stageFrame(f, "days", p, seq, layout.DayColumns, b.Days)
	f = stageFrame(f, "gone_matches", p, seq, layout.MatchKeyColumns, b.GoneMatches)
	f = stageFrame(f, "gone_events", p, seq, layout.EventKeyColumns, b.GoneEvents)
	f = tableFrame(f, schema.Rejects, b.Rejects)
	f = tableFrame(f, schema.Drifts, b.Drifts)
	f = tableFrame(f, schema.AskedPeople, b.Asked)
	return w.transaction(ctx, f, func(ctx context.Context, tx *sql.Tx) error {
		for _, position := range b.Positions {
			if err := rowio.Replace(ctx, tx, schema.Checkpoints, &position, "pipeline", "partition"); err != nil {
				return err
			}
		}
		for _, field := range b.Fields {
			if err := rowio.Replace(ctx, tx, schema.Fields, &field, "source", "stream", "field"); err != nil {
				return err
			}
		}
		if err := commitJobs(ctx, tx, b); err != nil {
			return err
		}
		if len(b.Replayed) > 0 {
			if _, err := tx.ExecContext(ctx, `UPDATE etl.rejects SET replayed_at = $1 WHERE reject_id IN (SELECT unnest(from_json($2, '["VARCHAR"]')))`,
				w.now().UTC(), rowio.List(b.Replayed)); err != nil {
				return err
			}
		}
		if err := rowio.Replace(ctx, tx, schema.Runs, &b.Run, "run_id"); err != nil {
			return err
		}
		crash.At(crash.CommitInside)
		return nil
	})
}

// newFrames adds the frames of new records, which are whole but for who they are. The merge
// that resolves that dates them.
func (w *file) newFrames(frames []rowio.Frame, run *schema.Run, seq int64, list []load.Folded) []rowio.Frame {
	if len(list) == 0 {
		return frames
	}
	now := w.now().UTC()
	names, records := make([]layout.NewRecord, len(list)), make([]load.Record, len(list))
	var identifiers []layout.Identifier
	var versions []schema.Version
	for i := range list {
		r := list[i].Record
		r.RunID, r.FirstSeenAt, r.LastSeenAt, r.UpdatedAt = run.RunID, now, now, now
		names[i], records[i] = layout.NewRecord{Source: r.Source, SourceID: r.SourceID, Place: int64(i)}, r
		identifiers = layout.Keyed(identifiers, list[i].Identifiers)
		versions = append(versions, list[i].Versions...)
	}
	return append(frames,
		layout.Stage("new", run.Pipeline, seq, layout.NewColumns, names),
		rowio.NewFrame("etl.records", layout.RecordColumns, records),
		rowio.NewFrame(layout.Identifiers.Name, layout.Identifiers.Columns, identifiers),
		rowio.NewFrame("etl.versions", schema.VersionColumns, versions))
}

func (w *file) nextSeq() int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seq++
	return w.seq
}

// stageFrame adds the frame of a staging table, if there are rows for it.
func stageFrame[R any](frames []rowio.Frame, name, pipeline string, seq int64, columns []schema.Column[R], rows []R) []rowio.Frame {
	if len(rows) == 0 {
		return frames
	}
	return append(frames, layout.Stage(name, pipeline, seq, columns, rows))
}

func tableFrame[R any](frames []rowio.Frame, t schema.Table[R], rows []R) []rowio.Frame {
	if len(rows) == 0 {
		return frames
	}
	return append(frames, rowio.NewFrame(t.Name, t.Columns, rows))
}
