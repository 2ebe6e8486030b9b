package audiencelab

import (
	"slices"
	"time"
)

// A round is one reading of all lists of a stream. A run that was interrupted
// between two lists is continued: those it completed are not read again. A run
// that ended by itself, be it with an error, closes its round: a list that is
// added to the config later is not taken for one that it left out. A round whose
// rows were not merged is not over either, and what it has read counts.
func currentRound(known []position, unmerged bool, now time.Time, maxAge time.Duration) time.Time {
	newest := time.Time{}
	for _, at := range known {
		if at.Round.After(newest) {
			newest = at.Round
		}
	}
	unfinished := slices.ContainsFunc(known, func(at position) bool { return !at.done() || !at.Round.Equal(newest) })
	closed := slices.ContainsFunc(known, func(at position) bool { return at.Ends && at.done() && at.Round.Equal(newest) })
	if (unmerged || unfinished && !closed) && now.Sub(newest) <= maxAge && !newest.After(now) {
		return newest
	}
	return after(now, newest)
}

// after is now, or just after the time before: two sweeps never share a name,
// whatever the clock says.
func after(now, before time.Time) time.Time {
	if now.After(before) {
		return now
	}
	return before.Add(time.Nanosecond)
}

// begin is where a round goes on with a list: where it stopped, or at the start
// of a new sweep.
func (at position) begin(round, now time.Time, maxAge time.Duration) position {
	underWay := !at.Sweep.IsZero() && !at.done() && now.Sub(at.Sweep) <= maxAge
	if underWay || at.done() && at.Round.Equal(round) {
		at.Round = round
		return at
	}
	return position{Round: round, Sweep: after(now, at.Sweep), Page: 1}
}
