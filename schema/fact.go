package schema

import "time"

// Match is a person's interest in a topic on a day.
type Match struct {
	Pipeline    string
	DataDate    Date
	TopicID     string
	HEM         string // the vendor's hash of the person's address, or its other key of the person
	Score       float64
	SourceID    string
	Email       string
	CompanyName string
	JobTitle    string
	Payload     string
	RunID       string
}

// Event is a visit or other event of a pixel segment.
type Event struct {
	Source     string
	EventID    string // hex SHA-256 of uuid|type|time
	AudienceID string
	SourceID   string
	EventType  string
	OccurredAt time.Time
	Payload    string
	RunID      string
}

// MatchColumns are the stored columns of a match; its key is pipeline,
// data_date, topic_id, hem.
var MatchColumns = []Column[Match]{
	Col("pipeline", "the pipeline that asked", func(m *Match) any { return &m.Pipeline }),
	Col("data_date", "the vendor's daily run", func(m *Match) any { return &m.DataDate }),
	Col("topic_id", "the vendor's id of the topic", func(m *Match) any { return &m.TopicID }),
	Col("hem", "the vendor's hash of the person's address", func(m *Match) any { return &m.HEM }),
	Col("score", "strength of the interest, 1 to 100", func(m *Match) any { return &m.Score }),
	Col("source_id", "the record in source_contacts", func(m *Match) any { return &m.SourceID }),
	Col("email", "address on that day", func(m *Match) any { return &m.Email }),
	Col("company_name", "employer on that day", func(m *Match) any { return &m.CompanyName }),
	Col("job_title", "title on that day", func(m *Match) any { return &m.JobTitle }),
	{Name: "payload", Doc: "the match as the vendor served it", Field: func(m *Match) any { return &m.Payload }, JSON: true},
	Col("run_id", "the run that last changed the row", func(m *Match) any { return &m.RunID }),
}

// EventColumns are the stored columns of an event; its key is event_id.
var EventColumns = []Column[Event]{
	Col("source", "vendor", func(e *Event) any { return &e.Source }),
	Col("event_id", "hex SHA-256 of the person's key, type and time", func(e *Event) any { return &e.EventID }),
	Col("audience_id", "the pixel segment", func(e *Event) any { return &e.AudienceID }),
	Col("source_id", "the visitor's record in source_contacts", func(e *Event) any { return &e.SourceID }),
	Col("event_type", "page_view, ...", func(e *Event) any { return &e.EventType }),
	Col("occurred_at", "when it happened, by the vendor", func(e *Event) any { return &e.OccurredAt }),
	{Name: "payload", Doc: "the event as the vendor served it", Field: func(e *Event) any { return &e.Payload }, JSON: true},
	Col("run_id", "the run that brought it", func(e *Event) any { return &e.RunID }),
}
