package connect

import (
	"context"
	"time"

	"github.com/cenkalti/backoff/v5"
	"google.golang.org/grpc/codes"
)

// doubtful is how often an error is tried again that may come from the connection, or may come each time.
const doubtful = 3

// retry spaces attempts, 50 ms at first and 5 s at last, until patience runs out.
type retry struct {
	waits *backoff.ExponentialBackOff
	until time.Time
	tries int
}

func newRetry(patience time.Duration) *retry {
	waits := &backoff.ExponentialBackOff{
		InitialInterval: 50 * time.Millisecond, RandomizationFactor: 0.5, Multiplier: 2, MaxInterval: 5 * time.Second,
	}
	waits.Reset()
	return &retry{waits: waits, until: time.Now().Add(patience)}
}

// wait is false once there is no point in another attempt.
func (r *retry) wait(ctx context.Context, failed codes.Code) bool {
	r.tries++
	if time.Now().After(r.until) || failed != codes.Unavailable && r.tries > doubtful {
		return false
	}
	pause := time.NewTimer(r.waits.NextBackOff())
	defer pause.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-pause.C:
		return true
	}
}
