package load

import "contactsync/schema"

// People is what a merge needs of identity resolution and of the rules that make
// records, which this package knows nothing of.
type People struct {
	// Rules names the settings that Resolve and Golden follow. When they are not
	// those of the merge before, everybody is resolved and merged anew.
	Rules string
	// Overrides are what a human decided, in the order in which they count.
	Overrides []Override
	// MaxNames bounds what a selector of an override may mean; see [Selector].
	MaxNames int
	// Resolve partitions numbered records into people.
	Resolve func(Graph) Partition
	// Golden merges the records of one person; ContactID and UpdatedAt are set here.
	Golden func([]schema.SourceContact) schema.Contact
	// Changes lists the golden values that differ.
	Changes func(before, after schema.Contact) []schema.Change
	// Refold makes a record anew of its versions; nil leaves records as they are. A
	// version of an audience that the record has left counts for less than one of an
	// audience that it is in, so a merge that ends or renews memberships asks for it.
	Refold func(*Stored) (Record, []schema.Identifier, error)
	// Warn says what a person should look at in a merge; nil says nothing.
	Warn func(Merged) []string
}

// Graph is the part of the warehouse that a change may concern, as numbers:
// records from oldest to newest, witnesses last, and the identifiers that at
// least two of them carry. Witnesses carry such an identifier but stay with
// their people; they only count. Never and Always are pairs of records.
type Graph struct {
	Surnames  []uint64 // per record, the hash of its folded surname; 0 = none
	Witnesses int
	Edges     []Edge
	Never     [][2]int32
	Always    [][2]int32
}

// Edge says that a record carries an identifier.
type Edge struct{ Record, Identifier int32 }

// Partition gives, for each record that is no witness, the number of the oldest
// record of its person, and the links that were not made: identifiers that too
// many people carry, those that would join a Never pair, and the positions of the
// Always pairs that Never forbids.
type Partition struct {
	Oldest  []int32
	Shared  []Shared
	Blocked []int32
	Refused []int
}

// Shared is an identifier that too many people carry.
type Shared struct {
	Identifier int32
	Records    int
	Surnames   int
}

// Override is a human's word that two people are one, or that they are not.
type Override struct {
	Always bool // else never
	A, B   Selector
}

// Selector names a person by one record, or by identifiers: then it means every
// record that carries one of them. Identifiers of more than MaxNames surnames, or
// of hundreds of records, name nobody in particular.
type Selector struct {
	Source, SourceID string
	Identifiers      []schema.Identifier
}
