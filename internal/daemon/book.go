package daemon

import (
	"context"
	"errors"
	"time"

	"contactsync/internal/review"
	"contactsync/internal/run"
	"contactsync/load/duckdb"
	"contactsync/load/duckdb/report"
	"contactsync/schema"
)

// keptRuns is how many runs of each pipeline the daemon remembers.
const keptRuns = 30

// Books is what the warehouse says of the pipelines: read whenever it is open
// anyway, so that the status page never opens it.
type Books struct {
	AsOf      time.Time
	Overlaps  []report.Overlap
	Doubts    report.Doubts
	Pipelines map[string]Record
	Open      int   // pairs that wait for a human's decision
	People    int64 // where Overlaps do not tell
}

// Record is what the books hold of one pipeline.
type Record struct {
	History     []schema.Run // newest first
	Success     time.Time    // end of the last run that succeeded
	Position    string       // in words
	Rejected    []report.Rejected
	Quarantined int64 // rejects that no replay has accepted
	Drifts      []schema.Drift
}

// readBooks reads what the warehouse says of the pipelines.
func readBooks(ctx context.Context, w *duckdb.Warehouse, r *run.Runner) (Books, error) {
	b := Books{AsOf: r.Now(), Pipelines: map[string]Record{}}
	if err := b.readPeople(ctx, w, r); err != nil {
		return b, err
	}
	waiting, err := report.RejectsWaiting(ctx, w)
	if err != nil {
		return b, err
	}
	for _, p := range r.Config.Pipelines {
		record, err := readRecord(ctx, w, p.Name, p.Stream)
		if err != nil {
			return b, err
		}
		record.Quarantined = waiting[p.Name]
		b.Pipelines[p.Name] = record
	}
	return b, nil
}

// readPeople reads what it says of people. Where Spark holds them, that is only how many
// there are: all of them would have to be fetched for the rest.
func (b *Books) readPeople(ctx context.Context, w *duckdb.Warehouse, r *run.Runner) (err error) {
	if store := duckdb.StoreOf(w); store != nil {
		b.People = store.Stored("etl.contacts")
		return nil
	}
	if b.Overlaps, err = report.Overlaps(ctx, w); err != nil {
		return err
	}
	if b.Doubts, err = report.ReadDoubts(ctx, w); err != nil {
		return err
	}
	b.Open, err = deskOf(r).Open(ctx, w)
	if _, mistaken := errors.AsType[*review.Error](err); mistaken { // a run tells what is wrong in identity.yaml
		return nil
	}
	return err
}

func readRecord(ctx context.Context, w *duckdb.Warehouse, name, stream string) (r Record, err error) {
	if r.History, err = report.Runs(ctx, w, name, keptRuns); err != nil {
		return r, err
	}
	if r.Success, err = report.LastSuccess(ctx, w, name); err != nil {
		return r, err
	}
	if r.Rejected, err = report.RejectedBy(ctx, w, name, keptRuns); err != nil {
		return r, err
	}
	if r.Drifts, err = report.DriftsSince(ctx, w, stream, 100); err != nil {
		return r, err
	}
	positions, err := w.Progress().Positions(ctx, name)
	r.Position = run.DescribePositions(positions)
	return r, err
}
