package stage

import (
	"encoding/json"
	"slices"

	"contactsync/transform"
)

// Dropper removes the fields that must never be stored from payloads.
type Dropper []string

// Apply returns the object without the top-level fields whose name matches a
// pattern. With patterns, what is no object is an error, since nobody can tell what
// of it must not be stored; without any, everything is returned as it is.
func (d Dropper) Apply(raw json.RawMessage) (json.RawMessage, error) {
	if len(d) == 0 {
		return raw, nil
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil {
		return nil, err
	}
	before := len(fields)
	for name := range fields {
		if d.drops(name) {
			delete(fields, name)
		}
	}
	if len(fields) == before {
		return raw, nil
	}
	return json.Marshal(fields)
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
	} else if rest, err := d.Apply(v.Raw); err == nil {
		v.document, v.problem = rules.Parse(v.ID, string(rest))
	}
}
