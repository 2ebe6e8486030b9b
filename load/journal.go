package load

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"contactsync/internal/durable"
	"contactsync/schema"
)

// Journal is the file beside a warehouse of all that must stay out of it. The warehouse
// knows it, too; but an older copy, put back in its place, does not know what came after
// it was made, and would bring back who was forgotten since. The journal only grows, a
// line at a time: hash, kind, time and reason, separated by tabs, and nothing of whom.
type Journal struct{ path string }

// JournalOf is the journal of the warehouse at path.
func JournalOf(warehouse string) Journal { return Journal{warehouse + ".suppressions"} }

// Path is the file.
func (j Journal) Path() string { return j.path }

// Read reads the journal, by hash. Lines that are none of its own are counted; a last
// one that a power cut tore is not: what it belonged to was not done then.
func (j Journal) Read() (all map[string]schema.Suppression, strange int, err error) {
	all = map[string]schema.Suppression{}
	f, err := durable.OpenOwn(j.path, os.O_RDONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return all, 0, nil
	}
	if err != nil {
		return nil, 0, fmt.Errorf("the journal of suppressions: %w", err)
	}
	defer f.Close()
	r := bufio.NewReader(f)
	for {
		line, err := r.ReadString('\n')
		if errors.Is(err, io.EOF) {
			return all, strange, nil
		}
		if err != nil {
			return nil, 0, fmt.Errorf("the journal of suppressions: %w", err)
		}
		if s, ok := parseSuppression(strings.TrimSuffix(line, "\n")); ok {
			all[s.ValueSHA256] = s
		} else {
			strange++
		}
	}
}

// Append adds what is not in it yet, durably: when it returns, a power cut takes
// nothing of it back.
func (j Journal) Append(list []schema.Suppression) error {
	known, _, err := j.Read()
	if err != nil {
		return err
	}
	var lines bytes.Buffer
	for _, s := range list {
		if _, there := known[s.ValueSHA256]; !there {
			known[s.ValueSHA256] = s
			writeSuppression(&lines, s)
		}
	}
	if lines.Len() == 0 {
		return nil
	}
	if err := j.append(lines.Bytes()); err != nil {
		return fmt.Errorf("the journal of suppressions: %w", err)
	}
	return nil
}

func (j Journal) append(lines []byte) error {
	f, err := durable.OpenOwn(j.path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	end, whole, err := endOfLines(f)
	if !whole {
		lines = append([]byte{'\n'}, lines...)
	}
	if err == nil {
		_, err = f.WriteAt(lines, end)
	}
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return durable.SyncDir(filepath.Dir(j.path))
}

// endOfLines is where the last whole line ends; a torn one behind it is overwritten. What
// is longer than any line of ours, as the zeros of a power cut, stays, and is not whole.
func endOfLines(f *os.File) (end int64, whole bool, err error) {
	info, err := f.Stat()
	if err != nil {
		return 0, false, err
	}
	const longest = 1024
	from := max(0, info.Size()-longest)
	tail := make([]byte, info.Size()-from)
	if _, err := f.ReadAt(tail, from); err != nil && !errors.Is(err, io.EOF) {
		return 0, false, err
	}
	end = from + int64(bytes.LastIndexByte(tail, '\n')+1)
	if end == from && from > 0 {
		return info.Size(), false, nil
	}
	return end, true, f.Truncate(end)
}

func writeSuppression(b *bytes.Buffer, s schema.Suppression) {
	fmt.Fprintf(b, "%s\t%s\t%s\t%s\n", s.ValueSHA256, s.Kind, s.SuppressedAt.UTC().Format(time.RFC3339Nano), s.Reason)
}

func parseSuppression(line string) (s schema.Suppression, ok bool) {
	fields := strings.Split(line, "\t")
	if len(fields) != 4 || len(fields[0]) != 64 {
		return s, false
	}
	if _, err := hex.DecodeString(fields[0]); err != nil {
		return s, false
	}
	at, err := time.Parse(time.RFC3339Nano, fields[2])
	return schema.Suppression{ValueSHA256: fields[0], Kind: fields[1], SuppressedAt: at, Reason: fields[3]}, err == nil && fields[1] != ""
}

// Missing lists what of a journal is not among these hashes, in the order of the hashes.
func Missing(journal map[string]schema.Suppression, hashes map[string]bool) (missing []schema.Suppression) {
	for _, hash := range slices.Sorted(maps.Keys(journal)) {
		if !hashes[hash] {
			missing = append(missing, journal[hash])
		}
	}
	return missing
}
