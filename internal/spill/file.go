package spill

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
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
	block  []byte   // the room for one
}

// write writes a new file of entries, which are sorted, laid over those of an older file;
// nil: there is none.
func write(dir string, over []entry, older *file) (next *file, err error) {
	f, err := os.CreateTemp(dir, "hashes-")
	if err != nil {
		return nil, err
	}
	next = &file{f: f, block: make([]byte, blockBytes)}
	_ = os.Remove(f.Name()) // open files need no name, and one without is gone with the process
	defer func() {
		if err != nil {
			_ = next.close()
		}
	}()
	w := bufio.NewWriterSize(f, bufferBytes)
	n := 0
	put := func(e entry) error {
		if n%blockEntries == 0 {
			next.firsts = append(next.firsts, e.key)
		}
		n++
		_, err := w.Write(e.append(next.block[:0]))
		return err
	}
	err = older.each(func(e entry) error {
		for len(over) > 0 && over[0].key < e.key {
			if err := put(over[0]); err != nil {
				return err
			}
			over = over[1:]
		}
		if len(over) > 0 && over[0].key == e.key {
			return nil
		}
		return put(e)
	})
	for i := 0; err == nil && i < len(over); i++ {
		err = put(over[i])
	}
	if err == nil {
		err = w.Flush()
	}
	return next, err
}

func (e entry) append(b []byte) []byte {
	b = binary.BigEndian.AppendUint64(b, e.key)
	b = binary.BigEndian.AppendUint64(b, e.A)
	return binary.BigEndian.AppendUint64(b, e.B)
}

func entryOf(b []byte) entry {
	return entry{binary.BigEndian.Uint64(b), Value{binary.BigEndian.Uint64(b[8:]), binary.BigEndian.Uint64(b[16:])}}
}

// each hands over all entries, in their order.
func (f *file) each(do func(entry) error) error {
	if f == nil {
		return nil
	}
	if _, err := f.f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	r := bufio.NewReaderSize(f.f, bufferBytes)
	var b [entryBytes]byte
	for {
		if _, err := io.ReadFull(r, b[:]); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if err := do(entryOf(b[:])); err != nil {
			return err
		}
	}
}

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
	next := f.blockOf(first) + 1
	return next < len(f.firsts) && groupOf(f.firsts[next]) == group, nil
}

// len is about how many entries there are.
func (f *file) len() int {
	if f == nil {
		return 0
	}
	return len(f.firsts) * blockEntries
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
	_ = os.Remove(f.f.Name()) // where an open file keeps its name
	return f.f.Close()
}
