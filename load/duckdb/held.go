package duckdb

import (
	"context"
	"fmt"

	"contactsync/load"
	"contactsync/load/duckdb/find"
	"contactsync/load/duckdb/rowio"
)

// Find finds all that would be erased, and changes nothing. own is told what
// belongs to the people found, and returns how to find more of it in texts.
func (w eraser) Find(ctx context.Context, requests []load.Request, own load.Own, fold load.Fold) (load.Found, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var found load.Found
	err := w.lookAtAll(ctx, func(ctx context.Context) (err error) {
		found, err = find.Finder{Conn: w.conn}.Find(ctx, requests, own, fold)
		return err
	})
	if err != nil {
		return found, fmt.Errorf("warehouse: find whom to erase: %w", rowio.Short(err))
	}
	return found, nil
}

// Held finds all that is held of whom requests name, and changes nothing: of every table
// about people, present and future, the rows that an erasure would take.
func (w eraser) Held(ctx context.Context, requests []load.Request, own load.Own, fold load.Fold) (held load.Held, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f := find.Finder{Conn: w.conn}
	if err = w.lookAtAll(ctx, func(ctx context.Context) (err error) {
		if held.Found, err = f.Find(ctx, requests, own, fold); err == nil {
			held.Tables, err = f.Held(ctx)
		}
		return err
	}); err != nil {
		return load.Held{}, fmt.Errorf("warehouse: find what is held of somebody: %w", rowio.Short(err))
	}
	return held, nil
}
