package load

import "contactsync/schema"

// Record is a source contact with what identity needs of it.
type Record struct {
	schema.SourceContact
	Surname int64 `col:"surname_hash"` // hash of the folded surname; 0 = the record has no name
}

// Stored is what is known of one record. Before its first merge the record is but a
// key.
type Stored struct {
	Record
	Versions []schema.Version
	Staged   []Version       // those that wait for a merge, in the order in which they came
	Left     map[string]bool // the audiences that it was a member of and is no more
}

// Fold makes records of their versions, in the order of the records.
type Fold func([]Stored) ([]Folded, error)

// Folded is a record as its versions make it. One that is new is folded, and stored, by the
// batch that brings it, as long as no other pipeline is at work: nothing has to be laid over
// anything then, and what is left for the merge is who it is. Until that it is in no view.
type Folded struct {
	Record      Record
	Identifiers []schema.Identifier
	Versions    []schema.Version // the staged ones laid over the stored
}
