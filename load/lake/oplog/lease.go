package oplog

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"contactsync/load"
	"contactsync/load/lake/bucket"
)

// Terms are how the log is taken.
type Terms struct {
	Wait   bool          // wait while another process holds it, in place of a *load.LockedError
	Length time.Duration // of the lease, which is renewed every third of it; 0: DefaultLength
	Clock  Clock         // nil: that of the system
}

// DefaultLength is how long a log stays taken after its holder was killed.
const DefaultLength = time.Minute

// Clock is the time of a writer. Those of machines that take turns should agree to some
// seconds; where they do not, a run may be stopped by another, and nothing worse.
type Clock interface {
	Now() time.Time
	After(d time.Duration) <-chan time.Time
}

type systemClock struct{}

func (systemClock) Now() time.Time                         { return time.Now() }
func (systemClock) After(d time.Duration) <-chan time.Time { return time.After(d) }

// lease is the object that says who writes.
type lease struct {
	Format int    `json:"format"`
	Writer string `json:"writer"`
	Fence  int64  `json:"fence"` // the lease entry of the log that it belongs to
	load.Holder
	Until    time.Time `json:"until"`
	Released bool      `json:"released,omitempty"`
}

const leaseKey = "lease"

// readLease returns the zero lease if there is none, or none that can be read: who holds
// the log is for politeness only.
func readLease(ctx context.Context, b *bucket.Bucket) (lease, error) {
	body, err := b.Read(ctx, leaseKey)
	if errors.Is(err, bucket.ErrNotExist) {
		return lease{}, nil
	}
	if err != nil {
		return lease{}, err
	}
	var l lease
	if json.Unmarshal(body, &l) != nil {
		return lease{}, nil
	}
	return l, nil
}

// pollsPerLength is how often a waiting process looks again.
const pollsPerLength = 20

// Take reads the log and makes this process its writer, by a lease entry, after which no
// earlier writer can add anything. While another holds the log it fails with a
// [*load.LockedError], or waits until it is free or the context ends; a process of this
// machine that has died holds nothing. The lease is renewed
// in the background until Release, whatever becomes of ctx.
//
// The first commit of a bucket is safe only if the store keeps what it is told; a store
// that would overwrite an entry gives an [*UnfitError].
func Take(ctx context.Context, b *bucket.Bucket, t Terms) (*Writer, error) {
	t.Length = cmp.Or(t.Length, DefaultLength)
	if t.Clock == nil {
		t.Clock = systemClock{}
	}
	for {
		l, err := Read(ctx, b)
		if err != nil {
			return nil, err
		}
		holder, held, err := heldBy(ctx, b, l, t.Clock.Now)
		if err != nil {
			return nil, err
		}
		held = held && !gone(holder)
		switch {
		case held && !t.Wait:
			return nil, &load.LockedError{Path: b.String(), Holder: holder}
		case held:
			select {
			case <-ctx.Done():
				return nil, ctx.Err()
			case <-t.Clock.After(t.Length / pollsPerLength):
			}
			continue
		}
		w, err := take(ctx, b, l, t)
		if _, lost := errors.AsType[*LostError](err); !lost {
			return w, err
		}
	}
}

// gone reports whether a holder was a process of this machine that is no more. Another
// machine of the same name would be taken for this one: its run is stopped then, as by any
// other that is overtaken.
func gone(h load.Holder) bool {
	if host, err := os.Hostname(); err != nil || host != h.Host || h.PID == 0 || h.PID == os.Getpid() {
		return false
	}
	p, err := os.FindProcess(h.PID)
	return err != nil || errors.Is(p.Signal(syscall.Signal(0)), os.ErrProcessDone)
}

// heldBy says who holds the log. The lease entry counts until its holder has written the
// lease object, or if an overtaken writer has written over that.
func heldBy(ctx context.Context, b *bucket.Bucket, l *Log, clock func() time.Time) (load.Holder, bool, error) {
	object, err := readLease(ctx, b)
	if err != nil {
		return load.Holder{}, false, err
	}
	now := clock() // after reading: what was written meanwhile may have run out, too
	if !object.Released && now.Before(object.Until) {
		return object.Holder, true, nil
	}
	for _, e := range l.entries {
		if e.Kind == Lease && e.N == l.end().Fence && object.Fence < e.N && now.Before(e.Until) {
			return *e.Holder, true, nil
		}
	}
	return load.Holder{}, false, nil
}

// take appends the lease entry to a log as it was read.
func take(ctx context.Context, b *bucket.Bucket, l *Log, t Terms) (*Writer, error) {
	host, _ := os.Hostname() // a name for people
	now := t.Clock.Now().UTC()
	w := &Writer{
		bucket: b, clock: t.Clock, length: t.Length, id: rand.Text(), log: *l,
		holder: load.Holder{PID: os.Getpid(), Host: host, Since: now.Truncate(time.Second)},
		lost:   make(chan struct{}), stop: make(chan struct{}),
	}
	e := Entry{Kind: Lease, At: now.Truncate(time.Millisecond), Holder: &w.holder, Until: now.Add(t.Length)}
	err := w.append(ctx, &e)
	if unknown, ok := errors.AsType[*UnknownError](err); ok { // what may be stored changes nothing
		return nil, unknown.Err
	}
	if err != nil {
		return nil, err
	}
	select {
	case <-w.lost: // at once
		return nil, &LostError{Path: b.String()}
	default:
	}
	if err := w.probe(ctx, e); err != nil {
		return nil, err
	}
	if err := w.renew(ctx, false); err != nil {
		return nil, err
	}
	w.renewed.Go(w.keepRenewing)
	return w, nil
}

// probe writes the lease entry again, as it is, which must be refused.
func (w *Writer) probe(ctx context.Context, e Entry) error {
	body, err := encode(e)
	if err != nil {
		return err
	}
	switch err := w.bucket.WriteNew(ctx, keyOf(e.N), body); {
	case err == nil: // unless it was overtaken, and pruned
		return w.loseIfAbove(ctx, e.N, &UnfitError{Path: w.bucket.String()})
	case errors.Is(err, bucket.ErrExists):
		return nil
	default:
		return err
	}
}

// renew writes the lease object.
func (w *Writer) renew(ctx context.Context, released bool) error {
	body, err := json.Marshal(lease{
		Format: format, Writer: w.id, Fence: w.fence, Holder: w.holder,
		Until: w.clock.Now().UTC().Add(w.length), Released: released,
	})
	if err != nil {
		return err
	}
	return w.bucket.Write(ctx, leaseKey, append(body, '\n'))
}

// keepRenewing renews the lease until the log is released or lost. A renewal that fails is
// tried again at the next third; should the lease run out, only politeness suffers.
func (w *Writer) keepRenewing() {
	for {
		select {
		case <-w.stop:
			return
		case <-w.lost:
			return
		case <-w.clock.After(w.length / 3):
		}
		// Not cut short by Release: a request that was let go could arrive after its own.
		ctx, cancel := context.WithTimeout(context.Background(), w.length)
		if there, err := readLease(ctx, w.bucket); err == nil && there.Fence > w.fence {
			w.loseOne.Do(func() { close(w.lost) })
		} else {
			_ = w.renew(ctx, false)
		}
		cancel()
	}
}

// Release gives up the log, so that the next process need not wait for the lease to run
// out. Every later Append fails with [ErrReleased]. Releasing again, or what is lost
// already, does nothing.
func (w *Writer) Release(ctx context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.released {
		return nil
	}
	w.released = true
	close(w.stop)
	w.renewed.Wait()
	if w.failed == nil {
		w.failed = ErrReleased
	}
	there, err := readLease(ctx, w.bucket)
	if err == nil && there.Fence <= w.fence {
		err = w.renew(ctx, true)
	}
	if err != nil {
		return fmt.Errorf("the log stays taken for up to %v: %w", w.length, err)
	}
	return nil
}

// Held says who holds the log; false if nobody does, or a process of this machine that is no more.
func Held(ctx context.Context, b *bucket.Bucket, now time.Time) (load.Holder, bool, error) {
	l, err := Read(ctx, b)
	if err != nil {
		return load.Holder{}, false, err
	}
	holder, held, err := heldBy(ctx, b, l, func() time.Time { return now })
	return holder, held && !gone(holder), err
}
