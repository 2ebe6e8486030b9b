package run

import (
	"time"

	"contactsync/internal/config"
	"contactsync/internal/schedule"
)

// ScheduleOf is the schedule of a pipeline; ok is false where it has none.
func ScheduleOf(p *config.Pipeline, zone *time.Location) (s schedule.Schedule, ok bool) {
	if p.Schedule == "" {
		return s, false
	}
	spec, err := config.ParseSchedule(p.Schedule)
	if err != nil {
		return s, false // the config refused it
	}
	return schedule.New(spec, zone), true
}
