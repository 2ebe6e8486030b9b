package load

import (
	"context"
	"database/sql"

	"contactsync/internal/crash"
	"contactsync/schema"
)

// Batch is all that some pages of one pipeline change. Within a batch each key
// of each list stands once.
type Batch struct {
	Run         schema.Run // the run's counters, these pages included
	Records     []Record
	Versions    []schema.Version
	Identifiers []schema.Identifier
	Matches     []Match
	Events      []schema.Event
	Audiences   []schema.Audience
	Seen        []Seen
	Sweeps      []Sweep
	Days        []Day
	Rejects     []schema.Reject
	Replayed    []string // rejects that became rows, by id
	Drifts      []schema.Drift
	Fields      []schema.Field // new and changed
	GoneMatches []MatchKey     // stored matches that a replay makes otherwise or no longer finds
	GoneEvents  []EventKey     // the same of events
	Positions   []schema.Position
}

// Commit applies all of a batch, its checkpoints and the run's counters, or none
// of it. There is no way to save a checkpoint alone. What it stages becomes
// visible in the promised tables by [Warehouse.Merge].
func (w *Warehouse) Commit(ctx context.Context, b Batch) error {
	crash.At(crash.CommitBefore)
	if err := w.commit(ctx, b); err != nil {
		return unstored("commit", err)
	}
	crash.At(crash.CommitAfter)
	return nil
}

func (w *Warehouse) commit(ctx context.Context, b Batch) error {
	p, seq := b.Run.Pipeline, w.nextSeq()
	var f []frame
	f = stageFrame(f, "records", p, seq, recordColumns, b.Records)
	f = stageFrame(f, "versions", p, seq, schema.VersionColumns, b.Versions)
	f = stageFrame(f, "identifiers", p, seq, schema.IdentifierColumns, b.Identifiers)
	f = stageFrame(f, "matches", p, seq, matchColumns, b.Matches)
	f = stageFrame(f, "events", p, seq, schema.EventColumns, b.Events)
	f = stageFrame(f, "audiences", p, seq, schema.Audiences.Columns, b.Audiences)
	f = stageFrame(f, "seen", p, seq, seenColumns, b.Seen)
	f = stageFrame(f, "sweeps", p, seq, sweepColumns, b.Sweeps)
	f = stageFrame(f, "days", p, seq, dayColumns, b.Days)
	f = stageFrame(f, "gone_matches", p, seq, matchKeyColumns, b.GoneMatches)
	f = stageFrame(f, "gone_events", p, seq, eventKeyColumns, b.GoneEvents)
	f = tableFrame(f, schema.Rejects, b.Rejects)
	f = tableFrame(f, schema.Drifts, b.Drifts)
	return w.transaction(ctx, f, func(ctx context.Context, tx *sql.Tx) error {
		for _, position := range b.Positions {
			if err := replace(ctx, tx, schema.Checkpoints, &position, "pipeline", "partition"); err != nil {
				return err
			}
		}
		for _, field := range b.Fields {
			if err := replace(ctx, tx, schema.Fields, &field, "source", "stream", "field"); err != nil {
				return err
			}
		}
		if len(b.Replayed) > 0 {
			if _, err := tx.ExecContext(ctx, `UPDATE etl.rejects SET replayed_at = $1 WHERE reject_id IN (SELECT unnest(from_json($2, '["VARCHAR"]')))`,
				w.now().UTC(), listArgument(b.Replayed)); err != nil {
				return err
			}
		}
		if err := replace(ctx, tx, schema.Runs, &b.Run, "run_id"); err != nil {
			return err
		}
		crash.At(crash.CommitInside)
		return nil
	})
}

func (w *Warehouse) nextSeq() int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seq++
	return w.seq
}

func tableFrame[R any](frames []frame, t schema.Table[R], rows []R) []frame {
	if len(rows) == 0 {
		return frames
	}
	return append(frames, newFrame(t.Name, t.Columns, rows))
}
