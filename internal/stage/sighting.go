package stage

import (
	"strings"

	"contactsync/transform"
)

// sightings counts the fields of some records, by their documented name.
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
	seen := s.fields[name]
	if seen == nil {
		seen = &sighting{types: map[string]int{}}
		s.fields[strings.Clone(name)] = seen // a name that is cut out of a payload would keep all of it
	}
	return seen
}

// add counts the fields of one record at its place in the run.
func (s *sightings) add(d *transform.Document, place int) {
	s.records++
	for name, kind := range d.Fields() {
		seen := s.field(name)
		seen.records++
		seen.saw(kind, place)
	}
	for name := range d.Damaged() {
		s.field(name).saw(fieldDamaged, place)
	}
}

// saw notes a type, "" for none.
func (s *sighting) saw(t string, place int) {
	if first, ok := s.types[t]; t != "" && (!ok || place < first) {
		s.types[t] = place
	}
}

// merge adds other sightings.
func (s *sightings) merge(other *sightings) {
	s.records += other.records
	for name, seen := range other.fields {
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
