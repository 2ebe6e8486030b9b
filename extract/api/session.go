package api

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"
)

// Observer is who watches the requests of one run. Whatever is left out is not
// counted, logged or shown.
type Observer struct {
	Meter *Meter                             // counts what the run costs
	Log   *slog.Logger                       // counts and ids only, never contact data
	Wait  func(what string, d time.Duration) // tells the display that the run waits; what = "" when it goes on
}

// Meter counts what a run costs while it reads. It is safe for concurrent use.
type Meter struct {
	requests atomic.Int64
	credits  atomic.Int64
}

// Requests is the number of HTTP requests sent, retries included.
func (m *Meter) Requests() int64 { return m.requests.Load() }

// Credits is what the vendor charges for them, lost answers counted in full.
func (m *Meter) Credits() int64 { return m.credits.Load() }

// Spend counts what an answer cost.
func (m *Meter) Spend(credits int64) { m.credits.Add(credits) }

// Session is a client as one run uses it: what is sent counts for the run, and
// shows on its display.
type Session struct {
	*Client
	Observer
}

// With is the client as watched by an observer.
func (c *Client) With(o Observer) *Session {
	if o.Meter == nil {
		o.Meter = new(Meter)
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Wait == nil {
		o.Wait = func(string, time.Duration) {}
	}
	return &Session{c, o}
}

// Do sends a request until it is answered. It keeps to the source's rate,
// concurrency and pauses, and retries what may pass: 429, 5xx, resets, timeouts,
// and bodies that are truncated, no JSON, or of the wrong content type. Any
// other refusal is an [*Error] at once. A [*LimitError] says that the vendor
// asks for more patience than max_wait.
func (s *Session) Do(ctx context.Context, r Request) (Response, error) {
	var answer Response
	err := s.persist(ctx, r, func(ctx context.Context, scheme int) *failure {
		var f *failure
		answer, f = s.attempt(ctx, r, scheme)
		return f
	})
	if err != nil {
		return Response{}, err
	}
	if wait, ok := ctx.Value(waitKey{}).(*time.Duration); ok {
		*wait = answer.RetryAfter
	}
	return answer, nil
}

type waitKey struct{}

// WithWait is a context by which one asks: the last answer to a request with it says
// in wait how long the vendor asks to wait before the next, 0 for nothing. It is for
// questions that are asked one after another.
func WithWait(ctx context.Context, wait *time.Duration) context.Context {
	return context.WithValue(ctx, waitKey{}, wait)
}
