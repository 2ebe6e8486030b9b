package pipeline

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
)

// sightings counts the fields of some records, by name as sent.
type sightings struct {
	records int64
	fields  map[string]*sighting
}

// sighting is what was seen of one field.
type sighting struct {
	records int64
	types   map[string]int // and the place of the first record that has it
}

// field is the sighting of a field, made if need be.
func (s *sightings) field(name string) *sighting {
	if s.fields == nil {
		s.fields = map[string]*sighting{}
	}
	if s.fields[name] == nil {
		s.fields[name] = &sighting{types: map[string]int{}}
	}
	return s.fields[name]
}

// add counts the fields of one record, which is an object, at its place in the run.
func (s *sightings) add(raw []byte, place int) {
	d := jsontext.NewDecoder(bytes.NewBuffer(raw), jsontext.AllowDuplicateNames(true))
	if _, err := d.ReadToken(); err != nil {
		return
	}
	s.records++
	for d.PeekKind() == '"' {
		name, err := d.ReadToken()
		if err != nil {
			return
		}
		seen := s.field(name.String())
		value, err := d.ReadValue()
		if err != nil {
			return
		}
		seen.records++
		seen.saw(jsonType(value), place)
	}
}

// saw notes a type, "" for none.
func (s *sighting) saw(t string, place int) {
	if first, ok := s.types[t]; t != "" && (!ok || place < first) {
		s.types[t] = place
	}
}

// jsonType is the type of a value that says something.
func jsonType(v jsontext.Value) string {
	switch v.Kind() {
	case '"':
		if len(v) > 2 {
			return "string"
		}
	case '0':
		return "number"
	case 't', 'f':
		return "boolean"
	case '{':
		return "object"
	case '[':
		return "array"
	}
	return ""
}

// merge adds other sightings, their names brought into the documented form.
func (s *sightings) merge(other *sightings, documented func(string) string) {
	s.records += other.records
	for sent, seen := range other.fields {
		name := documented(sent)
		if !isName(name) {
			continue
		}
		sum := s.field(name)
		sum.records += seen.records
		for t, place := range seen.types {
			sum.saw(t, place)
		}
	}
}

// nameLimit is the length of the longest name that is taken for one.
const nameLimit = 64

// isName tells names from data that stands where names should: nothing personal
// may end up in a report.
func isName(s string) bool {
	for _, c := range s {
		if c != '_' && c != '-' && c != '.' && c != ' ' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return s != "" && len(s) <= nameLimit
}
