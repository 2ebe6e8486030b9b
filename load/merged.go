package load

// Merged says what a merge did.
type Merged struct {
	New      int64
	Changed  int64
	Removed  int64 // facts that a replay no longer finds
	Contacts int64 // people who are new or whose row differs
	Moved    int64 // records that are another person's now
	Members  int64 // periods of membership that began or ended
	Shared   int   // identifiers that link no records because too many people carry them
	Blocked  int   // identifiers that do not link all their carriers because an override forbids it
	Large    int   // identifiers that link no further records because a person has too many already
	Refused  int   // identifiers of which some link is refused, or would be, because the evidence speaks for two people
	Splits   int   // people whom the guard would split, where it does as if to warn
	Guard    Guard // by which this merge did

	Unapplied []Unapplied // overrides that do nothing
	Doubts    []Doubtful  // listings that lack members and may not be whole
}

// Doubtful is a listing of which it is not certain that it names everybody.
type Doubtful struct {
	Source   string
	Audience string
	Kind     string // search, segment or audience; "": not known
	Name     string // at the vendor; ""
	Listing  Listing
	Doubt    Doubt
	Closed   int64 // memberships that it closed all the same
}

// Unapplied is an override that does nothing, and why.
type Unapplied struct {
	Override int // its place in People.Overrides
	Side     int // which selector: 0 is A, 1 is B
	Reason   UnappliedReason
}

// UnappliedReason is why an override does nothing.
type UnappliedReason string

// The reasons.
const (
	Nobody    UnappliedReason = "nobody"    // the selector matches no record yet
	TooMany   UnappliedReason = "too many"  // the selector matches several people
	Forbidden UnappliedReason = "forbidden" // other overrides keep the two apart
)
