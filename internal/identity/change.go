package identity

import (
	"strconv"
	"time"

	"contactsync/schema"
)

// Changes lists the profile values in which two versions of a contact differ, in
// the order of [schema.ProfileColumns], values as text and "" for none. It names
// the contact of next; ChangedAt and RunID are the warehouse's to set.
func Changes(prev, next schema.Contact) []schema.Change {
	var changes []schema.Change
	for _, column := range schema.ProfileColumns {
		before, after := text(column, &prev.Profile), text(column, &next.Profile)
		if before != after {
			changes = append(changes, schema.Change{
				ContactID: next.ContactID, Field: column.Name, OldValue: before, NewValue: after,
			})
		}
	}
	return changes
}

// text is a profile value as text, as contact_changes and explain show it.
func text(column schema.Column[schema.Profile], p *schema.Profile) string {
	switch v := column.Field(p).(type) {
	case *string:
		return *v
	case **bool:
		if *v == nil {
			return ""
		}
		return strconv.FormatBool(**v)
	case *time.Time:
		if v.IsZero() {
			return ""
		}
		return v.UTC().Format(time.RFC3339Nano)
	}
	panic("identity: profile column " + column.Name + " is neither text, flag nor time")
}
