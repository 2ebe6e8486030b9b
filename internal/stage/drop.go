package stage

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"contactsync/transform"
)

// Dropper removes the fields that must never be stored from payloads.
type Dropper []string

// Apply returns the object without the fields whose name matches a pattern, its own
// and those of the person within it. With patterns, what is no object is an error,
// since nobody can tell what of it must not be stored; without any, everything is
// returned as it is.
func (d Dropper) Apply(raw json.RawMessage, rules *transform.Rules) (json.RawMessage, error) {
	if len(d) == 0 {
		return raw, nil
	}
	kept, _, err := d.within(raw, rules, nil)
	return kept, err
}

// within is an object without the fields to drop, and whether it had any; path is where
// it stands in its record.
func (d Dropper) within(raw json.RawMessage, rules *transform.Rules, path []string) (kept json.RawMessage, changed bool, err error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil {
		return nil, false, err
	}
	for name, value := range fields {
		inner := append(slices.Clone(path), name)
		switch {
		case d.drops(name):
			delete(fields, name)
			changed = true
		case rules.LeadsToPerson(inner...):
			object := objectOf(value)
			if object == nil {
				continue
			}
			rest, had, err := d.within(object, rules, inner)
			if err != nil {
				return nil, false, err
			}
			if had {
				fields[name], changed = rest, true
			}
		}
	}
	if !changed {
		return raw, false, nil
	}
	kept, err = json.Marshal(fields)
	return kept, true, err
}

// objectOf is the JSON object that a value is, or that was sent as a text in its place;
// nil for any other.
func objectOf(value json.RawMessage) json.RawMessage {
	var text string
	if json.Unmarshal(value, &text) == nil {
		value = json.RawMessage(strings.TrimSpace(text))
	}
	if bytes.HasPrefix(value, []byte("{")) {
		return value
	}
	return nil
}

// drops reports whether a field must never be stored.
func (d Dropper) drops(name string) bool {
	return slices.ContainsFunc(d, func(pattern string) bool { return matches(pattern, name) })
}

// from drops the fields of a record as served. What only encoding/json can read may
// be well once they are gone.
func (d Dropper) from(v *served, rules *transform.Rules) {
	if document, err := v.parse(rules); err == nil {
		v.document = document.Without(d.drops)
	} else if rest, err := d.Apply(v.Raw, rules); err == nil {
		v.document, v.problem = rules.Parse(v.ID, string(rest))
	}
}
