package disk

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// newest is the storage version that DuckDB 1.5 writes at most, and reads.
const newest = 68

// NotOursError says that what lies in the place of a database is none that this program
// can read, and why.
type NotOursError struct{ Why, Next string }

func (e *NotOursError) Error() string { return e.Why + ": " + e.Next }

// What to do next.
const (
	elsewhere = "move it away, or name another file"
	restored  = "if it was a warehouse once, restore it (docs/durability.md), else " + elsewhere
	another   = "update sync, or copy it with that DuckDB into a file of STORAGE_VERSION 'v1.0.0'"
)

// Examine reads the first bytes of a file. It fails with a [*NotOursError] on what is no
// database of a DuckDB that this program can read.
func Examine(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	switch {
	case info.IsDir():
		return &NotOursError{"it is a folder", elsewhere}
	case !info.Mode().IsRegular():
		return &NotOursError{"it is no file", elsewhere}
	case info.Size() == 0:
		return &NotOursError{"the file is empty", restored}
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	// https://duckdb.org/docs/stable/internals/storage: a checksum, the magic bytes, the storage version.
	start := make([]byte, 20)
	if _, err := io.ReadFull(f, start); err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	switch {
	case bytes.HasPrefix(start, []byte("SQLite format 3")):
		return &NotOursError{"it is a database of SQLite, not of DuckDB", elsewhere}
	case !bytes.Equal(start[8:12], []byte("DUCK")):
		return &NotOursError{"it is no database of DuckDB, or its first bytes are damaged", restored}
	}
	if version := binary.LittleEndian.Uint64(start[12:]); version > newest {
		const text = "a newer DuckDB wrote it, such as 2.0 (storage version %d; this program reads up to %d)"
		return &NotOursError{fmt.Sprintf(text, version, newest), another}
	}
	return nil
}
