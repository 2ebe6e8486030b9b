// Package spill has a map of numbers that takes a bounded part of memory, however many
// they are: what is beyond the bound is in a file, in the order of keys, and looked up there.
//
// It is for what can be worked out again, such as hashes: nothing of it outlives the
// process, whatever ends it.
package spill

import (
	"fmt"
	"maps"
	"slices"
)

// memberBits are the lower bits of a key. The upper ones are its group.
const memberBits = 24

// Key makes the key of a member of a group of two hashes: 40 bits of the group's and 24 of
// the member's.
func Key(group, member uint64) uint64 {
	return group>>memberBits<<memberBits | member&(1<<memberBits-1)
}

func groupOf(key uint64) uint64 { return key >> memberBits }

// Value is what a key stands for.
type Value struct{ A, B uint64 }

type entry struct {
	key uint64
	Value
}

// Of a map in which so many keys are, one in sixteen is held in memory; but no fewer than
// least, a megabyte or two, and no more than most, four times that. Each time there are
// more, the file is written anew.
const (
	share = 16
	least = 1 << 15
	most  = 1 << 17
)

// Map maps keys to values. It is not safe for concurrent use.
type Map struct {
	dir    string
	least  int
	recent map[uint64]Value    // what was set since the file was written
	groups map[uint64]struct{} // of these
	file   *file               // nil: there is none yet
}

// New makes an empty map, which may write files in a folder. Nobody else sees them.
func New(dir string) *Map {
	return &Map{dir: dir, least: least, recent: map[uint64]Value{}, groups: map[uint64]struct{}{}}
}

// Set sets the value of a key.
func (m *Map) Set(key uint64, v Value) error {
	m.recent[key] = v
	m.groups[groupOf(key)] = struct{}{}
	if len(m.recent) < min(max(m.least, m.file.len()/share), most) {
		return nil
	}
	return m.spill()
}

// Get returns the value of a key.
func (m *Map) Get(key uint64) (v Value, found bool, err error) {
	if v, found = m.recent[key]; found || m.file == nil {
		return v, found, nil
	}
	v, found, err = m.file.get(key)
	return v, found, wrong(err)
}

// HasGroup reports whether any key of a key's group is there.
func (m *Map) HasGroup(key uint64) (bool, error) {
	if _, found := m.groups[groupOf(key)]; found || m.file == nil {
		return found, nil
	}
	found, err := m.file.hasGroup(groupOf(key))
	return found, wrong(err)
}

// Close gives back what the map takes.
func (m *Map) Close() error {
	if m.file == nil {
		return nil
	}
	return m.file.close()
}

// spill lays what is in memory over what is in the file, in a new one.
func (m *Map) spill() error {
	recent := make([]entry, 0, len(m.recent))
	for _, key := range slices.Sorted(maps.Keys(m.recent)) {
		recent = append(recent, entry{key, m.recent[key]})
	}
	next, err := write(m.dir, recent, m.file)
	if err != nil {
		return wrong(err)
	}
	if m.file != nil {
		_ = m.file.close() // it was only read, and is gone already
	}
	m.file = next
	clear(m.recent)
	clear(m.groups)
	return nil
}

func wrong(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("a file for what does not fit into memory: %w", err)
}
