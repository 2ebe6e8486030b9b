package standing

import (
	"context"
	"database/sql"
	"sync"

	"contactsync/internal/spill"
	"contactsync/load/duckdb/rowio"
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

// answer answers a question about so many by the map, if there is one, or has become worth
// it, and else by the warehouse. Where no file can be written the warehouse is asked as before.
func answer[T any](ctx context.Context, r *recall, many int, of source, lookUp func() (T, error), ask func() (T, error)) (told T, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	ready, err := r.ready(ctx, many, of)
	if err != nil {
		return told, err
	}
	if ready {
		if told, err := lookUp(); err == nil {
			return told, nil
		}
		r.giveUp()
	}
	return ask()
}

// source is where the hashes come from.
type source struct {
	count string // a query: how much is stored
	args  []any
	load  func(context.Context) error // fills the map
}

// ready reports whether there is a map, now that so many more are asked about.
func (r *recall) ready(ctx context.Context, more int, of source) (bool, error) {
	if r.hashes != nil || r.never {
		return !r.never, nil
	}
	if r.stored < 0 && r.lake == nil {
		if err := atOneMoment(ctx, r.from, func(conn *sql.Conn) error {
			return conn.QueryRowContext(ctx, of.count, of.args...).Scan(&r.stored)
		}); err != nil {
			return false, err
		}
	}
	r.asked += int64(more)
	if r.asked*worth < r.stored { // a lake is asked once, for everything
		return false, nil
	}
	r.hashes = spill.New(r.dir, r.held)
	if err := of.load(ctx); err != nil || r.never {
		r.giveUp()
		return false, ctx.Err()
	}
	return true, nil
}

// add adds what was committed, in its order. What the map was filled with has it already if
// it was filled since: once more changes nothing.
func add[E any](r *recall, list []E, set func(E) error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range list {
		if r.hashes == nil {
			return
		}
		if set(e) != nil {
			r.giveUp()
		}
	}
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
