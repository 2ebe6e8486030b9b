package schema

import "time"

// Version is the newest payload of a record within one audience. Segments
// differ in their fields, so a record is all its versions folded.
type Version struct {
	Source   string `col:"source" doc:"vendor"`
	SourceID string `col:"source_id" doc:"the vendor's key of the record"`
	Pipeline string `col:"pipeline" doc:"the pipeline that brought it"`
	// Audience is an audience, a search or a segment; the pipeline where there is none.
	Audience    string    `col:"audience" doc:"the audience that served it, or the pipeline"`
	AsOf        time.Time `col:"as_of" doc:"the vendor's own date of it"`
	PayloadHash string    `col:"payload_hash" doc:"hex SHA-256 of the payload as last served"`
	// Payload is what all payloads served there come to; "" in a record's only
	// version, whose payload the record has.
	Payload string `col:"payload" doc:"all it ever served; NULL where the record has it"`
}

// VersionColumns are the stored columns of a version.
var VersionColumns = ColumnsOf[Version]()

// Normal is a record's payload in the common schema.
type Normal struct {
	Profile
	Emails      []string
	Phones      []string
	Notes       []string
	Identifiers []Identifier
}
