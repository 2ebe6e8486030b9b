package load

import "contactsync/schema"

// Batch is all that some pages of one pipeline change. Within a batch each key
// of each list stands once, but for versions.
type Batch struct {
	Run         schema.Run // the run's counters, these pages included
	Versions    []Version  // in the order in which they came
	New         []Folded   // records that nothing is stored of, from one who stores alone: see [Folded]
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
	Enrichments []schema.Enrichment // as they stand now, each once
	Asked       []schema.Asked      // who is in jobs that are booked by it
	Unasked     []string            // jobs, booked by earlier batches, whose people count as not asked for
}

// Version is a payload that the merge lays over what its audience has served of the
// record before. Without a payload it says that the record is to be made anew.
type Version struct {
	schema.Version
	Place    int64 `col:"place"`    // in its batch
	Outdated bool  `col:"outdated"` // its audience has been listed anew since: of one date, what is there stands
	Whole    bool  `col:"whole"`    // it takes the place of what is there
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
	Row      int64  `col:"row"` // tells rows of one record from another, as of events; 0: the record has one
}

// Sweep is the state of the listing of one audience, as one page tells it. Of a
// listing that has ended, that is the last page; see [Listing].
type Sweep struct {
	Source   string `col:"source"`
	Audience string `col:"audience_id"`
	Sweep    string `col:"sweep"`
	Complete bool   `col:"complete"` // it has ended, and nothing speaks against its being whole
	Ended    bool   `col:"ended"`    // the vendor's signals ended it
	Declared int64  `col:"declared"` // rows that the vendor says the audience has; 0: it says nothing
	Served   int64  `col:"served"`   // rows that it served in all; 0: not known
	Unnamed  int64  `col:"unnamed"`  // rows of the page that no Seen stands for: without a key, or of people who must stay out
}

// Day is the state of the listing of one day of intent matches.
type Day struct {
	DataDate schema.Date `col:"data_date"`
	Sweep    string      `col:"sweep"`
	Complete bool        `col:"complete"` // it has ended, and nothing speaks against its being whole
	Declared int64       `col:"declared"` // people whom the vendor says the day has; 0: it says nothing
	Unnamed  int64       `col:"unnamed"`  // records of the page that make no match: of people who must stay out
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
