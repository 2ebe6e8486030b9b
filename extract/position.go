package extract

import (
	"encoding/json"
	"fmt"

	"contactsync/schema"
)

// Position is where a partition stands: the vendor's own struct of plain fields,
// which a person can read in its checkpoint.
type Position interface {
	// Valid reports whether it is one that a run can have written.
	Valid() bool
}

// Encode is the checkpoint of a position.
func Encode(at Position) schema.Checkpoint {
	text, _ := json.Marshal(at) // plain fields always marshal
	return schema.Checkpoint(text)
}

// Decode reads a checkpoint. One that cannot be read is what unreadable says it
// is: an error where reading again costs, else nil: it counts as none.
func Decode[P Position](c schema.Checkpoint, unreadable error) (P, error) {
	var at, none P
	if json.Unmarshal([]byte(c), &at) != nil || !at.Valid() {
		return none, unreadable
	}
	return at, nil
}

// Unreadable is the error for the checkpoint of a partition that cannot be read.
// Price says what it costs to read the partition again, as in " and buys it again".
func Unreadable(source, what, price string) error {
	return fmt.Errorf("%s: the position of %s cannot be read; `sync run --full` starts anew%s", source, what, price)
}
