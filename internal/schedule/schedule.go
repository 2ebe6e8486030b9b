// Package schedule tells when a schedule fires, through daylight saving,
// downtime and clocks that jump. It is pure: it asks no clock and keeps nothing.
//
// Cron expressions count in a time zone whose clock skips an hour in spring and
// shows one twice in autumn. Two kinds of schedule want two rules:
//
//   - With fixed hours ("30 2 * * *") every night is meant once. A time that does
//     not exist fires at the next minute that does; one that exists twice fires
//     the first time only. (robfig/cron by itself skips the spring night.)
//   - With every hour ("*/10 * * * *", "@hourly") and with "@every 90m", elapsed
//     time is meant: nothing is added in spring and nothing left out in autumn.
package schedule

import (
	"time"

	"github.com/robfig/cron/v3"
)

// Schedule fires at times that a cron expression names, in a time zone.
type Schedule struct {
	spec  cron.Schedule
	zone  *time.Location
	fixed bool // its hours are named, so the rule of fixed hours holds
}

// New makes a schedule of a parsed expression that has no time zone of its own.
func New(spec cron.Schedule, zone *time.Location) Schedule {
	s := Schedule{spec: spec, zone: zone}
	if fields, ok := spec.(*cron.SpecSchedule); ok {
		s.fixed = fields.Hour&everyHour != everyHour
	}
	return s
}

// everyHour has the bits of the hours 0 to 23.
const everyHour = 1<<24 - 1

// Next is the first fire time after a moment; zero if there is none within years.
func (s Schedule) Next(after time.Time) time.Time {
	after = after.In(s.zone)
	if !s.fixed {
		return s.spec.Next(after)
	}
	// The expression is asked for times on a clock without daylight saving, and
	// each is then looked up on the real one.
	for civil := onPlainClock(after); ; {
		civil = s.spec.Next(civil)
		if civil.IsZero() {
			return civil
		}
		if at := s.onRealClock(civil); at.After(after) {
			return at
		}
	}
}

// Period is how long it takes from the first fire time after a moment to the one
// after that; zero if there are no two.
func (s Schedule) Period(after time.Time) time.Duration {
	first := s.Next(after)
	second := s.Next(first)
	if first.IsZero() || second.IsZero() {
		return 0
	}
	return second.Sub(first)
}

// onPlainClock is what the clock shows at t, as a time of a clock that is never set.
func onPlainClock(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

// onRealClock is the first moment at which the zone's clock shows civil or, if it
// never does, the first after the gap that skips it.
func (s Schedule) onRealClock(civil time.Time) time.Time {
	// The moment lies between what the largest and the smallest offset from UTC
	// around it give. Within a day a zone changes its offset at most once.
	_, before := civil.Add(-24 * time.Hour).In(s.zone).Zone()
	_, after := civil.Add(24 * time.Hour).In(s.zone).Zone()
	at := civil.Add(-time.Duration(before) * time.Second).In(s.zone)
	if onPlainClock(at).Equal(civil) {
		return at // the first of two, if there are two
	}
	at = civil.Add(-time.Duration(after) * time.Second).In(s.zone)
	if onPlainClock(at).Equal(civil) {
		return at
	}
	return s.gapEnd(civil, before, after)
}

// gapEnd is the moment at which the clock is set forward over civil.
func (s Schedule) gapEnd(civil time.Time, before, after int) time.Time {
	low := civil.Add(-time.Duration(max(before, after)) * time.Second).Add(-time.Minute)
	high := civil.Add(-time.Duration(min(before, after)) * time.Second).Add(time.Minute)
	for high.Sub(low) > time.Second {
		middle := low.Add(high.Sub(low) / 2)
		if onPlainClock(middle.In(s.zone)).After(civil) {
			high = middle
		} else {
			low = middle
		}
	}
	return high.Truncate(time.Second).In(s.zone)
}
