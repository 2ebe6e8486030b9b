package alert

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// gathering is how long a first event waits for others to go with it.
const gathering = time.Minute

// Notifier gathers events and sends them as one message.
type Notifier struct {
	send func(ctx context.Context, title, body string) error
	log  *slog.Logger

	events chan []Event
}

// NewNotifier makes a notifier that sends by send.
func NewNotifier(send func(ctx context.Context, title, body string) error, log *slog.Logger) *Notifier {
	return &Notifier{send: send, log: log, events: make(chan []Event, 64)}
}

// Tell takes events in. It never waits: a message that nobody takes must not hold
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
	var gathered []Event
	var due <-chan time.Time
	past := told{}
	var sending sync.WaitGroup
	defer sending.Wait()
	flush := func() {
		title, body := message(gathered)
		gathered, due = nil, nil
		sending.Go(func() { n.deliver(ctx, title, body) })
	}
	take := func(events []Event) {
		gathered = append(gathered, past.fresh(events, time.Now())...)
		if len(gathered) > 0 && due == nil {
			due = time.After(gathering)
		}
	}
	for {
		select {
		case events := <-n.events:
			take(events)
		case <-due:
			flush()
		case <-ctx.Done():
			for len(n.events) > 0 {
				take(<-n.events)
			}
			if len(gathered) > 0 {
				flush()
			}
			return
		}
	}
}

// deliver sends a message, and once more after a minute if that fails.
func (n *Notifier) deliver(ctx context.Context, title, body string) {
	err := n.attempt(ctx, title, body)
	if err == nil {
		return
	}
	n.log.Error("the alert could not be sent", "error", err)
	select {
	case <-ctx.Done():
		return
	case <-time.After(time.Minute):
	}
	if err := n.attempt(ctx, title, body); err != nil {
		n.log.Error("the alert could not be sent again", "error", err)
	}
}

// attempt sends even while the daemon stops, within a few seconds then.
func (n *Notifier) attempt(ctx context.Context, title, body string) error {
	limit := 30 * time.Second
	if ctx.Err() != nil {
		limit = 3 * time.Second
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	defer cancel()
	return n.send(ctx, title, body)
}
