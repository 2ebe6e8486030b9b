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

// Warning is an identifier that links nobody though its kind would.
type Warning struct {
	Kind     string    `col:"kind" doc:"kind of identifier"`
	Value    string    `col:"value" doc:"the identifier in normal form"`
	Reason   string    `col:"reason" doc:"shared: under more surnames than identity.max_names; blocked: it would join people whom identity.overrides keeps apart"`
	Records  int64     `col:"records" doc:"records that carry it, where it is shared"`
	Surnames int64     `col:"surnames" doc:"different surnames of these records"`
	WarnedAt time.Time `col:"warned_at" doc:"when a run last found so"`
	RunID    string    `col:"run_id" doc:"the run that did"`
}

// Warnings is the promised table of identifiers that link nobody.
var Warnings = Table[Warning]{"etl.identity_warnings", "an identifier that links nobody, though its kind would", ColumnsOf[Warning]()}
