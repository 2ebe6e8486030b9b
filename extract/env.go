package extract

import (
	"context"
	"log/slog"
	"time"
)

// withDefaults fills what a caller left out: nothing is counted, logged or shown.
func (e Env) withDefaults() Env {
	if e.Meter == nil {
		e.Meter = new(Meter)
	}
	if e.Log == nil {
		e.Log = slog.New(slog.DiscardHandler)
	}
	if e.Now == nil {
		e.Now = time.Now
	}
	if e.Book == nil {
		e.Book = func(int64) error { return nil }
	}
	if e.Wait == nil {
		e.Wait = func(string, time.Duration) {}
	}
	if e.Wake == nil {
		e.Wake = func(string) <-chan struct{} { return nil }
	}
	return e
}

// Poll asks until the vendor is done. Between two questions it waits for
// poll_interval, or until the vendor calls back; after poll_timeout it gives up with a [*NotReadyError]. status
// is what the vendor calls the state of the work.
func (e Env) Poll(ctx context.Context, what string, ask func(context.Context) (done bool, status string, err error)) error {
	e = e.withDefaults()
	s := e.Client.Settings()
	for start := time.Now(); ; {
		wake := e.Wake(what) // before the question: a call during it is not missed
		done, status, err := ask(ctx)
		if done || err != nil {
			return err
		}
		waited := time.Since(start)
		left := s.PollTimeout - waited
		if left <= 0 {
			return &NotReadyError{Source: s.Source, What: what, Status: status, Waited: waited}
		}
		d := min(s.PollInterval, left)
		e.Wait(what+": "+status, d)
		err = doze(ctx, d, wake)
		e.Wait("", 0)
		if err != nil {
			return err
		}
	}
}

// doze waits for d, for the end of the context, or to be woken.
func doze(ctx context.Context, d time.Duration, wake <-chan struct{}) error {
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
