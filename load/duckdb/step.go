package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"

	"contactsync/load/duckdb/merge"
	"contactsync/load/duckdb/resident"
)

// step is what a transaction does with the lake.
type step struct {
	rows   *resident.Rows
	wide   bool // it works on rows of the lake
	held   bool // nobody brings rows meanwhile
	merged string
	staged bool // the books are to have what is staged
}

// widen is how a transaction says that it works on rows of the lake.
func (w *file) widen() *resident.Rows {
	if w.step == nil {
		return nil
	}
	w.step.wide = true
	return w.step.rows
}

// wide is [file.widen] for a transaction that is no merge.
func (w *file) wide(ctx context.Context, tx *sql.Tx) (*resident.Rows, error) {
	if w.step == nil {
		return nil, nil
	}
	if err := w.hold(ctx, tx); err != nil {
		return nil, err
	}
	return w.widen(), merge.Restage(ctx, tx, "") // new records that wait for a merge are none of the lake's yet
}

// hold puts back what was brought, and lets nobody bring anything before the step has ended: it
// would be taken for rows that came.
func (w *file) hold(ctx context.Context, tx *sql.Tx) error {
	if w.step == nil {
		return nil
	}
	w.bringing.Lock()
	w.step.held = true
	return w.putBack(ctx, tx)
}

// letGo ends what hold began.
func (w *file) letGo() {
	if w.step != nil && w.step.held {
		w.bringing.Unlock()
	}
	w.step = nil
}

// errBroken is why nothing can be stored any more.
var errBroken = errors.New("an earlier step was not stored for certain; start again: what was stored is kept")

// begin begins a step of a transaction; nil where the file is the warehouse.
func (w *file) beginStep(tx *sql.Tx) (*step, error) {
	if w.store == nil {
		return nil, nil
	}
	if w.broken {
		return nil, errBroken
	}
	return &step{rows: resident.New(w.store, spillDir(w.path), tx)}, nil
}

// end tells what the rows of the lake came to, and leaves none here.
func (s *step) end(ctx context.Context) ([]resident.Change, error) {
	if !s.wide {
		return nil, nil
	}
	changes, err := s.rows.Changes(ctx)
	if err != nil {
		return nil, err
	}
	return changes, s.rows.Clear(ctx)
}

func removeFiles(changes []resident.Change) {
	for _, c := range changes {
		_, _, _ = os.Remove(c.Dropped), os.Remove(c.Gone), os.Remove(c.Come)
	}
}

// settle stores what a step came to: it is committed in the scratch file already, so that if
// this fails the scratch has what is not stored.
func (w *file) settle(ctx context.Context, s *step) error {
	settlement := Settlement{Tables: bookTables{w}, Merged: s.merged, Staged: s.staged, Books: filepath.Join(spillDir(w.path), "books.duckdb")}
	w.broken = true
	err := w.writeBooks(ctx, settlement.Books, s.staged)
	if err == nil {
		err = w.store.Settle(ctx, settlement)
	}
	_ = os.Remove(settlement.Books)
	w.broken = err != nil
	if s.staged && err == nil {
		w.booked = w.seq
	}
	return err
}
