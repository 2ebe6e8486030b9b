package schema

import "time"

// The kinds of audience.
const (
	KindSearch   = "search"
	KindSegment  = "segment"
	KindAudience = "audience"
	KindPixel    = "pixel"
)

// Audience is a search, segment, audience or pixel that a vendor offers.
type Audience struct {
	Source      string
	AudienceID  string
	Kind        string
	Name        string
	Attributes  string // JSON object: whatever else the vendor says about it
	FirstSeenAt time.Time
	LastSeenAt  time.Time
	SweptAt     time.Time // zero: its members are not read
}

// Member is a period in which a record was a member of an audience.
type Member struct {
	Source     string
	AudienceID string
	SourceID   string
	ValidFrom  time.Time
	ValidTo    time.Time // zero: still a member
}

// Audiences is the promised table of audiences.
var Audiences = Table[Audience]{
	Name: "audiences",
	Doc:  "a search, segment, audience or pixel that a vendor offers",
	Columns: []Column[Audience]{
		Col("source", "vendor", func(a *Audience) any { return &a.Source }),
		Col("audience_id", "the vendor's id; for a Toofr search a hash of its definition", func(a *Audience) any { return &a.AudienceID }),
		Col("kind", "search, segment, audience or pixel", func(a *Audience) any { return &a.Kind }),
		Col("name", "name at the vendor", func(a *Audience) any { return &a.Name }),
		{Name: "attributes", Doc: "what else the vendor says of it", Field: func(a *Audience) any { return &a.Attributes }, JSON: true},
		Col("first_seen_at", "when a run first saw it", func(a *Audience) any { return &a.FirstSeenAt }),
		Col("last_seen_at", "when a listing of audiences, or a complete sweep of its members, last saw it", func(a *Audience) any { return &a.LastSeenAt }),
		Col("swept_at", "when its members were last listed to the end; NULL: never", func(a *Audience) any { return &a.SweptAt }),
	},
}

// MemberColumns are the stored columns of a membership.
var MemberColumns = []Column[Member]{
	Col("source", "vendor", func(m *Member) any { return &m.Source }),
	Col("audience_id", "the audience in audiences", func(m *Member) any { return &m.AudienceID }),
	Col("source_id", "the record in source_contacts", func(m *Member) any { return &m.SourceID }),
	Col("valid_from", "when a run first listed the member", func(m *Member) any { return &m.ValidFrom }),
	Col("valid_to", "when a complete sweep no longer listed it; NULL: still a member", func(m *Member) any { return &m.ValidTo }),
}
