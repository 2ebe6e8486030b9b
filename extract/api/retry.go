package api

import (
	"context"
	"fmt"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// failure is an attempt that brought nothing usable.
type failure struct {
	api       *Error
	retry     bool          // another attempt may do better
	sent      bool          // the vendor may have processed it
	rescheme  bool          // another way of authenticating is left to try
	whole     bool          // the answer came whole: it will hardly be another the third time
	free      bool          // an answer that the vendor cannot have charged for
	throttled bool          // 429: the vendor wants fewer requests, of everybody
	wait      time.Duration // how long the vendor asks to be left alone; 0: it does not say
}

// Backoff makes the waits between the attempts of one request.
type Backoff func() backoff.BackOff

// fullJitter waits a random time below 0.5s, 1.5s, 4.5s, 13.5s, and then below
// 30s: quick where a single answer went wrong, patient in an outage. A factor of
// 1 around the mean is what is called full jitter.
func fullJitter() backoff.BackOff {
	return &backoff.ExponentialBackOff{
		InitialInterval:     250 * time.Millisecond,
		RandomizationFactor: 1,
		Multiplier:          3,
		MaxInterval:         15 * time.Second,
	}
}

// maxWhole is how often an answer is asked for that comes whole and is of no use:
// where pages cost, each of them is bought.
const maxWhole = 2

// attempter sends a request once, authenticated by a scheme.
type attempter func(ctx context.Context, scheme int) *failure

// persist makes attempts until one succeeds or there is no point in another.
func (c *Session) persist(ctx context.Context, r Request, attempt attempter) error {
	backoff := c.settings.Backoff()
	backoff.Reset()
	waits := &patience{observer: c.Observer, settings: c.settings}
	var schemes schemeAttempts
	for tries, bought := 0, 0; ; {
		served := c.turns.served.Load()
		delay := backoff.NextBackOff()
		f, err := c.once(ctx, r, waits, delay, &schemes, attempt)
		switch {
		case err != nil:
			return err
		case f == nil:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case f.rescheme:
			continue
		case !f.retry, r.Once && f.sent:
			return f.api
		}
		// While others get through, a 429 is a matter of turns and not a failed attempt.
		if !f.throttled || c.turns.served.Load() == served {
			tries++
		}
		if f.whole {
			bought++
		}
		if tries >= c.settings.MaxAttempts || bought >= maxWhole {
			return f.api
		}
		if err := c.pauseAfter(ctx, f, delay); err != nil {
			return err
		}
	}
}

// once makes one attempt when its turn has come. Where it is throttled, the pause
// of the whole source begins before anybody else has a turn.
func (c *Client) once(
	ctx context.Context, r Request, waits *patience, delay time.Duration, schemes *schemeAttempts, attempt attempter,
) (*failure, error) {
	turn, err := c.turns.take(ctx, c.auth.settled, waits.grant)
	waits.over()
	if err != nil {
		return nil, err
	}
	defer turn.release()
	scheme, refused := c.auth.next(schemes)
	if refused != nil {
		return nil, refused
	}
	if r.Before != nil {
		if err := r.Before(); err != nil {
			return nil, err
		}
	}
	f := attempt(ctx, scheme)
	switch {
	case f == nil:
		c.turns.served.Add(1)
	case f.pauses():
		c.turns.pauseFor(max(delay, f.wait))
	}
	if !r.foreign {
		c.judge(f, scheme, schemes)
	}
	return f, nil
}

// judge notes what an attempt says of the credential, while no other request is sent.
// Only success proves it: a 404 may come from a server that looks at it later.
func (c *Client) judge(f *failure, scheme int, schemes *schemeAttempts) {
	switch {
	case f == nil:
		c.auth.accepted(scheme)
	case f.api.Refused():
		f.rescheme = c.auth.reject(scheme, schemes, f.api)
		if schemes.forbidden != nil {
			f.api = schemes.forbidden // tells more than that the other scheme is unknown
		}
	}
}

// pauses reports whether the vendor wants to be left alone by everybody.
func (f *failure) pauses() bool { return f.throttled || f.wait > 0 }

// pauseAfter waits after a failed attempt, unless the whole source pauses: then
// the next turn waits for its end.
func (c *Session) pauseAfter(ctx context.Context, f *failure, delay time.Duration) error {
	wait := max(delay, f.wait).Round(time.Millisecond)
	c.Log.Warn("trying again", "source", f.api.Source, "reason", f.api.Error(), "wait", wait)
	if f.pauses() {
		return nil
	}
	c.Wait(fmt.Sprintf("another attempt after %q", f.api.reason()), delay)
	defer c.Wait("", 0)
	return Sleep(ctx, delay, nil)
}

// patience is what one request still bears of waits for the vendor's sake:
// max_wait in all.
type patience struct {
	observer Observer
	settings Settings
	waited   time.Duration
	shown    bool
}

func (p *patience) grant(d time.Duration) error {
	if p.waited += d; p.waited > p.settings.MaxWait {
		return &LimitError{
			Source: p.settings.Source,
			Limit:  "max_wait",
			Detail: fmt.Sprintf("the vendor asks to be left alone for %s, and at most %s are allowed",
				max(d, p.waited).Round(time.Second), p.settings.MaxWait),
		}
	}
	p.shown = true
	p.observer.Wait("the vendor's rate limit", d)
	return nil
}

// over tells the display that the wait is over.
func (p *patience) over() {
	if p.shown {
		p.shown = false
		p.observer.Wait("", 0)
	}
}
