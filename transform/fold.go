package transform

import (
	"encoding/json"
	"fmt"
)

// Fold lays a newer payload of a record over an older one: a key that the newer
// one has wins, empty or not, and a key that it lacks keeps its value. So a
// segment with few fields never erases what one with many brought, and folding
// the same payload again changes nothing (contract, part 3).
//
// Both are JSON objects. Where the newer one has every key, it is returned as
// it is; else the result has its keys sorted.
func Fold(older, newer json.RawMessage) (json.RawMessage, error) {
	if len(older) == 0 {
		return newer, nil
	}
	var was, is map[string]json.RawMessage
	if err := json.Unmarshal(older, &was); err != nil {
		return nil, fmt.Errorf("fold: the older payload: %w", err)
	}
	if err := json.Unmarshal(newer, &is); err != nil {
		return nil, fmt.Errorf("fold: the newer payload: %w", err)
	}
	kept := false
	for key, value := range was {
		if _, ok := is[key]; !ok {
			is[key], kept = value, true
		}
	}
	if !kept {
		return newer, nil
	}
	return json.Marshal(is)
}
