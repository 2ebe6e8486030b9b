package audiencelab

import (
	"slices"
	"time"

	"contactsync/extract"
	"contactsync/schema"
)

// position is how far a list is swept.
type position struct {
	Round         time.Time     `json:"round,omitzero"`  // start of the run that began to read all lists of the stream
	Ends          bool          `json:"ends,omitempty"`  // this list is the last of the round
	Sweep         time.Time     `json:"sweep"`           // start of the sweep of this list, which names it
	Again         bool          `json:"again,omitempty"` // the list moved, and this is the second pass over what may have shifted
	Page          int           `json:"page,omitempty"`  // the next page of this pass; 0: none is left
	Pages         int           `json:"pages,omitempty"` // pages read so far, in both passes
	Read          int64         `json:"read,omitempty"`  // rows of this pass so far
	Size          int64         `json:"size,omitempty"`  // what the page before declared the list to be
	Sizes         map[int64]int `json:"sizes,omitempty"` // the last page of the first pass that declared each size
	Doubt         bool          `json:"doubt,omitempty"` // it is not certain that every row was seen
	Gaps          []int         `json:"gaps,omitempty"`  // pages that could not be read
	extract.Trail               // of this pass
	Edges         extract.Marks `json:"edges,omitempty"`  // the row before the first gap, and the first and last of the pages behind it
	DoneAt        time.Time     `json:"done_at,omitzero"` // when the sweep came to its end
}

func (at position) checkpoint() schema.Checkpoint { return extract.Encode(at) }

// Valid implements [extract.Position]: whether it is one that a sweep can have.
func (at position) Valid() bool {
	onward := at.done() || at.Page > 0 || at.Page == 0 && len(at.Gaps) > 0
	return !at.Sweep.IsZero() && onward && (!at.Again || len(at.Sizes) > 0)
}

func (at position) done() bool { return !at.DoneAt.IsZero() }

func (at position) sweep() string { return at.Sweep.UTC().Format(time.RFC3339Nano) }

// decodePosition reads a checkpoint; "" is the start.
func decodePosition(partition string, c schema.Checkpoint) (position, error) {
	if c == "" {
		return position{}, nil
	}
	return extract.Decode[position](c, extract.Unreadable(name, partition, ""))
}

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
