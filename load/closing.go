package load

// Listing is what a merge knows of a sweep when it decides whose memberships end
// with it. Nobody tells who left an audience: who is missing has left, or the listing
// lacks somebody whom the audience still has. [Listing.Judge] is the one place where
// that is decided, for all vendors; docs/adr/0015 says why as it does.
type Listing struct {
	Ended    bool  // the vendor's signals ended it; false: it is under way, or broke off
	Certain  bool  // and nothing that the source saw while it read speaks against its being whole
	Declared int64 // rows that the vendor says the audience has; 0: it says nothing
	Served   int64 // rows that it served, repeated ones each time; 0: they cannot be compared with those declared
	Rows     int64 // different rows among them
	Named    bool  // it names a member
	Rejected bool  // it has records that could not be used
	Missing  int64 // members so far whom it does not name
	Before   Doubt // why the listing that ended before it closed nobody; NoDoubt: it was whole
}

// Doubt is why a listing may lack somebody whom the audience still has.
type Doubt string

// The doubts.
const (
	NoDoubt    Doubt = ""
	Empty      Doubt = "empty"      // nobody is left of an audience that had members
	Short      Doubt = "short"      // of the declared rows a few were not served
	Unsure     Doubt = "unsure"     // it kept changing while it was listed, its signals contradict each other, or rows came twice and no total says that none is missing
	Incomplete Doubt = "incomplete" // of the declared rows too many were not served
	Repeated   Doubt = "repeated"   // rows came again in place of others
	Unusable   Doubt = "unusable"   // every record was rejected, and none has a key
)

// Confirmable reports whether a second listing in a row with such a doubt closes the
// memberships of those whom both lack. What a vendor leaves out by whole pages it
// leaves out the next night, too.
func (d Doubt) Confirmable() bool { return d == Empty || d == Short || d == Unsure }

// Closing is whose memberships end with a listing.
type Closing int

// Who.
const (
	CloseNobody       Closing = iota
	CloseMissing              // whom the listing lacks
	CloseMissingTwice         // whom it lacks, and the one that ended before it, too
)

// Judge decides whose memberships end with a listing, and says what speaks against
// its being whole. One that is under way, or broke off, is no reason to doubt another.
func (l Listing) Judge() (Closing, Doubt) {
	if !l.Ended {
		return CloseNobody, NoDoubt
	}
	doubt := l.doubt()
	switch {
	case doubt == NoDoubt:
		return CloseMissing, doubt
	case !doubt.Confirmable() || !l.Before.Confirmable() || (doubt == Empty) != (l.Before == Empty):
		return CloseNobody, doubt // an empty listing says nothing of single members, so it confirms no other
	}
	return CloseMissingTwice, doubt
}

func (l Listing) doubt() Doubt {
	unseen := l.Declared - l.Rows
	switch {
	case !l.Named && l.Rejected:
		return Unusable
	case unseen > 0 && l.Served > l.Declared:
		return Repeated
	case unseen > 0 && (l.Rows == 0 || unseen > few(l.Declared)):
		return Incomplete
	case unseen > 0:
		return Short
	case !l.Named && l.Missing > 0:
		return Empty
	case !l.Certain, l.Declared == 0 && l.Served > l.Rows:
		return Unsure
	}
	return NoDoubt
}

// few is how many of the declared rows may be missing of a total that is only not
// exact: one in twenty, and one of fewer.
func few(declared int64) int64 { return max(1, declared/20) }
