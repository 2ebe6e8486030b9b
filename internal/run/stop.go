package run

import (
	"context"
	"sync"
	"time"
)

// What is still done once the user has stopped a process is bounded by clocks that
// all begin with the stop, whatever follows what; so it never takes longer than
// StopTime.
const (
	// pageTime is how long a page in flight may still take to arrive, since it may
	// have been paid for.
	pageTime = 4 * time.Second

	// settleTime is how long commits may take: of all that was read, and of its
	// merge if that is quick. What is not merged stays staged for the next run.
	settleTime = 7 * time.Second

	// StopTime is when a process ends even if the warehouse is still being closed.
	// That is like a crash: the next start goes on from the last commit.
	StopTime = 9 * time.Second
)

// settle is a context within parent for what is still done once ctx has ended: it
// ends settleTime after that. Make it before, so that its clock begins with the end.
func settle(parent, ctx context.Context) (settled context.Context, release func()) {
	settled, cancel := context.WithCancel(parent)
	stop := afterEnd(ctx, settleTime, cancel)
	return settled, func() { stop(); cancel() }
}

// lastPage is the context of the source: when the run is stopped, a page in flight
// still has pageTime to arrive; a source that only waits is stopped at once.
func (e *Execution) lastPage(ctx context.Context) (reading context.Context, release func()) {
	reading, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	e.stop = func() { cancel(context.Cause(ctx)) }
	e.stopping = func() bool { return ctx.Err() != nil }
	idle := context.AfterFunc(ctx, e.stopIfWaiting)
	late := afterEnd(ctx, pageTime, e.stop)
	return reading, func() { idle(); late(); e.stop() }
}

func (e *Execution) stopIfWaiting() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.waiting {
		e.stop()
	}
}

// afterEnd does something d after ctx has ended, unless it is stopped before.
func afterEnd(ctx context.Context, d time.Duration, do func()) (stop func()) {
	stopped := make(chan struct{})
	unhook := context.AfterFunc(ctx, func() {
		select {
		case <-time.After(d):
			do()
		case <-stopped:
		}
	})
	return sync.OnceFunc(func() { unhook(); close(stopped) })
}
