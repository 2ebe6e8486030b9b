package pipeline

import (
	"bytes"
	"encoding/json"
	"path"
	"slices"
)

// dropper removes the fields that must never be stored from payloads.
type dropper []string

// apply returns the object without the top-level fields whose name matches a
// pattern, whatever its case; what is no object is returned as it is.
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
		if slices.ContainsFunc(d, func(pattern string) bool { return matches(pattern, name) }) {
			delete(fields, name)
		}
	}
	if len(fields) == before {
		return raw, nil
	}
	return json.Marshal(fields)
}

func matches(pattern, name string) bool {
	ok, err := path.Match(string(bytes.ToUpper([]byte(pattern))), string(bytes.ToUpper([]byte(name))))
	return err == nil && ok
}
