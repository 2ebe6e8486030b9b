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
	partial string // while a small part of much is merged

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

// extent is how much is stored.
type extent struct{ records, staged int64 }

func (e extent) large() bool { return e.records+e.staged > recordsToSpare }

// partial reports whether a merge concerns a small part of much. It then takes less of the
// program's own memory than one of everything, but more of the engine's: for each vector of
// rows of which one is deleted this holds 8 bytes a row, and the changes of one night lie
// in all of them.
func (e extent) partial() bool { return e.large() && e.staged < e.records/4 }

type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func extentOf(ctx context.Context, in querier) (e extent, err error) {
	const query = "SELECT (SELECT count(*) FROM etl.records), (SELECT count(*) FROM etl.staged_versions) + (SELECT count(*) FROM etl.staged_new)"
	err = in.QueryRowContext(ctx, query).Scan(&e.records, &e.staged)
	return e, err
}

// returnMemory chooses how soon freed memory goes back to the system, by how much is stored.
func returnMemory(ctx context.Context, in querier) (extent, error) {
	e, err := extentOf(ctx, in)
	if err == nil {
		rowio.ReturnMemory(e.large())
	}
	return e, err
}

// whole runs a transaction that reads or changes all that is stored, with the memory that
// this takes.
func (w *file) whole(ctx context.Context, do func(context.Context, *sql.Tx) error) error {
	return w.transaction(ctx, nil, func(ctx context.Context, tx *sql.Tx) error {
		e, err := returnMemory(ctx, tx)
		if err != nil {
			return err
		}
		limit := w.memory.limit
		if e.partial() {
			limit = w.memory.partial
		}
		if err := w.allow(ctx, limit); err != nil {
			return err
		}
		return do(ctx, tx)
	})
}

// SetMemory sets how much memory the engine may take from now on, e.g. "512MB".
func SetMemory(ctx context.Context, w *Warehouse, limit string) error {
	return w.allow(ctx, limit)
}
