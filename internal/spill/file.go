package spill

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"os"
	"sort"
)

// A file is a list of entries by key, each three numbers of 8 bytes, in blocks of which the
// first keys are kept in memory: 8 bytes for every 64 entries.
const (
	entryBytes   = 24
	blockEntries = 64
	blockBytes   = blockEntries * entryBytes
	bufferBytes  = 1 << 16
)

type file struct {
	f      *os.File
	firsts []uint64 // the first key of each block
	n      int      // entries
	block  []byte   // the room for one
}

// next gives the entries of a list in turn; false at its end.
type next func() (entry, bool, error)

func listed(list []entry) next {
	return func() (e entry, ok bool, err error) {
		if len(list) == 0 {
			return e, false, nil
		}
		e, list = list[0], list[1:]
		return e, true, nil
	}
}

func (f *file) entries() next {
	r := bufio.NewReaderSize(io.NewSectionReader(f.f, 0, math.MaxInt64), bufferBytes)
	var b [entryBytes]byte
	return func() (e entry, ok bool, err error) {
		if _, err := io.ReadFull(r, b[:]); errors.Is(err, io.EOF) {
			return e, false, nil
		} else if err != nil {
			return e, false, err
		}
		return entryOf(b[:]), true, nil
	}
}

// write writes a file of two sorted lists. Where both have a key the newer one counts.
func write(dir string, newer, older next) (f *file, err error) {
	of, err := os.CreateTemp(dir, "hashes-")
	if err != nil {
		return nil, err
	}
	_ = os.Remove(of.Name()) // open files need no name, and one without is gone with the process
	f = &file{f: of, block: make([]byte, blockBytes)}
	if err := f.write(newer, older); err != nil {
		return nil, errors.Join(err, f.close())
	}
	return f, nil
}

func (f *file) write(newer, older next) error {
	w := bufio.NewWriterSize(f.f, bufferBytes)
	a, more, err := newer()
	if err != nil {
		return err
	}
	b, moreOld, err := older()
	for err == nil && (more || moreOld) {
		switch {
		case !moreOld || more && a.key < b.key:
			if err = f.put(w, a); err == nil {
				a, more, err = newer()
			}
		case !more || b.key < a.key:
			if err = f.put(w, b); err == nil {
				b, moreOld, err = older()
			}
		default:
			b, moreOld, err = older()
		}
	}
	if err != nil {
		return err
	}
	return w.Flush()
}

func (f *file) put(w io.Writer, e entry) error {
	if f.n%blockEntries == 0 {
		f.firsts = append(f.firsts, e.key)
	}
	f.n++
	b := binary.BigEndian.AppendUint64(f.block[:0], e.key)
	b = binary.BigEndian.AppendUint64(b, e.A)
	_, err := w.Write(binary.BigEndian.AppendUint64(b, e.B))
	return err
}

func entryOf(b []byte) entry {
	return entry{binary.BigEndian.Uint64(b), Value{binary.BigEndian.Uint64(b[8:]), binary.BigEndian.Uint64(b[16:])}}
}

func (f *file) len() int { return f.n }

// get finds the value of a key.
func (f *file) get(key uint64) (v Value, found bool, err error) {
	block, from, err := f.find(key)
	if err != nil || from == len(block) {
		return v, false, err
	}
	e := entryOf(block[from:])
	return e.Value, e.key == key, nil
}

// hasGroup reports whether a key of a group is there.
func (f *file) hasGroup(group uint64) (bool, error) {
	first := group << memberBits
	block, from, err := f.find(first)
	if err != nil {
		return false, err
	}
	if from < len(block) {
		return groupOf(entryOf(block[from:]).key) == group, nil
	}
	after := f.blockOf(first) + 1
	return after < len(f.firsts) && groupOf(f.firsts[after]) == group, nil
}

// blockOf is the number of the block that a key would stand in; -1: before all.
func (f *file) blockOf(key uint64) int {
	return sort.Search(len(f.firsts), func(i int) bool { return f.firsts[i] > key }) - 1
}

// find reads the block that a key would stand in, and finds in it, in bytes, the first entry
// that does not come before the key; the end of the block if all do.
func (f *file) find(key uint64) (block []byte, from int, err error) {
	i := f.blockOf(key)
	if i < 0 {
		return nil, 0, nil
	}
	n, err := f.f.ReadAt(f.block, int64(i)*blockBytes)
	if err != nil && !errors.Is(err, io.EOF) { // the last block may be shorter
		return nil, 0, err
	}
	block = f.block[:n]
	at := sort.Search(n/entryBytes, func(j int) bool { return binary.BigEndian.Uint64(block[j*entryBytes:]) >= key })
	return block, at * entryBytes, nil
}

func (f *file) close() error {
	err := f.f.Close()
	_ = os.Remove(f.f.Name()) // where an open file keeps its name
	return err
}
