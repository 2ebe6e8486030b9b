package schema

import "time"

// Field is a top-level member of a stream's records as it has been seen so far:
// what drift is told from.
type Field struct {
	Source string `col:"source" doc:"vendor"`
	Stream string `col:"stream" doc:"stream as in pipelines.yaml"`
	Field  string `col:"field" doc:"name in the payload"`
	// Types is sorted, and so is UsualIn.
	Types []string `col:"types" doc:"JSON types seen"`
	// Settled is set by a run that was read to its end with the field.
	Settled     bool      `col:"settled" doc:"whether another type counts as a change"`
	UsualIn     []string  `col:"usual_in" doc:"segments, or pipelines, of which nearly every record has it"`
	PayloadOnly bool      `col:"payload_only" doc:"whether drift has said that no column takes it: its values are in the payload alone"`
	FirstSeenAt time.Time `col:"first_seen_at" doc:"when it was first met"`
}

// Fields is the table of fields seen; its key is source, stream, field.
var Fields = Table[Field]{"etl.fields", "a top-level member of a stream's records", ColumnsOf[Field]()}
