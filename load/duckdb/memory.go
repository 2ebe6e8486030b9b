package duckdb

import (
	"cmp"
	"context"
	"database/sql"
	"sync"

	"contactsync/load/duckdb/rowio"
)

// defaultMemory is what the engine may take where nobody says.
const defaultMemory = "512MB"

// memory is how much the engine may take, by what it does: written blocks that it would
// keep while pages come in are of no use to anybody, and what they take the program needs.
type memory struct {
	limit   string // for what reads or changes all that is stored
	batches string // while batches are committed
	partial string // while a small part of much is resolved

	mu  sync.Mutex // guards now
	now string
}

func memoryOf(o Options) *memory {
	limit := cmp.Or(o.MemoryLimit, defaultMemory)
	return &memory{limit: limit, batches: cmp.Or(o.BatchMemory, limit), partial: cmp.Or(o.PartialMemory, limit), now: limit}
}

// allow sets what the engine may take from now on.
func (w *file) allow(ctx context.Context, limit string) error {
	w.memory.mu.Lock()
	defer w.memory.mu.Unlock()
	if limit == w.memory.now {
		return nil
	}
	if _, err := w.db.ExecContext(ctx, "SET memory_limit = "+rowio.QuoteText(limit)); err != nil {
		return err
	}
	w.memory.now = limit
	return nil
}

// recordsToSpare is how many records may be stored while what is freed is kept a little:
// to merge more takes all of the limit. A million held up to 606 MB where they hold 490.
const recordsToSpare = 200_000

// returnMemory chooses how soon freed memory goes back to the system, by how much is stored,
// and reports whether that is more than is to spare.
func returnMemory(ctx context.Context, in interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}) (large bool, err error) {
	var records int64
	const query = "SELECT (SELECT count(*) FROM etl.records) + (SELECT count(*) FROM etl.staged_versions)"
	if err := in.QueryRowContext(ctx, query).Scan(&records); err != nil {
		return false, err
	}
	large = records > recordsToSpare
	rowio.ReturnMemory(large)
	return large, nil
}

// whole runs a transaction that reads or changes all that is stored, with the memory that
// this takes. It tells do how to go on with that of a small part of it.
func (w *file) whole(ctx context.Context, do func(ctx context.Context, tx *sql.Tx, partly func(context.Context) error) error) error {
	return w.transaction(ctx, nil, func(ctx context.Context, tx *sql.Tx) error {
		large, err := returnMemory(ctx, tx)
		if err != nil {
			return err
		}
		if err := w.allow(ctx, w.memory.limit); err != nil {
			return err
		}
		if err := w.hold(ctx, tx); err != nil {
			return err
		}
		return do(ctx, tx, func(ctx context.Context) error {
			if !large {
				return nil
			}
			return w.allow(ctx, w.memory.partial)
		})
	})
}

// SetMemory sets how much memory the engine may take from now on, e.g. "512MB".
func SetMemory(ctx context.Context, w *Warehouse, limit string) error {
	return w.allow(ctx, limit)
}
