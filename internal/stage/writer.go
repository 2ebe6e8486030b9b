package stage

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"contactsync/internal/crash"
	"contactsync/load"
	"contactsync/schema"
)

// Batches are committed together until they have this many records, the first of them is
// this old, or none has followed for so long. A warehouse writes many rows of one
// transaction compressed as they come, and does not log them: the fewer transactions a
// first load of 50,000 records takes, which is five seconds of reading, the faster it is.
// A vendor that serves less than a batch a moment has each committed at once: see
// [Stager.Add].
const (
	commitRows = 250_000
	commitAge  = 10 * time.Second
	commitIdle = 2 * time.Second
)

// writer writes batches, some of them in one transaction.
type writer struct {
	w   Warehouse
	now func() time.Time

	mu     sync.Mutex // held while a batch is written, or a transaction committed
	tx     load.Transaction
	rows   int        // in the transaction
	since  time.Time  // when it began
	last   sent       // that was written
	stored schema.Run // as the last commit left it
	failed error      // after which nothing is written
	idle   *time.Timer

	committed atomic.Int64 // the number of the last batch that is committed
}

// sent is a batch on its way into the warehouse.
type sent struct {
	number int64
	batch  load.Batch
	rows   int  // that were read for it
	more   bool // another may follow soon
}

// write writes a batch, and commits it and those before it when it is time.
func (w *writer) write(ctx context.Context, b sent) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stopIdle()
	if w.failed != nil {
		return w.failed
	}
	if w.tx == nil {
		if w.tx, w.failed = w.w.Begin(ctx); w.failed != nil {
			return w.failed
		}
		w.rows, w.since = 0, w.now()
	}
	if w.failed = w.tx.Add(ctx, b.batch); w.failed != nil {
		w.tx = nil
		return w.failed
	}
	w.rows += b.rows
	b.batch = load.Batch{Run: b.batch.Run} // the rest need not be kept
	w.last = b
	if !b.more || w.rows >= crash.Small(commitRows) || w.now().Sub(w.since) >= commitAge {
		w.commit()
		return w.failed
	}
	w.commitSoon()
	return nil
}

// commit commits what is written. Its caller holds the lock.
func (w *writer) commit() {
	if w.tx == nil {
		return
	}
	w.failed = w.tx.Commit()
	w.tx = nil
	if w.failed == nil {
		w.stored = w.last.batch.Run
		w.committed.Store(w.last.number)
	}
}

// commitSoon sees to it that a transaction ends though nothing more comes: others wait.
func (w *writer) commitSoon() {
	if w.idle == nil {
		w.idle = time.AfterFunc(commitIdle, func() { _ = w.settle() }) // which keeps its error
		return
	}
	w.idle.Reset(commitIdle)
}

// settle commits what is written. Once something could not be stored it always fails:
// what came after is not stored without it.
func (w *writer) settle() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stopIdle()
	w.commit()
	return w.failed
}

func (w *writer) stopIdle() {
	if w.idle != nil {
		w.idle.Stop()
	}
}
