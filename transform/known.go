package transform

import (
	"embed"
	"maps"
	"slices"

	"contactsync/internal/lists"
)

//go:embed known
var known embed.FS

// KnownFields is the top-level members of a vendor's record that its documents
// name or that were seen in the field, sorted; any other is drift. AudienceLab's
// are in upper case, and a member counts as known in either.
func KnownFields(source string) []string { return fieldsIn(source + ".txt") }

// PayloadFields is the known members that no column takes: their values are in the
// payload alone.
func PayloadFields(source string) []string { return fieldsIn(source + "-payload.txt") }

func fieldsIn(name string) []string {
	text, _ := known.ReadFile("known/" + name) // a file that is missing fails the tests
	return slices.Sorted(maps.Keys(lists.Words(string(text))))
}
