package schema

import "time"

// Version is the newest payload of a record within one audience. Segments
// differ in their fields, so a record is all its versions folded.
type Version struct {
	Source      string
	SourceID    string
	Pipeline    string // the pipeline that brought it
	Audience    string // the audience, search or segment that served it; the pipeline where there is none
	AsOf        time.Time
	PayloadHash string // hex SHA-256 of the payload as last served
	Payload     string // what all payloads served there come to; "" = it is the record's only version, whose payload the record has
}

// VersionColumns are the stored columns of a version.
var VersionColumns = []Column[Version]{
	Col("source", "vendor", func(v *Version) any { return &v.Source }),
	Col("source_id", "the vendor's key of the record", func(v *Version) any { return &v.SourceID }),
	Col("pipeline", "the pipeline that brought it", func(v *Version) any { return &v.Pipeline }),
	Col("audience", "the audience that served it, or the pipeline", func(v *Version) any { return &v.Audience }),
	Col("as_of", "the vendor's own date of it", func(v *Version) any { return &v.AsOf }),
	Col("payload_hash", "hex SHA-256 of the payload as last served", func(v *Version) any { return &v.PayloadHash }),
	Col("payload", "all it ever served; NULL where the record has it", func(v *Version) any { return &v.Payload }),
}

// Normal is a record's payload in the common schema.
type Normal struct {
	Profile
	Emails      []string
	Phones      []string
	Notes       []string
	Identifiers []Identifier
}
