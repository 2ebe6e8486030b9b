package standing

import (
	"context"
	"sync"

	"contactsync/internal/spill"
	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// recall is a map of all that is stored of something, once it is worth it.
type recall struct {
	bounds
	from rowio.Connector

	mu     sync.Mutex // guards the rest
	hashes *spill.Map // nil: the warehouse is asked
	asked  int64      // about how many it was
	stored int64      // rows, when it was asked first; -1: it was not
	never  bool       // the warehouse is asked to the end of the session
}

func newRecall(from rowio.Connector, b bounds) recall {
	return recall{from: from, bounds: b, stored: -1}
}

type counted struct {
	N int64 `col:"n"`
}

var countedColumns = schema.ColumnsOf[counted]()

// ready reports whether there is a map, now that so many more are asked about. Where it has
// become worth it, load fills one. The query counts what is stored. If it cannot be filled,
// because no file can be written, the warehouse is asked as before.
func (r *recall) ready(ctx context.Context, more int, load func(context.Context) error, query string, args ...any) (bool, error) {
	if r.hashes != nil || r.never {
		return !r.never, nil
	}
	if r.stored < 0 {
		err := rowio.Query(ctx, r.from, countedColumns, func(c *counted) error {
			r.stored = c.N
			return nil
		}, query, args...)
		if err != nil {
			return false, err
		}
	}
	r.asked += int64(more)
	if r.asked*worth < r.stored {
		return false, nil
	}
	r.hashes = spill.New(r.dir, r.held)
	if err := load(ctx); err != nil || r.never {
		r.giveUp()
		return false, ctx.Err()
	}
	return true, nil
}

// giveUp has the warehouse asked from now on.
func (r *recall) giveUp() {
	r.never = true
	if r.hashes != nil {
		_ = r.hashes.Close() // nothing is lost with it
		r.hashes = nil
	}
}

func (r *recall) drop() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.hashes == nil {
		return nil
	}
	err := r.hashes.Close()
	r.hashes = nil
	return err
}
