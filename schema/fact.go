package schema

import "time"

// Match is a person's interest in a topic on a day.
type Match struct {
	Pipeline string `col:"pipeline" doc:"the pipeline that asked"`
	DataDate Date   `col:"data_date" doc:"the vendor's daily run"`
	TopicID  string `col:"topic_id" doc:"the vendor's id of the topic"`
	// HEM may also be the vendor's other key of the person.
	HEM         string  `col:"hem" doc:"the vendor's hash of the person's address"`
	Score       float64 `col:"score" doc:"strength of the interest, 1 to 100"`
	SourceID    string  `col:"source_id" doc:"the record in source_contacts"`
	Email       string  `col:"email" doc:"address on that day"`
	CompanyName string  `col:"company_name" doc:"employer on that day"`
	JobTitle    string  `col:"job_title" doc:"title on that day"`
	Payload     string  `col:"payload,json" doc:"the match as the vendor served it"`
	RunID       string  `col:"run_id" doc:"the run that last changed the row"`
}

// Event is a visit or other event of a pixel, from its own list or from a segment.
type Event struct {
	Source string `col:"source" doc:"vendor"`
	// EventID is the hash of uuid|type|time, or of pixel|hem|time|url.
	EventID    string    `col:"event_id" doc:"hex SHA-256 of the person's key, type and time; of a visit, of pixel, hem, time and URL"`
	AudienceID string    `col:"audience_id" doc:"the pixel, or the segment over one"`
	SourceID   string    `col:"source_id" doc:"the visitor's record in source_contacts"`
	EventType  string    `col:"event_type" doc:"page_view, ...; NULL where the vendor names none, as in visits"`
	OccurredAt time.Time `col:"occurred_at" doc:"when it happened, by the vendor"`
	Payload    string    `col:"payload,json" doc:"the event as the vendor served it"`
	RunID      string    `col:"run_id" doc:"the run that brought it"`
}

// MatchColumns are the stored columns of a match; its key is pipeline,
// data_date, topic_id, hem.
var MatchColumns = ColumnsOf[Match]()

// EventColumns are the stored columns of an event; its key is event_id.
var EventColumns = ColumnsOf[Event]()
