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
	Source      string    `col:"source" doc:"vendor"`
	AudienceID  string    `col:"audience_id" doc:"the vendor's id; for a Toofr search a hash of its definition"`
	Kind        string    `col:"kind" doc:"search, segment, audience or pixel"`
	Name        string    `col:"name" doc:"name at the vendor"`
	Attributes  string    `col:"attributes,json" doc:"what else the vendor says of it"`
	FirstSeenAt time.Time `col:"first_seen_at" doc:"when a run first saw it"`
	LastSeenAt  time.Time `col:"last_seen_at" doc:"when a listing of audiences, or a complete sweep of its members, last saw it"`
	SweptAt     time.Time `col:"swept_at" doc:"when its members were last listed to the end; NULL: never"`
}

// Member is a period in which a record was a member of an audience.
type Member struct {
	Source     string    `col:"source" doc:"vendor"`
	AudienceID string    `col:"audience_id" doc:"the audience in audiences"`
	SourceID   string    `col:"source_id" doc:"the record in source_contacts"`
	ValidFrom  time.Time `col:"valid_from" doc:"when a run first listed the member"`
	ValidTo    time.Time `col:"valid_to" doc:"when a complete sweep no longer listed it; NULL: still a member"`
}

// Audiences is the promised table of audiences.
var Audiences = Table[Audience]{"audiences", "a search, segment, audience or pixel that a vendor offers", ColumnsOf[Audience]()}

// MemberColumns are the stored columns of a membership.
var MemberColumns = ColumnsOf[Member]()
