package load

import "contactsync/schema"

// Batch is all that some pages of one pipeline change. Within a batch each key
// of each list stands once.
type Batch struct {
	Run         schema.Run // the run's counters, these pages included
	Records     []Record
	Versions    []schema.Version
	Identifiers []schema.Identifier
	Matches     []Match
	Events      []schema.Event
	Audiences   []schema.Audience
	Seen        []Seen
	Sweeps      []Sweep
	Days        []Day
	Rejects     []schema.Reject
	Replayed    []string // rejects that became rows, by id
	Drifts      []schema.Drift
	Fields      []schema.Field // new and changed
	GoneMatches []MatchKey     // stored matches that a replay makes otherwise or no longer finds
	GoneEvents  []EventKey     // the same of events
	Positions   []schema.Position
}

// Record is a source contact with what identity needs of it.
type Record struct {
	schema.SourceContact
	Surname int64 `col:"surname_hash"` // hash of the folded surname; 0 = the record has no name
}

// Match is an intent match with the name of the listing that holds it.
type Match struct {
	schema.Match
	Sweep string `col:"sweep"`
}

// Seen says that a sweep listed a record: what memberships are made of.
type Seen struct {
	Source   string `col:"source"`
	Audience string `col:"audience_id"`
	Sweep    string `col:"sweep"`
	SourceID string `col:"source_id"`
}

// Sweep is the state of the listing of one audience.
type Sweep struct {
	Source   string `col:"source"`
	Audience string `col:"audience_id"`
	Sweep    string `col:"sweep"`
	Complete bool   `col:"complete"`
}

// Day is the state of the listing of one day of intent matches.
type Day struct {
	DataDate schema.Date `col:"data_date"`
	Sweep    string      `col:"sweep"`
	Complete bool        `col:"complete"`
}

// MatchKey is the key of a match within its pipeline.
type MatchKey struct {
	DataDate schema.Date `col:"data_date"`
	TopicID  string      `col:"topic_id"`
	HEM      string      `col:"hem"`
}

// EventKey is the key of an event.
type EventKey struct {
	EventID string `col:"event_id"`
}

// Stored is what is known of one record, staged or merged.
type Stored struct {
	Record
	Versions []schema.Version
	Left     map[string]bool // the audiences that it was a member of and is no more
}

// Leave notes that the record is no longer a member of the audience.
func (s *Stored) Leave(audience string) {
	if s.Left == nil {
		s.Left = map[string]bool{}
	}
	s.Left[audience] = true
}
