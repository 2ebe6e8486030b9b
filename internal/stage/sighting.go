package stage

import (
	"cmp"
	"slices"
	"strings"

	"contactsync/transform"
)

// sightings counts the fields of some records, by their documented name.
type sightings struct {
	records int64
	fields  map[string]*sighting
	order   []*sighting // as they were first met
	next    int         // in order, of the one that is expected: records of one list have their fields in one order
}

// sighting is what was seen of one field.
type sighting struct {
	name    string
	records int64
	types   []firstOf // each once
	index   int       // in the order of fields
}

// firstOf is the place of the first record that has a type.
type firstOf struct {
	kind  string
	place int
}

// field is the sighting of a field, made if need be.
func (s *sightings) field(name string) *sighting {
	if s.next < len(s.order) && s.order[s.next].name == name {
		s.next++
		return s.order[s.next-1]
	}
	seen := s.fields[name]
	if seen == nil {
		seen = s.add(strings.Clone(name)) // a name that is cut out of a payload would keep all of it
	}
	s.next = seen.index + 1
	return seen
}

func (s *sightings) add(name string) *sighting {
	if s.fields == nil {
		s.fields = map[string]*sighting{}
	}
	seen := &sighting{name: name, index: len(s.order)}
	s.fields[name] = seen
	s.order = append(s.order, seen)
	return seen
}

// record counts the fields of one record at its place in the run.
func (s *sightings) record(d *transform.Document, place int) {
	s.records++
	s.next = 0
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
func (s *sighting) saw(kind string, place int) {
	if kind == "" {
		return
	}
	for i := range s.types {
		if first := &s.types[i]; first.kind == kind {
			first.place = min(first.place, place)
			return
		}
	}
	s.types = append(s.types, firstOf{kind, place})
}

// kinds is the types in the order in which they were met.
func (s *sighting) kinds() []string {
	met := slices.Clone(s.types)
	slices.SortFunc(met, func(a, b firstOf) int { return cmp.Or(cmp.Compare(a.place, b.place), cmp.Compare(a.kind, b.kind)) })
	kinds := make([]string, len(met))
	for i, first := range met {
		kinds[i] = first.kind
	}
	return kinds
}

// merge adds other sightings.
func (s *sightings) merge(other *sightings) {
	s.records += other.records
	s.next = 0
	for _, seen := range other.order {
		if !isName(seen.name) {
			continue
		}
		sum := s.field(seen.name)
		sum.records += seen.records
		for _, first := range seen.types {
			sum.saw(first.kind, first.place)
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
