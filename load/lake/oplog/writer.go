package oplog

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"contactsync/load"
	"contactsync/load/lake/bucket"
)

// Writer is the right to write a log, and the log as this process sees it. Many goroutines
// may use it; entries go one after the other.
type Writer struct {
	bucket *bucket.Bucket
	clock  Clock
	length time.Duration
	id     string
	holder load.Holder

	fence int64 // the number of its lease entry

	mu         sync.Mutex
	log        Log
	failed     error // why nothing more can be written
	released   bool
	superseded []string // objects that nothing names any more

	lost    chan struct{} // closed when another writer was seen
	loseOne sync.Once
	stop    chan struct{} // ends the renewing
	renewed sync.WaitGroup
}

// Log is the log as of this process's last entry. It is a copy.
func (w *Writer) Log() *Log {
	w.mu.Lock()
	defer w.mu.Unlock()
	l := w.log
	l.entries = l.Entries()
	return &l
}

// ID tells this holding of the log from all others.
func (w *Writer) ID() string { return w.id }

// Lost is closed when it is seen that another writer has taken over, be it by Append or
// while the lease is renewed: what goes on now is for nothing.
func (w *Writer) Lost() <-chan struct{} { return w.lost }

// Append writes the next entry and returns its number. The objects that it names must be
// written before. It sets N, ID, Prev, Writer, Fence and, if it is zero, At. Where N is set, it
// is the number that the entry must get: [ErrOutdated] tells that others of this process
// came between, and nothing was done. A state should set it, to one more than the last
// entry that it was made of: a batch which it neither holds nor leaves outstanding is gone.
//
// If it returns nil the entry is stored and counts, even if another writer has taken over
// since. A [*LostError] means that one had before, and the entry does not count; an
// [*UnknownError], that it may or may not. (So may it after a LostError if this process
// slept for longer than [EntryAge] just when the entry had been written.) After either, and
// in a context that has ended while it ran, every later Append fails in the same way; a new
// Take shows what was stored.
func (w *Writer) Append(ctx context.Context, e Entry) (int64, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.failed != nil {
		return 0, w.failed
	}
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	select {
	case <-w.lost:
		return 0, w.lose(ctx)
	default:
	}
	if e.Kind == Lease {
		return 0, errors.New("lease entries are written by Take")
	}
	if e.N != 0 && e.N != w.log.last+1 {
		return 0, ErrOutdated
	}
	e.Holder, e.Until = nil, time.Time{}
	if err := w.append(ctx, &e); err != nil {
		return 0, err
	}
	return e.N, nil
}

// append writes an entry at the end of the log; what goes wrong then is for good.
func (w *Writer) append(ctx context.Context, e *Entry) error {
	e.N, e.ID, e.Prev, e.Writer = w.log.last+1, rand.Text(), w.log.end().ID, w.id
	if e.Kind == Lease {
		w.fence = e.N
	}
	e.Fence = w.fence
	if e.At.IsZero() {
		e.At = w.clock.Now().UTC().Truncate(time.Millisecond)
	}
	body, err := encode(*e)
	if err = errors.Join(err, e.check()); err != nil {
		return fmt.Errorf("entry %d: %w", e.N, err)
	}
	if e.N > maxNumber || len(body) > bucket.MaxNew {
		return fmt.Errorf("warehouse %s: entry %d with %d bytes is more than its log can hold", w.bucket, e.N, len(body))
	}
	if err := w.store(ctx, e, body); err != nil {
		if _, lost := errors.AsType[*LostError](err); !lost {
			err = &UnknownError{Path: w.bucket.String(), Err: err}
		}
		w.failed = err
		return err
	}
	if e.Kind != State {
		w.log.add(*e)
		return nil
	}
	before := w.log.Live()
	w.log.add(*e)
	w.supersede(before)
	// Only to make reading faster: an old one, or none, does no harm.
	_ = w.bucket.Write(ctx, headKey, []byte(strconv.FormatInt(e.N, 10)))
	return nil
}

// supersede notes what was live before a state and is no more.
func (w *Writer) supersede(before []string) {
	live := w.log.Live()
	for _, key := range before {
		if _, found := slices.BinarySearch(live, key); !found {
			w.superseded = append(w.superseded, key)
		}
	}
}

// store returns nil once the entry is stored and counts.
func (w *Writer) store(ctx context.Context, e *Entry, body []byte) error {
	if err := w.bucket.WriteNew(ctx, keyOf(e.N), body); err != nil {
		ours, found, readErr := w.readBack(ctx, e)
		switch {
		case readErr != nil:
			return errors.Join(err, readErr)
		case found && !ours:
			return w.lose(ctx)
		case !found && errors.Is(err, bucket.ErrExists):
			return w.loseIfAbove(ctx, e.N, err)
		case !found:
			return err
		}
	}
	above, followed, err := isFollowed(ctx, w.bucket, *e)
	switch {
	case err != nil || !above:
		return err
	case !followed:
		return w.lose(ctx)
	}
	w.loseOne.Do(func() { close(w.lost) }) // a successor has taken over since, and builds on it
	return nil
}

// loseIfAbove is for an entry that was taken, and then pruned: there are others above it.
func (w *Writer) loseIfAbove(ctx context.Context, n int64, otherwise error) error {
	above, err := isAbove(ctx, w.bucket, n)
	if err != nil {
		return err
	}
	if !above {
		return otherwise
	}
	return w.lose(ctx)
}

// readBack tells whose entry stands under a number. An answer that was lost makes our own
// entry look like another's.
func (w *Writer) readBack(ctx context.Context, e *Entry) (ours, found bool, err error) {
	there, err := readEntry(ctx, w.bucket, e.N)
	if _, newer := errors.AsType[*NewerError](err); newer {
		return false, true, nil
	}
	if _, damaged := errors.AsType[*DamagedError](err); damaged {
		return false, !errors.Is(err, bucket.ErrNotExist), nil
	}
	return there.ID == e.ID, err == nil, err
}

// lose notes that another writer was seen, and says who. It is called with mu held.
func (w *Writer) lose(ctx context.Context) error {
	w.loseOne.Do(func() { close(w.lost) })
	lost := &LostError{Path: w.bucket.String()}
	if now, err := readLease(ctx, w.bucket); err == nil && now.Writer != w.id {
		lost.Holder = now.Holder
	} else if e, err := readEntry(ctx, w.bucket, w.log.last+1); err == nil && e.Holder != nil {
		lost.Holder = *e.Holder
	}
	w.failed = lost
	return lost
}
