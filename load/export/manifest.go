package export

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"contactsync/load/export/hive"
)

// layout is the version of what this package writes; a change of it makes
// incremental exports start anew.
const layout = 1

// manifest describes one complete export. It is manifest.json beside a directory or a
// prefix of a bucket.
type manifest struct {
	Layout     int        `json:"layout"`
	Export     string     `json:"export"`
	Mode       string     `json:"mode"`
	Format     string     `json:"format"`
	Definition string     `json:"definition"` // hash of all that shapes the rows
	ExportedAt time.Time  `json:"exported_at"`
	Sequence   int        `json:"sequence,omitempty"`  // incremental: number of the newest file
	Newest     *time.Time `json:"newest,omitempty"`    // incremental: newest updated_at that was exported
	Known      *file      `json:"known,omitempty"`     // what a later export must know, see increment.go and list.go
	Change     int64      `json:"change,omitempty"`    // a list: the change of the warehouse that it holds
	ErasedAt   *time.Time `json:"erased_at,omitempty"` // a list: when the last erasure took somebody out; nil: long ago
	Files      []file     `json:"files"`

	Shortened []hive.Shortened `json:"shortened,omitempty"` // what stands in the names of folders in the place of longer values
}

// file is one data file of an export. Path is relative to the directory, or to the
// manifest where it begins with the folder of a run.
type file struct {
	Path     string    `json:"path"`
	Rows     int64     `json:"rows"`
	Bytes    int64     `json:"bytes"`
	SHA256   string    `json:"sha256"`
	Modified time.Time `json:"modified,omitzero"` // in a directory: while it is the file's, so is the hash
}

// intactAt is the name of a local copy of the file, "" unless it is what was written.
func (f file) intactAt(name string) (string, error) {
	size, sum, err := digest(name)
	if errors.Is(err, fs.ErrNotExist) || err == nil && (size != f.Bytes || sum != f.SHA256) {
		return "", nil
	}
	return name, err
}

// run matches the folder beside a prefix that one run wrote its files to.
var run = regexp.MustCompile(`^run-\d{8}T\d{6}Z-[0-9a-f]{8}/`)

// copySuffix ends the names of data files beside a prefix, so that no pattern for data
// files meets them, wherever it begins.
const copySuffix = ".copy"

// name is the file's path within its export, whichever run wrote it.
func (f file) name() string {
	return strings.TrimSuffix(strings.TrimPrefix(f.Path, run.FindString(f.Path)), copySuffix)
}

// all are its files and what a later export must know.
func (m manifest) all() []file {
	if m.Known == nil {
		return m.Files
	}
	return append(slices.Clone(m.Files), *m.Known)
}

// paths are those of all its files.
func (m manifest) paths() []string {
	var list []string
	for _, f := range m.all() {
		list = append(list, f.Path)
	}
	return list
}

// folders are those of the files, each once.
func (m manifest) folders() (list []string) {
	for _, f := range m.Files {
		list = append(list, path.Dir(f.name()))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// clashes reports whether a folder of m and one of the partitions, or two of either, are one
// where letters have no case.
func (m manifest) clashes(partitions []hive.Partition) bool {
	all := m.folders()
	for _, p := range partitions {
		all = append(all, p.Folder)
	}
	return hive.Clash(all)
}

// holds returns m's own copy of f, if it has one with the same content.
func (m manifest) holds(f file) (file, bool) {
	i := slices.IndexFunc(m.Files, func(g file) bool {
		return g.name() == f.name() && g.SHA256 == f.SHA256 && g.Bytes == f.Bytes
	})
	if i < 0 {
		return file{}, false
	}
	return m.Files[i], true
}

// same reports whether both describe the same files made in the same way.
func (m manifest) same(old manifest) bool {
	return m.Definition == old.Definition && len(m.Files) == len(old.Files) && (m.ErasedAt == nil) == (old.ErasedAt == nil) &&
		!slices.ContainsFunc(m.Files, func(f file) bool { _, held := old.holds(f); return !held })
}

// continues reports whether an incremental export may add to old.
func (m manifest) continues(old manifest) bool {
	return m.Definition == old.Definition && old.Newest != nil
}

// intact is m without the files that are lost or damaged. An export
// that lost files cannot be added to, so it loses its definition too.
func (m manifest) intact(is func(file) bool) manifest {
	whole := slices.DeleteFunc(slices.Clone(m.Files), func(f file) bool { return !is(f) })
	if len(whole) < len(m.Files) {
		m.Files, m.Definition = whole, ""
	}
	return m
}

// stamp notes when the files, which lie in dir, were written.
func (m *manifest) stamp(dir string) error {
	m.Files = slices.Clone(m.Files)
	for i, f := range m.Files {
		info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(f.Path)))
		if err != nil {
			return err
		}
		m.Files[i].Modified = info.ModTime().UTC()
	}
	return nil
}

func (m manifest) encode() ([]byte, error) {
	b, err := json.MarshalIndent(m, "", "  ")
	return append(b, '\n'), err
}

// decodeManifest refuses what this package did not write, since files are removed
// by what a manifest says.
func decodeManifest(b []byte) (manifest, error) {
	var m manifest
	if err := json.Unmarshal(b, &m); err != nil {
		return manifest{}, fmt.Errorf("not the list of an export's files: %w", err)
	}
	if m.Layout < 1 || m.Layout > layout {
		return manifest{}, fmt.Errorf("written in layout %d by another version of sync", m.Layout)
	}
	return m, nil
}

// definition is a hash of all that shapes an export's rows and files.
func definition(s Spec, columns []column) string {
	h := sha256.New()
	fmt.Fprintf(h, "%d %q %q %q %q %q %q", layout, s.Table, s.Query, s.PartitionBy, s.SortBy, s.Mode, s.Format)
	for _, c := range columns {
		fmt.Fprintf(h, " %q %q", c.name, c.kind)
	}
	if s.inert() {
		fmt.Fprint(h, " inert")
	}
	return hex.EncodeToString(h.Sum(nil))
}
