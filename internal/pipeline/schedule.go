package pipeline

import (
	"time"

	"github.com/robfig/cron/v3"
)

// nextFire is the next time a schedule fires after now, whose location is the
// config's time zone; zero for no schedule.
func nextFire(schedule string, now time.Time) time.Time {
	if schedule == "" {
		return time.Time{}
	}
	s, err := cron.ParseStandard(schedule)
	if err != nil {
		return time.Time{} // the config refused it
	}
	return s.Next(now)
}
