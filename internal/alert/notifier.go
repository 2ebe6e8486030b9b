package alert

import (
	"context"
	"log/slog"
	"maps"
	"time"
)

const (
	// gathering is how long a first event waits for others to go with it.
	gathering = time.Minute

	// longestWait is how long it takes at most until a message that reached no one is
	// sent again.
	longestWait = 30 * time.Minute

	// mostGathered bounds what waits while no one can be reached: the newest.
	mostGathered = 100
)

// Send sends a message to everyone. It returns how many have got it, and why the
// others have not.
type Send func(ctx context.Context, title, body string) (reached int, err error)

// Notifier gathers events and sends them as one message.
type Notifier struct {
	send Send
	keep func(Told)
	log  *slog.Logger

	events chan []Event

	// These belong to Run.
	told     Told // as it is once what is gathered has been sent
	kept     Told // as it was given to keep
	gathered []Event
	due      <-chan time.Time // nil: nothing is gathered
	failures int              // to send, in a row
}

// NewNotifier makes a notifier that sends by send. It goes on from what was told
// before; keep is called with what was told whenever that has changed, but not
// before someone has got the message: a failure that no one was told of is told
// again, even by the next process.
func NewNotifier(send Send, before Told, keep func(Told), log *slog.Logger) *Notifier {
	n := &Notifier{send: send, keep: keep, log: log, events: make(chan []Event, 256), told: Told{}, kept: maps.Clone(before)}
	maps.Copy(n.told, before)
	return n
}

// Tell takes events in. It never waits: a message that cannot be sent must not hold
// up the runs.
func (n *Notifier) Tell(events []Event) {
	if len(events) == 0 {
		return
	}
	select {
	case n.events <- events:
	default:
		n.log.Warn("alerts come faster than they can be sent; some are dropped", "dropped", len(events))
	}
}

// Run sends until the context ends, and then what is left.
func (n *Notifier) Run(ctx context.Context) {
	for ctx.Err() == nil {
		select {
		case events := <-n.events:
			n.take(events)
		case <-n.due:
			n.flush(ctx)
		case <-ctx.Done():
		}
	}
	for len(n.events) > 0 {
		n.take(<-n.events)
	}
	n.flush(ctx)
}

func (n *Notifier) take(events []Event) {
	n.gathered = append(n.gathered, n.told.fresh(events, time.Now().UTC().Truncate(time.Second))...)
	n.gathered = n.gathered[max(len(n.gathered)-mostGathered, 0):]
	switch {
	case len(n.gathered) == 0:
		n.save() // a recovery that is not told
	case n.due == nil:
		n.due = time.After(gathering)
	}
}

// flush sends what is gathered. If it reaches no one, it waits for the next time.
func (n *Notifier) flush(ctx context.Context) {
	if len(n.gathered) == 0 {
		return
	}
	title, body := message(n.gathered)
	reached, err := n.attempt(ctx, title, body)
	if err != nil {
		n.log.Error("the alert could not be sent to everybody", "reached", reached, "error", err)
	}
	if err != nil && reached == 0 {
		n.due = time.After(min(gathering<<min(n.failures, 10), longestWait))
		n.failures++
		return
	}
	n.gathered, n.due, n.failures = nil, nil, 0
	n.save()
}

func (n *Notifier) save() {
	if maps.Equal(n.told, n.kept) {
		return
	}
	n.kept = maps.Clone(n.told)
	n.keep(maps.Clone(n.told))
}

// attempt sends even while the daemon stops, within a few seconds then.
func (n *Notifier) attempt(ctx context.Context, title, body string) (reached int, err error) {
	sending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(3*time.Second, cancel) })()
	return n.send(sending, title, body)
}
