package transform

import (
	_ "embed"
	"maps"
	"slices"

	"contactsync/schema"
)

var (
	//go:embed known/toofr.txt
	toofrKnown string
	//go:embed known/intent.txt
	intentKnown string
	//go:embed known/statsocial.txt
	statSocialKnown string
	//go:embed known/audiencelab.txt
	audienceLabKnown string
)

// KnownFields is the top-level members of a vendor's record that its documents
// name or that were seen in the field, sorted; any other is drift. AudienceLab's
// are in upper case, and a member counts as known in either.
func KnownFields(source string) []string {
	text := map[string]string{
		schema.Toofr:       toofrKnown,
		schema.Intent:      intentKnown,
		schema.StatSocial:  statSocialKnown,
		schema.AudienceLab: audienceLabKnown,
	}[source]
	return slices.Sorted(maps.Keys(words(text)))
}
