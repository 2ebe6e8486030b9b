// Package lists compares the files of a match list with those of the one before: lines,
// which begin with a header and hold hashes. It knows no database and no platform.
package lists

import (
	"bufio"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"path/filepath"
)

// The files of a list: everybody, who came and who went; and, for its writer alone, the rows
// that erasures took out of it.
const (
	Whole   = "whole.csv"
	Added   = "added.csv"
	Removed = "removed.csv"
	Erased  = "_sync_export_erased"
)

// Comparison is what is compared, and how.
type Comparison struct {
	Dir    string            // holds the new whole list, and gets the other files
	Header string            // of all but the erased rows
	Before map[string]string // the files of the list before, by name; what is lost is not there
	Again  bool              // the list is one of the same change as that before, and adds to what that told
	Erase  bool              // whoever is gone may have been erased
	Tell   bool              // those who were erased are to be told as removed
}

// Write writes who came and who went, each in the order of the files that they stand in, and
// with Tell who was erased.
func (c Comparison) Write() error {
	sets := map[string]set{}
	for _, name := range []string{Whole, Added, Erased} {
		sets[name] = set{}
		if err := Each(c.Before[name], name != Erased, sets[name].add); err != nil {
			return err
		}
	}
	now := set{}
	added, err := Create(filepath.Join(c.Dir, Added), c.Header)
	if err != nil {
		return err
	}
	err = Each(filepath.Join(c.Dir, Whole), true, func(line string) {
		if now.add(line); !sets[Whole].has(line) || c.Again && sets[Added].has(line) {
			added.Line(line)
		}
	})
	if err := errors.Join(err, added.Close()); err != nil {
		return err
	}
	return c.gone(now, sets[Erased])
}

// gone writes who went: of the list before, of what was told with it where it is written
// again, and whom erasures took out, as long as these are to be told.
func (c Comparison) gone(now, erased set) error {
	removed, err := Create(filepath.Join(c.Dir, Removed), c.Header)
	if err != nil {
		return err
	}
	remembered, err := Create(filepath.Join(c.Dir, Erased), "")
	if err != nil {
		return errors.Join(err, removed.Close())
	}
	written := set{}
	note := func(line string) {
		known := erased.has(line)
		if now.has(line) || written.has(line) || known && !c.Tell {
			return
		}
		written.add(line)
		removed.Line(line)
		if c.Erase || known {
			remembered.Line(line)
		}
	}
	err = Each(c.Before[Whole], true, note)
	if c.Again {
		err = errors.Join(err, Each(c.Before[Removed], true, note))
	}
	err = errors.Join(err, Each(c.Before[Erased], false, note), removed.Close(), remembered.Close())
	if !c.Tell {
		err = errors.Join(err, os.Remove(filepath.Join(c.Dir, Erased)))
	}
	return err
}

// set is lines by their hashes: a list is wide, and its lines are many.
type set map[[16]byte]struct{}

func keyOf(line string) [16]byte {
	sum := sha256.Sum256([]byte(line))
	return [16]byte(sum[:16])
}

func (s set) add(line string) { s[keyOf(line)] = struct{}{} }

func (s set) has(line string) bool {
	_, found := s[keyOf(line)]
	return found
}

// Each calls do with the lines of a file below its header; "" has none.
func Each(name string, headed bool, do func(line string)) error {
	if name == "" {
		return nil
	}
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); ; {
		if !lines.Scan() {
			return lines.Err()
		}
		if !headed {
			do(lines.Text())
		}
		headed = false
	}
}

// Writer writes a file of lines; Close tells what went wrong.
type Writer struct {
	to  *bufio.Writer
	out io.Closer
}

// Create makes a file that begins with a header, if it has one.
func Create(path, header string) (*Writer, error) {
	out, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	w := &Writer{bufio.NewWriter(out), out}
	if header != "" {
		w.Line(header)
	}
	return w, nil
}

func (w *Writer) Line(s string) {
	_, _ = w.to.WriteString(s) // Flush tells
	_ = w.to.WriteByte('\n')
}

func (w *Writer) Close() error { return errors.Join(w.to.Flush(), w.out.Close()) }
