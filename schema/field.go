package schema

import "time"

// Field is a top-level member of a stream's records as it has been seen so far:
// what drift is told from.
type Field struct {
	Source      string
	Stream      string
	Field       string
	Types       []string // JSON types seen, sorted
	Settled     bool     // a run was read to its end with it: another type is a change
	UsualIn     []string // segments, or pipelines, of which nearly every record has it, sorted
	FirstSeenAt time.Time
}

// Fields is the table of fields seen; its key is source, stream, field.
var Fields = Table[Field]{
	Name: "etl.fields",
	Doc:  "a top-level member of a stream's records",
	Columns: []Column[Field]{
		Col("source", "vendor", func(f *Field) any { return &f.Source }),
		Col("stream", "stream as in pipelines.yaml", func(f *Field) any { return &f.Stream }),
		Col("field", "name in the payload", func(f *Field) any { return &f.Field }),
		Col("types", "JSON types seen", func(f *Field) any { return &f.Types }),
		Col("settled", "whether another type counts as a change", func(f *Field) any { return &f.Settled }),
		Col("usual_in", "segments, or pipelines, of which nearly every record has it", func(f *Field) any { return &f.UsualIn }),
		Col("first_seen_at", "when it was first met", func(f *Field) any { return &f.FirstSeenAt }),
	},
}
