package transform

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
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
	if len(older) == 0 || bytes.Equal(older, newer) {
		return newer, nil
	}
	was, err := v.names(older)
	if err != nil {
		return nil, fmt.Errorf("fold: the older payload: %w", err)
	}
	is, err := v.names(newer)
	if err != nil {
		return nil, fmt.Errorf("fold: the newer payload: %w", err)
	}
	for field := range was {
		if !is[field] {
			return v.overlay(older, newer, is)
		}
	}
	return newer, nil
}

// overlay adds to the newer payload, which has these fields, what only the older has.
func (v vendor) overlay(older, newer json.RawMessage, has map[string]bool) (json.RawMessage, error) {
	var was, is map[string]json.RawMessage
	if err := json.Unmarshal(older, &was); err != nil {
		return nil, fmt.Errorf("fold: the older payload: %w", err)
	}
	if err := json.Unmarshal(newer, &is); err != nil {
		return nil, fmt.Errorf("fold: the newer payload: %w", err)
	}
	for key, value := range was {
		if !has[v.field(key)] {
			is[key] = value
		}
	}
	return json.Marshal(is)
}

// names is the set of an object's fields.
func (v vendor) names(raw json.RawMessage) (map[string]bool, error) {
	if jsontext.Value(raw).Kind() != '{' {
		return nil, errNotObject
	}
	d := jsontext.NewDecoder(bytes.NewBuffer(raw), decoding)
	if _, err := d.ReadToken(); err != nil {
		return nil, err
	}
	fields := make(map[string]bool, 64)
	for d.PeekKind() != '}' {
		name, err := d.ReadToken()
		if err != nil {
			return nil, err
		}
		fields[v.field(name.String())] = true
		if err := d.SkipValue(); err != nil {
			return nil, err
		}
	}
	return fields, nil
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
