package run

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"contactsync/load"
	"contactsync/load/duckdb"
	"contactsync/load/duckdb/report"
	"contactsync/schema"
)

// Reader is the warehouse opened read-only, or its snapshot.
type Reader struct {
	*duckdb.Warehouse
	AsOf time.Time // when the snapshot was taken; zero: this is the warehouse itself

	Shared bool // a run may be writing it meanwhile
}

// BusyError says that a run is on and there is no snapshot to read meanwhile.
type BusyError struct {
	Holder   load.Holder
	Snapshot string // the one that is configured, not written yet; "" = none is
}

func (e *BusyError) Error() string {
	why := "no snapshot is configured: set warehouse.snapshot, or ask again later"
	if e.Snapshot != "" {
		why = fmt.Sprintf("the snapshot %s is not there yet: it is written when the run ends", e.Snapshot)
	}
	return fmt.Sprintf("a run is on (process %d since %s) and %s", e.Holder.PID, e.Holder.Since.Format("15:04:05 MST"), why)
}

// Read opens the warehouse for reading; while a run writes it, its snapshot. A
// reader never holds up a run for longer than a query takes. Of a warehouse that Spark
// holds only the books are there at first: see [Bring].
func (r *Runner) Read(ctx context.Context, do func(*Reader) error) error {
	if r.inLake() {
		return r.readLake(ctx, do)
	}
	path := r.Config.Warehouse.Path.Full
	lock, err := load.AcquireShared(path)
	r.inZone(err)
	if locked, ok := errors.AsType[*load.LockedError](err); ok {
		return r.readSnapshot(ctx, locked.Holder, do)
	}
	if err != nil {
		return err
	}
	defer lock.Release() //nolint:errcheck // the operating system releases it too
	w, err := r.openToRead(ctx)
	if err != nil {
		return err
	}
	return errors.Join(do(&Reader{Warehouse: w}), w.Close())
}

// inZone has an error that names who holds the warehouse tell the time in the config's
// zone.
func (r *Runner) inZone(err error) {
	if locked, ok := errors.AsType[*load.LockedError](err); ok {
		locked.Holder.Since = locked.Holder.Since.In(r.Config.Timezone)
	}
}

// ReadSnapshot opens the snapshot, for whoever must not hold up a run that waits for the
// warehouse. It fails with a [*BusyError] where there is none. Of a warehouse that Spark
// holds nobody needs one.
func (r *Runner) ReadSnapshot(ctx context.Context, do func(*Reader) error) error {
	if r.inLake() {
		return r.readLake(ctx, do)
	}
	return r.readSnapshot(ctx, load.Holder{PID: os.Getpid(), Since: r.Now().In(r.Config.Timezone)}, do)
}

func (r *Runner) readSnapshot(ctx context.Context, holder load.Holder, do func(*Reader) error) error {
	snapshot := r.Config.Warehouse.Snapshot
	if snapshot.IsZero() {
		return &BusyError{Holder: holder}
	}
	info, err := os.Stat(snapshot.Full)
	if errors.Is(err, fs.ErrNotExist) {
		return &BusyError{Holder: holder, Snapshot: snapshot.Full}
	}
	if err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	w, err := duckdb.Open(ctx, snapshot.Full, r.Options(true))
	if err != nil {
		return err
	}
	return errors.Join(do(&Reader{Warehouse: w, AsOf: info.ModTime()}), w.Close())
}

// Health is how one pipeline stands.
type Health struct {
	Pipeline string
	Stream   string
	Schedule string
	Next     time.Time // next fire time of its schedule; zero: it has none
	Last     *schema.Run
	Success  time.Time // end of the last run that succeeded
	Position string    // in words
}

// ReadHealth says how the pipelines of the config stand.
func ReadHealth(ctx context.Context, r *Runner, reader *Reader) ([]Health, error) {
	var list []Health
	for _, p := range r.Config.Pipelines {
		h := Health{Pipeline: p.Name, Stream: p.Stream, Schedule: p.Schedule}
		if s, ok := ScheduleOf(&p, r.Config.Timezone); ok {
			h.Next = s.Next(r.Now())
		}
		if reader != nil {
			if err := fillHealth(ctx, reader, &h); err != nil {
				return nil, err
			}
		}
		list = append(list, h)
	}
	return list, nil
}

func fillHealth(ctx context.Context, reader *Reader, h *Health) error {
	last, ok, err := report.LastRun(ctx, reader, h.Pipeline)
	if err != nil {
		return err
	}
	if ok {
		h.Last = &last
	}
	if h.Success, err = report.LastSuccess(ctx, reader, h.Pipeline); err != nil {
		return err
	}
	positions, err := reader.Progress().Positions(ctx, h.Pipeline)
	if err != nil {
		return err
	}
	h.Position = DescribePositions(positions)
	return nil
}

// DescribePositions says where a stream stands.
func DescribePositions(positions map[string]schema.Position) string {
	complete, last := 0, schema.Position{}
	for _, p := range positions {
		if p.Complete {
			complete++
		}
		if p.UpdatedAt.After(last.UpdatedAt) {
			last = p
		}
	}
	switch len(positions) {
	case 0:
		return "nothing read yet"
	case 1:
		if complete == 1 {
			return last.Partition + " complete"
		}
		return last.Partition + " under way"
	}
	return fmt.Sprintf("%d of %d parts complete, last %s", complete, len(positions), last.Partition)
}

// Outdated counts the stored records if some of them may have been normalised by
// older rules than this program's: `sync replay` brings them up to date. Before the
// first run, and while there is nothing to read, it is none.
func Outdated(ctx context.Context, r *Runner) (records int64, err error) {
	if begun, err := Begun(ctx, r); err != nil || !begun {
		return 0, err
	}
	err = r.Read(ctx, func(reader *Reader) error {
		records, err = reader.History().Outdated(ctx)
		return err
	})
	if _, busy := errors.AsType[*BusyError](err); busy {
		return 0, nil
	}
	return records, err
}
