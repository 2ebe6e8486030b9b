package load

import (
	"time"

	"contactsync/schema"
)

// Origin is a pipeline that rows came by, and its vendor.
type Origin struct {
	Pipeline string `col:"pipeline"`
	Source   string `col:"source"`
}

// WaitingReject is a quarantined record that no replay has accepted yet.
type WaitingReject struct {
	schema.Reject
	Current bool `col:"current"` // the listing that named it is still the last of its partition: nothing newer has been read there
}

// Retention says what may go by its own date. A zero time keeps everything.
type Retention struct {
	RunsBefore        time.Time      // runs that started earlier
	RejectsBefore     time.Time      // rejects that were met earlier
	EventsBefore      time.Time      // events that happened earlier
	MatchesBefore     time.Time      // intent matches of an earlier day
	MembershipsBefore time.Time      // memberships that ended earlier, but for a record's last one in an audience
	ChangesBefore     time.Time      // changes of golden values that were made earlier
	Outputs           []string       // what may hold events, matches, memberships or changes
	Note              schema.Erasure // of which the rows are counted; stored where any of people go
}

// Pruned counts the rows that went, or would.
type Pruned struct{ Runs, Rejects, Events, Matches, Memberships, Changes int64 }

// OfPeople counts those of them that are about people.
func (p Pruned) OfPeople() int64 { return p.Events + p.Matches + p.Memberships + p.Changes }
