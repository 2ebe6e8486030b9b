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

// Retention says what of the program's own history may go.
type Retention struct {
	RunsBefore    time.Time // runs that started earlier
	RejectsBefore time.Time // rejects that were met earlier
}
