package schema

import "time"

// Why something was erased.
const (
	ErasedForgotten = "forget"    // somebody asked for it
	ErasedOptedOut  = "suppress"  // they stood on an opt-out list
	ErasedRetention = "retention" // no vendor has served them for as long as retention says
)

// Erasure is the note of one erasure, of however many people. It holds no personal data.
type Erasure struct {
	ErasureID string    `col:"erasure_id" doc:"id of the erasure; sorts by time"`
	ErasedAt  time.Time `col:"erased_at" doc:"when"`
	Reason    string    `col:"reason" doc:"forget, suppress or retention"`
	Command   string    `col:"command" doc:"the command that did it, such as sync forget or sync run"`
	People    int64     `col:"people" doc:"people of whom nothing is left"`
	Records   int64     `col:"records" doc:"vendor records that went"`
	Rows      int64     `col:"rows" doc:"rows that went, of all tables"`
	Exports   int64     `col:"exports" doc:"exports that were written anew"`
	Unwritten int64     `col:"unwritten" doc:"exports that could not be written and were removed, or should have been"`
	Version   string    `col:"version" doc:"the version of sync that did it"`
}

// Erasures is the promised table of what was erased and why, of nobody by name.
var Erasures = Table[Erasure]{"etl.erasures", "an erasure, without a word about whom", ColumnsOf[Erasure]()}
