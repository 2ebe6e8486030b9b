package schema

import "time"

// Move says that a record passed from one person to another.
type Move struct {
	From     string    `col:"contact_id" doc:"the person it was part of"`
	To       string    `col:"into_contact_id" doc:"the person it is part of since"`
	Change   string    `col:"change" doc:"merge: nothing is left of the person it was part of; split: somebody is"`
	Source   string    `col:"source" doc:"vendor of the record"`
	SourceID string    `col:"source_id" doc:"the vendor's key of the record"`
	At       time.Time `col:"merged_at" doc:"when a run moved it"`
	RunID    string    `col:"run_id" doc:"the run that moved it"`
}

// Moves is the promised table of records that are another person's now.
var Moves = Table[Move]{"etl.merges", "a record that passed from one person to another", ColumnsOf[Move]()}

// Warning is an identifier that does not link all who carry it, though its kind would.
type Warning struct {
	Kind     string    `col:"kind" doc:"kind of identifier"`
	Value    string    `col:"value" doc:"the identifier in normal form"`
	Reason   string    `col:"reason" doc:"shared: under more surnames than identity.max_names; blocked: it would join people whom identity.overrides keeps apart; doubtful: records that carry it speak for several people; large: it would make a person of more records than identity.max_records, or of more full names than four times identity.max_names"`
	Records  int64     `col:"records" doc:"records that carry it, where it is shared"`
	Surnames int64     `col:"surnames" doc:"different surnames of these records"`
	Bits     float64   `col:"bits" doc:"evidence for one person of the strongest link that is refused, below 0 for two, where it is doubtful"`
	WarnedAt time.Time `col:"warned_at" doc:"when a run last found so"`
	RunID    string    `col:"run_id" doc:"the run that did"`
}

// Why an identifier does not link all who carry it.
const (
	WarnShared   = "shared"   // it is carried under too many surnames
	WarnBlocked  = "blocked"  // an override keeps apart whom it would join
	WarnLarge    = "large"    // a person would be of too many records
	WarnDoubtful = "doubtful" // records that carry it speak for different people
)

// Warnings is the promised table of identifiers that do not link all who carry them.
var Warnings = Table[Warning]{"etl.identity_warnings", "an identifier that does not link all who carry it, though its kind would", ColumnsOf[Warning]()}

// Why a pair of records is a candidate.
const (
	PairGuard = "guard" // they share an identifier, but the rest speaks for two people
	PairMatch = "match" // they share none, but the rest speaks for one
)

// CandidatePair is two records of which evidence and identifiers do not say the same.
type CandidatePair struct {
	Source        string    `col:"source" doc:"vendor of the first record"`
	SourceID      string    `col:"source_id" doc:"its key at the vendor"`
	OtherSource   string    `col:"other_source" doc:"vendor of the other record"`
	OtherSourceID string    `col:"other_source_id" doc:"its key at the vendor"`
	Reason        string    `col:"reason" doc:"guard: they share an identifier, but the rest speaks for two people; match: they share none, but the rest speaks for one"`
	Kind          string    `col:"kind" doc:"kind of an identifier in common"`
	Value         string    `col:"value" doc:"that identifier in normal form"`
	Bits          float64   `col:"bits" doc:"evidence for one person, below 0 for two; of a match less the odds of chance"`
	Joined        bool      `col:"joined" doc:"whether they are one person all the same: the guard only warns, or identity.match is on"`
	FoundAt       time.Time `col:"found_at" doc:"when a run last found so"`
	RunID         string    `col:"run_id" doc:"the run that did"`
}

// CandidatePairs is the promised table of pairs that a human may decide.
var CandidatePairs = Table[CandidatePair]{
	"etl.candidate_pairs", "two records of different people that may be one person's, or of one person that may be two's",
	ColumnsOf[CandidatePair](),
}
