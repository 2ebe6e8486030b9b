package pipeline

import (
	"encoding/json"
	"slices"

	"contactsync/internal/config"
)

// dropper removes the fields that must never be stored from payloads.
type dropper []string

// apply returns the object without the top-level fields whose name matches a
// pattern. With patterns, what is no object is an error, since nobody can tell what
// of it must not be stored; without any, everything is returned as it is.
func (d dropper) apply(raw json.RawMessage) (json.RawMessage, error) {
	if len(d) == 0 {
		return raw, nil
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil {
		return nil, err
	}
	before := len(fields)
	for name := range fields {
		if slices.ContainsFunc(d, func(pattern string) bool { return config.MatchField(pattern, name) }) {
			delete(fields, name)
		}
	}
	if len(fields) == before {
		return raw, nil
	}
	return json.Marshal(fields)
}
