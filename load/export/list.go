package export

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"contactsync/load/export/lists"
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
// removedFor is how long a list names whom an erasure took out of it: long enough for the
// upload after the next nightly run.
const removedFor = 48 * time.Hour

// list writes a match list into dir.
func list(
	ctx context.Context, conn *sql.Conn, s Spec, dir string, old manifest, local func(file) (string, error), at time.Time,
) (manifest, error) {
	platform, _ := match.Of(s.For) // the spec is complete
	next := manifest{
		Layout: layout, Export: s.Name, Mode: s.Mode, Format: s.Format, Definition: listDefinition(platform), ExportedAt: at.UTC(),
		Change: s.Change, ErasedAt: old.ErasedAt,
	}
	header := strings.Join(platform.Header, ",")
	if err := writePeople(ctx, conn, s, platform, filepath.Join(dir, lists.Whole), header); err != nil {
		return manifest{}, err
	}
	switch {
	case s.Full:
		next.ErasedAt = &next.ExportedAt
	case next.ErasedAt != nil && next.ExportedAt.Sub(*next.ErasedAt) >= removedFor:
		next.ErasedAt = nil
	}
	c := lists.Comparison{
		Dir: dir, Header: header, Again: s.Full || old.Change == next.Change, Erase: s.Full, Tell: next.ErasedAt != nil,
	}
	if old.Definition == next.Definition {
		var err error
		if c.Before, err = filesOf(old, local); err != nil {
			return manifest{}, err
		}
	}
	if err := c.Write(); err != nil {
		return manifest{}, err
	}
	for _, name := range []string{lists.Whole, lists.Added, lists.Removed} {
		f, err := listFile(dir, name, 1)
		if err != nil {
			return manifest{}, err
		}
		next.Files = append(next.Files, f)
	}
	if next.ErasedAt == nil {
		return next, nil
	}
	f, err := listFile(dir, lists.Erased, 0)
	next.Known = &f
	return next, err
}

// listDefinition is that of a list: another query gives other people, who came or went, but
// no other kind of list.
func listDefinition(p match.Platform) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "list %d %q %q", layout, p.Name, p.Header))
	return hex.EncodeToString(sum[:])
}

// filesOf are the files of a list on this machine, by name; what is lost is not there.
func filesOf(m manifest, local func(file) (string, error)) (map[string]string, error) {
	found := map[string]string{}
	for _, f := range m.all() {
		path, err := local(f)
		if err != nil {
			return nil, err
		}
		if path != "" {
			found[filepath.Base(f.name())] = path
		}
	}
	return found, nil
}

// listFile describes a file of a list in dir.
func listFile(dir, name string, headers int64) (f file, err error) {
	path := filepath.Join(dir, name)
	f = file{Path: name, Rows: -headers}
	if err := lists.Each(path, false, func(string) { f.Rows++ }); err != nil {
		return f, err
	}
	f.Bytes, f.SHA256, err = digest(path)
	return f, err
}
