package transform

import (
	"encoding/json"
	"fmt"
)

// Fold lays a newer payload of a source's record over an older one: a key that
// the newer one has wins, empty or not, and a key that it lacks keeps its value.
// So a segment with few fields never erases what one with many brought, and
// folding the same payload again changes nothing (contract, part 3). Where a
// vendor sends one key in either case, both spellings are the same key.
//
// Both are JSON objects. Where the newer one has every key, it is returned as
// it is; else the result has its keys sorted.
func Fold(source string, older, newer json.RawMessage) (json.RawMessage, error) {
	v, err := vendorOf(source)
	if err != nil {
		return nil, err
	}
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
	served := make(map[string]bool, len(is))
	for key := range is {
		served[v.field(key)] = true
	}
	kept := false
	for key, value := range was {
		if !served[v.field(key)] {
			is[key], kept = value, true
		}
	}
	if !kept {
		return newer, nil
	}
	return json.Marshal(is)
}

// field is the documented spelling of a member's name.
func (v vendor) field(name string) string {
	if v.fold == nil {
		return name
	}
	return v.fold(name)
}

// Field is the documented spelling of a top-level member's name: what two
// spellings of one field have in common.
func Field(source, name string) string {
	v, err := vendorOf(source)
	if err != nil {
		return name
	}
	return v.field(name)
}
