package run

import (
	"context"
	"time"

	"contactsync/load"
)

// prune removes history that the config no longer keeps, once per invocation. The
// runs of this month stay in any case: max_credits_per_month counts their credits.
func (s *Session) prune(ctx context.Context) error {
	now, keep := s.Now(), s.Config.Retention
	r := load.Retention{RunsBefore: now.Add(-keep.Runs), RejectsBefore: now.Add(-keep.Rejects)}
	if month := monthStart(now.In(s.Config.Timezone)); month.Before(r.RunsBefore) {
		r.RunsBefore = month
	}
	return s.w.Prune(ctx, r)
}

func monthStart(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, t.Location())
}
