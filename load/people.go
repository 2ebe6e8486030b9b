package load

import (
	"fmt"
	"strings"
	"time"

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
	// MaxRecords is how many records become one person by identifiers alone; 0 = any.
	MaxRecords int
	// Guard says what becomes of links of which the evidence speaks for two people. It
	// splits only whom a merge before, which did as if to warn, has told of.
	Guard Guard
	// Weights is the version of the weights of evidence.
	Weights int
	// ApplyGuard splits at once.
	ApplyGuard bool
	// Stale is for how long a record that has left its last audience still links others;
	// 0 = for ever.
	Stale time.Duration
	// Match says what becomes of pairs that share no identifier, and Threshold from which
	// probability on they are one person.
	Match     Matching
	Threshold float64
	// Overrides are what a human decided, in the order in which they count.
	Overrides []Override
	// Fold makes the records of which versions are staged, and those that left an
	// audience or came back to one: a version of an audience that the record has left
	// counts for less than one of an audience that it is in.
	Fold Fold
	// Warn says what a person should look at in a merge; nil says nothing.
	Warn func(Merged) []string
}

// Guard says what becomes of links of which the evidence speaks for two people.
type Guard string

// The guards.
const (
	GuardOn   Guard = "on"   // they are not made
	GuardWarn Guard = "warn" // they are made, and reported
	GuardOff  Guard = "off"  // they are made, and not weighed
)

// Matching says what becomes of pairs that share no identifier, but speak for one person.
type Matching string

// The ways to match.
const (
	MatchOff     Matching = "off"     // they are not looked for
	MatchSuggest Matching = "suggest" // they are put up for review
	MatchOn      Matching = "on"      // they are joined from the threshold on
)

// Rules names the settings of identity resolution, under a guard. When they are not those
// of the merge before, everybody is resolved and merged anew.
func (p People) Rules(guard Guard) string {
	return fmt.Sprintf("max_names %d, max_records %d, guard %s, weights %d, match %s %g, priority %s",
		p.MaxNames, p.MaxRecords, guard, p.Weights, p.Match, p.Threshold, strings.Join(p.Priority, " "))
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
