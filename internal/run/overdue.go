package run

import (
	"context"
	"errors"
	"fmt"
	"os"

	"contactsync/internal/words"
	"contactsync/load"
	"contactsync/load/duckdb"
	"contactsync/schema"
)

// Journal is what must stay out of the warehouse, as the file beside it says. A warehouse
// that Spark holds has none: no older copy of it takes its place behind this program's back.
func Journal(r *Runner) load.Journal { return load.JournalOf(r.Config.Warehouse.Path.Full) }

// Overdue lists what the journal knows and an opened warehouse does not: that is an
// older copy, and may hold people who were erased since.
func Overdue(ctx context.Context, r *Runner, w *duckdb.Warehouse) ([]schema.Suppression, error) {
	if r.inLake() {
		return nil, nil
	}
	journal, strange, err := Journal(r).Read()
	if err != nil {
		return nil, err
	}
	if strange > 0 {
		const text = "the journal of suppressions is damaged; its other lines count, and what only these told may come back with an older copy"
		r.Log.Warn(text, "path", Journal(r).Path(), "lines", strange)
	}
	if len(journal) == 0 {
		return nil, nil
	}
	known, err := w.Lookup().Suppressions(ctx)
	if err != nil {
		return nil, err
	}
	return load.Missing(journal, known), nil
}

// current makes sure that no command reads people who were erased.
func (r *Runner) current(ctx context.Context, w *duckdb.Warehouse) error {
	missing, err := Overdue(ctx, r, w)
	if err == nil && len(missing) > 0 {
		err = &load.OverdueError{Path: w.Path(), Missing: len(missing)}
	}
	return err
}

// catchUp erases whom the journal knows and the warehouse does not, before anything else
// is done with it, and then lets the journal know all that the warehouse does: one of
// before there were journals has more.
func (s *Session) catchUp(ctx context.Context) error {
	missing, err := Overdue(ctx, s.Runner, s.w)
	if err != nil {
		return err
	}
	if len(missing) > 0 {
		if s.Runner.Erase == nil {
			return &load.OverdueError{Path: s.w.Path(), Missing: len(missing)}
		}
		s.Runner.Log.Warn("the warehouse is an older copy: whom it must not hold is erased first", "suppressions", len(missing))
		if err := s.Runner.Erase(ctx, s, missing); err != nil {
			return fmt.Errorf("whom the warehouse must not hold: %w", err)
		}
		if err := s.reopen(ctx); err != nil {
			return err
		}
	}
	return Remember(ctx, s.Runner, s.w)
}

// Remember lets the journal know all that an open warehouse keeps out.
func Remember(ctx context.Context, r *Runner, w *duckdb.Warehouse) error {
	if r.inLake() {
		return nil
	}
	known, err := w.Eraser().Suppressed(ctx)
	if err != nil {
		return err
	}
	return KeepOut(r, known)
}

// KeepOut lets the journal know what must stay out.
func KeepOut(r *Runner, list []schema.Suppression) error {
	if r.inLake() {
		return nil
	}
	return Journal(r).Append(list)
}

// reopen opens the warehouse where it was closed.
func (s *Session) reopen(ctx context.Context) (err error) {
	if s.w == nil {
		s.w, err = s.Runner.openToWrite(ctx, true)
	}
	return err
}

// openToRead opens the warehouse of the config, if it is no older copy.
func (r *Runner) openToRead(ctx context.Context) (*duckdb.Warehouse, error) {
	begun, err := Begun(ctx, r)
	if err == nil && !begun && r.inLake() {
		err = &NoneError{Path: r.Config.Warehouse.Place()}
	}
	if err != nil {
		return nil, err
	}
	w, err := r.openFile(ctx, true, false)
	if err != nil {
		return nil, err
	}
	if err := r.current(ctx, w); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

// openToWrite opens the warehouse of the config, or makes it; only a session may open an
// older copy. Of one that Spark holds it takes the lease, or waits for that.
func (r *Runner) openToWrite(ctx context.Context, wait bool) (*duckdb.Warehouse, error) {
	_, err := Begun(ctx, r)
	if _, vanished := errors.AsType[*VanishedError](err); err != nil && (!vanished || !r.Anew) {
		return nil, err
	}
	w, err := r.openFile(ctx, false, wait)
	if err != nil {
		return nil, err
	}
	if err := NoteWarehouse(r); err != nil { // the next opening notes it
		r.Log.Warn("the note that there is a warehouse cannot be written", "error", err)
	}
	return w, nil
}

// openFile opens the file of the warehouse, or the scratch of one that Spark holds.
func (r *Runner) openFile(ctx context.Context, readOnly, wait bool) (*duckdb.Warehouse, error) {
	if r.inLake() {
		return r.openLake(ctx, readOnly, wait)
	}
	w, err := duckdb.Open(ctx, r.Config.Warehouse.Path.Full, r.Options(readOnly))
	if err != nil {
		return nil, r.withSnapshot(err)
	}
	return w, nil
}

// withSnapshot names the snapshot in the error of a warehouse that cannot be opened.
func (r *Runner) withSnapshot(err error) error {
	damaged, ok := errors.AsType[*load.DamagedError](err)
	if !ok || r.Config.Warehouse.Snapshot.IsZero() {
		return err
	}
	info, statErr := os.Stat(r.Config.Warehouse.Snapshot.Full)
	if statErr != nil {
		return err
	}
	told := *damaged
	told.Next += fmt.Sprintf("; the snapshot %s is %s old", r.Config.Warehouse.Snapshot, words.Rough(r.Now().Sub(info.ModTime())))
	return &told
}
