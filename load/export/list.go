package export

import (
	"bufio"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"contactsync/load/export/match"
)

// A match list is three files: everybody, and who came and went since the list before.
// Nothing else is remembered of that list: the new one is compared with its rows, which are
// hashes. The list before is the one of an older change of the warehouse; one written again
// of the same change, by hand or after a crash, adds to what the last one told.
//
// Who was erased is told as removed, too, since the platform still has them: the rows that
// an erasure takes out of the list are kept beside it for [removedFor], and with them go
// the hashes.
const (
	wholeList   = "whole.csv"
	addedList   = "added.csv"
	removedList = "removed.csv"
	erasedRows  = "_sync_export_erased"
)

// removedFor is how long a list names whom an erasure took out of it: long enough for the
// upload after the next nightly run.
const removedFor = 48 * time.Hour

// list writes a match list into dir.
func list(ctx context.Context, conn *sql.Conn, s Spec, dir string, old manifest, local func(file) (string, error), at time.Time) (manifest, error) {
	platform, _ := match.Of(s.For) // the spec is complete
	next := manifest{
		Layout: layout, Export: s.Name, Mode: s.Mode, Format: s.Format, Definition: listDefinition(platform), ExportedAt: at.UTC(),
		Change: s.Change, ErasedAt: old.ErasedAt,
	}
	header := strings.Join(platform.Header, ",")
	if err := writePeople(ctx, conn, s, platform, filepath.Join(dir, wholeList), header); err != nil {
		return manifest{}, err
	}
	l := lists{dir: dir, header: header, before: map[string]string{}}
	if old.Definition == next.Definition {
		if err := l.load(old, local); err != nil {
			return manifest{}, err
		}
	}
	if err := l.compare(s.Full, old, &next); err != nil {
		return manifest{}, err
	}
	for _, name := range []string{wholeList, addedList, removedList} {
		f, err := l.file(name, 1)
		if err != nil {
			return manifest{}, err
		}
		next.Files = append(next.Files, f)
	}
	if next.ErasedAt == nil {
		return next, nil
	}
	f, err := l.file(erasedRows, 0)
	next.Known = &f
	return next, err
}

// listDefinition is that of a list: another query gives other people, who came or went, but
// no other kind of list.
func listDefinition(p match.Platform) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "list %d %q %q", layout, p.Name, p.Header))
	return hex.EncodeToString(sum[:])
}

// lists are the files of a list in the making.
type lists struct {
	dir    string
	header string
	before map[string]string // the files of the list before, by name; what is lost is not there
}

// load finds the list before.
func (l lists) load(old manifest, local func(file) (string, error)) error {
	files := old.Files
	if old.Known != nil {
		files = append(files[:len(files):len(files)], *old.Known)
	}
	for _, f := range files {
		path, err := local(f)
		if err != nil {
			return err
		}
		if path != "" {
			l.before[filepath.Base(f.name())] = path
		}
	}
	return nil
}

// compare writes who came and who went, each in the order of the files that they stand in.
func (l lists) compare(full bool, old manifest, next *manifest) error {
	again := full || old.Change == next.Change
	if full {
		next.ErasedAt = &next.ExportedAt
	}
	told := next.ErasedAt != nil && next.ExportedAt.Sub(*next.ErasedAt) >= removedFor
	if told {
		next.ErasedAt = nil
	}
	sets := map[string]set{}
	for _, name := range []string{wholeList, addedList, erasedRows} {
		sets[name] = set{}
		if err := l.each(l.before[name], name != erasedRows, sets[name].add); err != nil {
			return err
		}
	}
	now := set{}
	added, err := l.create(addedList, l.header)
	if err != nil {
		return err
	}
	err = l.each(filepath.Join(l.dir, wholeList), true, func(line string) {
		if now.add(line); !sets[wholeList].has(line) || again && sets[addedList].has(line) {
			added.line(line)
		}
	})
	if err := errors.Join(err, added.close()); err != nil {
		return err
	}
	return l.gone(now, sets[erasedRows], next.ErasedAt != nil, again, full)
}

// gone writes who went: of the list before, of what was told with it where it is written
// again, and whom erasures took out, as long as these are to be told. After an erasure
// whoever is gone may be erased.
func (l lists) gone(now, erased set, tell, again, full bool) error {
	removed, err := l.create(removedList, l.header)
	if err != nil {
		return err
	}
	remembered, err := l.create(erasedRows, "")
	if err != nil {
		return errors.Join(err, removed.close())
	}
	written := set{}
	note := func(line string) {
		known := erased.has(line)
		if now.has(line) || written.has(line) || known && !tell {
			return
		}
		written.add(line)
		removed.line(line)
		if full || known {
			remembered.line(line)
		}
	}
	err = l.each(l.before[wholeList], true, note)
	if again {
		err = errors.Join(err, l.each(l.before[removedList], true, note))
	}
	err = errors.Join(err, l.each(l.before[erasedRows], false, note), removed.close(), remembered.close())
	if !tell {
		err = errors.Join(err, os.Remove(filepath.Join(l.dir, erasedRows)))
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

// each calls do with the lines of a file below its header; "" has none.
func (lists) each(name string, headed bool, do func(line string)) error {
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

// create makes a file in the stage.
func (l lists) create(name, header string) (*lineWriter, error) {
	return createLines(filepath.Join(l.dir, name), header)
}

// file describes a file that was written.
func (l lists) file(name string, headers int64) (f file, err error) {
	path := filepath.Join(l.dir, name)
	f = file{Path: name, Rows: -headers}
	if err := l.each(path, false, func(string) { f.Rows++ }); err != nil {
		return f, err
	}
	f.Bytes, f.SHA256, err = digest(path)
	return f, err
}

// lineWriter writes a file of lines; close tells what went wrong.
type lineWriter struct {
	to  *bufio.Writer
	out io.Closer
}

func createLines(path, header string) (*lineWriter, error) {
	out, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	w := &lineWriter{bufio.NewWriter(out), out}
	if header != "" {
		w.line(header)
	}
	return w, nil
}

func (w *lineWriter) line(s string) {
	_, _ = w.to.WriteString(s) // Flush tells
	_ = w.to.WriteByte('\n')
}

func (w *lineWriter) close() error { return errors.Join(w.to.Flush(), w.out.Close()) }
