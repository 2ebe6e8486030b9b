// Package spill has a map of numbers that takes a bounded part of memory, however many
// they are: what is beyond the bound is in files, in the order of keys, and looked up there.
//
// It is for what can be worked out again, such as hashes: nothing of it outlives the
// process, whatever ends it.
package spill

import (
	"errors"
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

// Held is how many keys a map holds in memory: some 4 MB.
const Held = 1 << 16

// Map maps keys to values. It is not safe for concurrent use.
type Map struct {
	dir    string
	held   int
	recent map[uint64]Value    // what was set since a file was written
	groups map[uint64]struct{} // of these
	files  []*file             // the newest last: it counts most. Each has less than half of the entries of the one before
}

// New makes an empty map that holds so many keys in memory, and may write files in a folder.
// Nobody else sees them.
func New(dir string, held int) *Map {
	m := &Map{dir: dir, held: held}
	m.clear()
	return m
}

func (m *Map) clear() { m.recent, m.groups = map[uint64]Value{}, map[uint64]struct{}{} }

// Set sets the value of a key. After an error the map is of no use any more.
func (m *Map) Set(key uint64, v Value) error {
	m.recent[key] = v
	m.groups[groupOf(key)] = struct{}{}
	if len(m.recent) < m.held {
		return nil
	}
	if err := m.spill(); err != nil {
		return fmt.Errorf("a file for what does not fit into memory: %w", err)
	}
	return nil
}

// Get returns the value of a key.
func (m *Map) Get(key uint64) (v Value, found bool, err error) {
	if v, found = m.recent[key]; found {
		return v, true, nil
	}
	for _, f := range slices.Backward(m.files) {
		if v, found, err = f.get(key); found || err != nil {
			return v, found, err
		}
	}
	return v, false, nil
}

// HasGroup reports whether any key of a key's group is there.
func (m *Map) HasGroup(key uint64) (found bool, err error) {
	if _, found = m.groups[groupOf(key)]; found {
		return true, nil
	}
	for _, f := range m.files {
		if found, err = f.hasGroup(groupOf(key)); found || err != nil {
			return found, err
		}
	}
	return false, nil
}

// Close gives back what the map takes.
func (m *Map) Close() error {
	var errs []error
	for _, f := range m.files {
		errs = append(errs, f.close())
	}
	m.files = nil
	return errors.Join(errs...)
}

// spill writes what is in memory into a file, and lays that over the files before it that
// are no larger than twice its size: each entry is written again as often as the whole has
// doubled.
func (m *Map) spill() error {
	recent := make([]entry, 0, len(m.recent))
	for _, key := range slices.Sorted(maps.Keys(m.recent)) {
		recent = append(recent, entry{key, m.recent[key]})
	}
	m.clear()
	newest, err := write(m.dir, listed(recent), listed(nil))
	if err != nil {
		return err
	}
	for len(m.files) > 0 {
		older := m.files[len(m.files)-1]
		if older.len() > 2*newest.len() {
			break
		}
		merged, err := write(m.dir, newest.entries(), older.entries())
		if err = errors.Join(err, newest.close()); err != nil {
			return err
		}
		m.files = m.files[:len(m.files)-1]
		if err := older.close(); err != nil {
			return err
		}
		newest = merged
	}
	m.files = append(m.files, newest)
	return nil
}
