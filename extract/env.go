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
	if e.Wait == nil {
		e.Wait = func(string, time.Duration) {}
	}
	return e
}

// Poll asks until the vendor is done. Between two questions it waits for
// poll_interval; after poll_timeout it gives up with a [*NotReadyError]. status
// is what the vendor calls the state of the work.
func (e Env) Poll(ctx context.Context, what string, ask func(context.Context) (done bool, status string, err error)) error {
	e = e.withDefaults()
	s := e.Client.Settings()
	for start := time.Now(); ; {
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
		err = sleep(ctx, d)
		e.Wait("", 0)
		if err != nil {
			return err
		}
	}
}
