package schedule

import "time"

// Fire is a fire time that has come.
type Fire struct {
	At      time.Time     // the fire time; of several that were missed, the first
	Late    time.Duration // how long ago that was
	Handled time.Time     // what to remember once it is handled: fire times count from here
}

// Due reports whether a fire time has come by now, counted from the moment up to
// which all are handled. However many were missed, they are one fire.
func (s Schedule) Due(handled, now time.Time) (fire Fire, due bool) {
	at := s.Next(handled)
	if at.IsZero() || at.After(now) {
		return fire, false
	}
	fire = Fire{At: at, Late: now.Sub(at), Handled: at}
	if next := s.Next(at); !next.IsZero() && !next.After(now) {
		fire.Handled = now
	}
	return fire, true
}

// Trust returns the moment up to which fire times are handled, seen by a clock
// that may have been set back. A clock that goes back by less than a period must
// not fire twice: handled stands. If handled lies further ahead than that, the
// clock was wrong when it was noted, and fire times count from now.
func (s Schedule) Trust(handled, now time.Time) time.Time {
	if handled.After(now) && handled.Sub(now) > s.Next(handled).Sub(handled) {
		return now
	}
	return handled
}
