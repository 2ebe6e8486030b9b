package load

import (
	"fmt"
	"strings"

	"contactsync/schema"
)

// People is what a merge is told about who is one person: the rules and overrides
// that identity resolution follows, and how records are made.
type People struct {
	// Priority lists sources, the most trusted first: whose values become golden.
	Priority []string
	// MaxNames is how many surnames may share an identifier that links; 0 = any. It
	// also bounds what a selector of an override may mean; see [Selector].
	MaxNames int
	// Overrides are what a human decided, in the order in which they count.
	Overrides []Override
	// Fold makes the records of which versions are staged, and those that left an
	// audience or came back to one: a version of an audience that the record has left
	// counts for less than one of an audience that it is in.
	Fold Fold
	// Warn says what a person should look at in a merge; nil says nothing.
	Warn func(Merged) []string
}

// Rules names the settings of identity resolution. When they are not those of the
// merge before, everybody is resolved and merged anew.
func (p People) Rules() string {
	return fmt.Sprintf("max_names %d, priority %s", p.MaxNames, strings.Join(p.Priority, " "))
}

// Override is a human's word that two people are one, or that they are not.
type Override struct {
	Always bool // else never
	A, B   Selector
}

// Selector names a person by one record, or by identifiers: then it means every
// record that carries one of them. Identifiers of more than MaxNames surnames, or
// of hundreds of records, do not name one person.
type Selector struct {
	Source, SourceID string
	Identifiers      []schema.Identifier
}
