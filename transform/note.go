package transform

import (
	"slices"

	"contactsync/schema"
)

// note records what was dropped or repaired, by field and by a cause of
// [schema.Causes], never by value.
func (p *person) note(field string, cause schema.Cause) {
	if line := (schema.Note{Field: field, Cause: cause}).String(); !slices.Contains(p.notes, line) {
		p.notes = append(p.notes, line)
	}
}

// unusable is why a value makes no identifier of a kind.
func unusable(kind schema.Kind) schema.Cause {
	switch kind {
	case schema.LinkedIn:
		return schema.CauseNoLinkedInProfile
	case schema.TwitterHandle:
		return schema.CauseNoTwitterHandle
	case schema.Facebook:
		return schema.CauseNoFacebookProfile
	}
	return schema.CauseUnusableID
}
