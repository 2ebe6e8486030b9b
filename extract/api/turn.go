package api

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

// turns decides when a request may be sent: within the rate and concurrency of
// the source, not during a pause that the vendor asked for, and one at a time
// until the credential is known to work.
type turns struct {
	limiter *rate.Limiter // nil: no limit
	slots   chan struct{}
	alone   chan struct{} // held by the one request in flight before the credential is settled
	served  atomic.Int64  // requests answered so far

	mu    sync.Mutex
	until time.Time // no request is sent before
}

func newTurns(s Settings) *turns {
	t := &turns{slots: make(chan struct{}, s.Concurrency), alone: make(chan struct{}, 1)}
	if s.Rate > 0 {
		t.limiter = rate.NewLimiter(rate.Limit(s.Rate), 1)
	}
	return t
}

// A turn is the right to send one request.
type turn struct {
	turns *turns
	alone bool
}

// take waits for a turn. patience is asked before every wait for the vendor's
// sake, and may refuse it.
func (t *turns) take(ctx context.Context, settled func() bool, patience func(time.Duration) error) (turn, error) {
	for {
		if err := t.pauseOver(ctx, patience); err != nil {
			return turn{}, err
		}
		held, err := t.enter(ctx, settled)
		if err != nil {
			return turn{}, err
		}
		if t.pause() <= 0 {
			return held, nil
		}
		held.release() // a pause began while this request waited in the queue
	}
}

func (t *turns) pauseOver(ctx context.Context, patience func(time.Duration) error) error {
	for d := t.pause(); d > 0; d = t.pause() {
		if err := patience(d); err != nil {
			return err
		}
		// Everybody waits for the same moment; a little jitter spreads them.
		if err := Sleep(ctx, d+rand.N(min(d/10, time.Second)+1), nil); err != nil {
			return err
		}
	}
	return nil
}

func (t *turns) enter(ctx context.Context, settled func() bool) (turn, error) {
	held := turn{turns: t}
	if !settled() {
		select {
		case t.alone <- struct{}{}:
			held.alone = true
		case <-ctx.Done():
			return turn{}, ctx.Err()
		}
		if settled() {
			<-t.alone
			held.alone = false
		}
	}
	select {
	case t.slots <- struct{}{}:
	case <-ctx.Done():
		if held.alone {
			<-t.alone
		}
		return turn{}, ctx.Err()
	}
	if t.limiter != nil {
		if err := Sleep(ctx, t.limiter.Reserve().Delay(), nil); err != nil {
			held.release()
			return turn{}, err
		}
	}
	return held, nil
}

func (h turn) release() {
	<-h.turns.slots
	if h.alone {
		<-h.turns.alone
	}
}

// pause is how long the source still has to be left alone.
func (t *turns) pause() time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	return time.Until(t.until)
}

// pauseFor leaves the whole source alone for d.
func (t *turns) pauseFor(d time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if until := time.Now().Add(d); until.After(t.until) {
		t.until = until
	}
}

// Sleep waits for d, for the end of the context, or to be woken; nil never wakes.
func Sleep(ctx context.Context, d time.Duration, wake <-chan struct{}) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-wake:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
