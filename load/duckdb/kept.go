package duckdb

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"

	"contactsync/internal/crash"
	"contactsync/load"
	"contactsync/load/duckdb/find"
	"contactsync/load/duckdb/layout"
	"contactsync/load/duckdb/merge"
	"contactsync/load/duckdb/resident"
	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// kept is what a successor knows of the store in which the warehouse is kept. Its file is a
// scratch, from which rows may be deleted: nothing of it outlives the program.
type kept struct {
	ctx      context.Context // of the settlement
	store    Store
	changes  []resident.Change
	settling Settlement
}

// SucceedIn begins the successor of an open warehouse that is kept in a store, which ends
// with it. Until Replace the store has what it had, whatever happens.
func SucceedIn(ctx context.Context, w *Warehouse) *Successor {
	s := &Successor{file: w.file, Warehouse: w, place: w.path, open: true, kept: &kept{ctx: context.WithoutCancel(ctx), store: w.store}}
	w.store = nil // for as long as nothing is to be stored
	return s
}

// eraseHere takes everything that the store has into the file, and deletes from it what
// Find finds.
func (s *Successor) eraseHere(
	ctx context.Context, runID string, requests []load.Request, own load.Own, people load.People,
) (err error) {
	if err := s.openFeeds(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	tx, err := s.beginTx(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it does nothing
	s.bringing.Lock()
	defer s.bringing.Unlock()
	if err := s.putBack(ctx, tx); err != nil {
		return err
	}
	if err := merge.Restage(ctx, tx, ""); err != nil {
		return err
	}
	rows := resident.New(s.kept.store, spillDir(s.path), tx)
	if err := rows.All(ctx); err != nil {
		return err
	}
	if s.found, err = (find.Finder{Conn: s.conn}).Find(ctx, requests, own, people.Fold); err != nil {
		return err
	}
	if len(s.found.Rows) > 0 {
		if err := find.Rest(ctx, tx, ""); err != nil {
			return err
		}
	}
	for _, t := range layout.Tables() {
		if err := s.deleteFrom(ctx, tx, t); err != nil {
			return fmt.Errorf("%s: %w", t.Name, err)
		}
	}
	if len(s.found.Rows) > 0 {
		if err := merge.Remaining(ctx, s.mergeInput(tx, &schema.Run{RunID: runID}), people); err != nil {
			return err
		}
	}
	if s.kept.changes, err = rows.Changes(ctx); err != nil {
		return err
	}
	return commit(tx)
}

// deleteFrom deletes the rows that go, and counts them; of a book, what names who goes.
func (s *Successor) deleteFrom(ctx context.Context, tx *sql.Tx, t schema.TableInfo) error {
	if find.IsBook(t.Name) {
		for column, value := range find.UnnamedSQL(t) {
			if _, err := tx.ExecContext(ctx, fmt.Sprintf("UPDATE %s AS t SET %s = %s", t.Name, rowio.Quote(column), value)); err != nil {
				return err
			}
		}
		return nil
	}
	result, err := tx.ExecContext(ctx, fmt.Sprintf("DELETE FROM %s t WHERE %s", t.Name, find.ErasingSQL(t)))
	if err != nil {
		return err
	}
	gone, err := result.RowsAffected()
	if err == nil && gone != s.found.Rows[t.Name] {
		err = fmt.Errorf("%d rows went where %d were to go; nothing was changed", gone, s.found.Rows[t.Name])
	}
	return err
}

// finishHere writes the books; the file is closed by Discard.
func (s *Successor) finishHere(ctx context.Context) (string, error) {
	k := &s.kept.settling
	k.Books, k.Staged, k.Erased = filepath.Join(spillDir(s.path), "books.duckdb"), true, true
	k.Tables = bookTables{s.file}
	s.mu.Lock()
	err := s.writeBooks(ctx, k.Books, true)
	s.mu.Unlock()
	if err != nil {
		return "", fmt.Errorf("warehouse: write the books: %w", rowio.Short(err))
	}
	crash.At(crash.ReplaceFinished)
	return k.Books, nil
}

func (k *kept) settle() error {
	var err error
	if len(k.changes) > 0 {
		err = k.store.Prepare(k.ctx, k.changes)
	}
	if err == nil {
		err = k.store.Settle(k.ctx, k.settling)
	}
	if err != nil {
		return fmt.Errorf("warehouse: store it without who is erased: %w", err)
	}
	crash.At(crash.ReplaceRenamed)
	return nil
}
