package export

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"contactsync/internal/crash"
	"contactsync/internal/durable"
)

// Beside a directory, in <name>.sync, lie its manifest and what a later export must know.
// The manifest cannot change in the same instant as the directory, so the next one is
// announced before the exchange and takes the manifest's place after it. In between a
// crash leaves both, and the files tell which of them the directory holds.

const (
	announcedKey = "next.json" // the manifest of an export that is about to take its place

	// formerMarker was the manifest of a directory when it still lay in it, with what a later
	// export had to know.
	formerMarker = "_sync_export.json"
)

// own is the path of a file of ours beside the directory.
func (d *directory) own(name string) string {
	return filepath.Join(d.path+beside, filepath.FromSlash(name))
}

// at is where a file of a manifest lies.
func (d *directory) at(f file) string {
	if run.MatchString(f.Path) {
		return d.own(f.Path)
	}
	return filepath.Join(d.path, filepath.FromSlash(f.Path))
}

// note is a manifest and the file that it was read from.
type note struct {
	manifest
	name string
}

// notes are the manifests that may be that of the directory: one of an older version in it,
// which came with its files, the announced one, and the last.
func (d *directory) notes() (all []note, err error) {
	for _, name := range []string{filepath.Join(d.path, formerMarker), d.own(announcedKey), d.own(manifestKey)} {
		b, err := os.ReadFile(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		m, err := decodeManifest(b)
		if err != nil {
			return nil, fmt.Errorf("%s: %w; move it and the directory away", name, err)
		}
		all = append(all, note{m, name})
	}
	return all, nil
}

// standing is what lies in a directory.
type standing struct {
	manifest manifest // of what there is; the zero one if no export is known
	settled  bool     // the manifest beside it says just that, and nothing else is noted
	foreign  string   // the name of something that no export wrote
}

// standing finds the manifest whose files the directory holds, all of them and no others of
// ours. If there is none, some are lost or damaged: that which names most of those that are
// whole keeps these, and no definition.
func (d *directory) standing() (standing, error) {
	notes, err := d.notes()
	if err != nil {
		return standing{}, err
	}
	there, err := d.files()
	if err != nil {
		return standing{}, err
	}
	data := map[string]bool{}
	for _, n := range notes {
		for _, f := range n.Files {
			data[f.Path] = data[f.Path] || there[f.Path] != nil
		}
	}
	maps.DeleteFunc(data, func(_ string, found bool) bool { return !found })
	found, most := standing{foreign: foreign(there, notes)}, -1
	for _, n := range notes {
		whole, stale, err := d.whole(n.manifest, there)
		if err != nil {
			return standing{}, err
		}
		if len(whole.Files) == len(n.Files) && len(data) == len(n.Files) {
			found.manifest = n.manifest
			found.settled = len(notes) == 1 && n.name == d.own(manifestKey) && !stale
			return found, nil
		}
		if whole.Definition = ""; len(whole.Files) > most {
			found.manifest, most = whole, len(whole.Files)
		}
	}
	return found, nil
}

// files are the files of the directory by their names in it.
func (d *directory) files() (map[string]fs.FileInfo, error) {
	there := map[string]fs.FileInfo{}
	err := filepath.WalkDir(d.path, func(name string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && name == d.path {
			return nil
		}
		if err != nil || e.IsDir() {
			return err
		}
		relative, err := filepath.Rel(d.path, name)
		if err != nil {
			return err
		}
		there[filepath.ToSlash(relative)], err = e.Info()
		return err
	})
	return there, err
}

// foreign is the name of something that no note names, "" if all is ours.
func foreign(there map[string]fs.FileInfo, notes []note) string {
	ours := map[string]bool{formerMarker: true}
	for _, n := range notes {
		for _, path := range n.paths() {
			ours[path] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(there)) {
		if !ours[name] || !there[name].Mode().IsRegular() {
			return name
		}
	}
	return ""
}

// whole is m with those of its files that are as they were written. It is stale if the time
// of one is not that which was noted, so that only its content tells.
func (d *directory) whole(m manifest, there map[string]fs.FileInfo) (whole manifest, stale bool, err error) {
	whole = m.intact(func(f file) bool {
		info := there[f.Path]
		if info == nil || info.Size() != f.Bytes || !info.Mode().IsRegular() {
			return false
		}
		if info.ModTime().Equal(f.Modified) {
			return true
		}
		stale = true
		name, e := f.intactAt(d.at(f))
		err = errors.Join(err, e)
		return name != ""
	})
	return whole, stale, err
}

// setAside moves what a later export must know out of the stage, which readers are to see,
// into a folder of ours; of an older version it is copied.
func (d *directory) setAside(ctx context.Context, st *stage, m *manifest) error {
	if err := os.MkdirAll(d.own(""), 0o777); err != nil {
		return err
	}
	if d.mode != 0 { // it names values and people as the directory does
		if err := os.Chmod(d.own(""), d.mode|0o700); err != nil {
			return err
		}
	}
	if m.Known == nil {
		return nil
	}
	kept := *m.Known
	kept.Path = newRun(*m) + path.Base(m.Known.name())
	if err := os.MkdirAll(filepath.Dir(d.own(kept.Path)), 0o777); err != nil {
		return err
	}
	err := os.Rename(filepath.Join(st.path, m.Known.Path), d.own(kept.Path))
	if errors.Is(err, fs.ErrNotExist) {
		err = CopyFile(ctx, d.at(*m.Known), d.own(kept.Path), 0o666)
	}
	m.Known = &kept
	if errors.Is(err, fs.ErrNotExist) { // it is lost, which the next export finds
		m.Known, err = nil, nil
	}
	return err
}

// announce notes what is about to take the directory's place.
func (d *directory) announce(m manifest) error {
	body, err := m.encode()
	if err != nil {
		return err
	}
	info, err := os.Stat(d.own(""))
	if err != nil {
		return err
	}
	if err := durable.SyncTree(d.own("")); err != nil {
		return err
	}
	return durable.WriteFile(d.own(announcedKey), body, info.Mode().Perm()&0o666)
}

// record makes the announced manifest that of the directory, and removes what only older
// ones name.
func (d *directory) record(m manifest) error {
	if err := os.Rename(d.own(announcedKey), d.own(manifestKey)); err != nil {
		return err
	}
	if err := durable.SyncDir(d.own("")); err != nil {
		return err
	}
	crash.At(crash.ExportRecorded)
	return d.sweep(m)
}

// sweep removes the folders of ours that a manifest does not name.
func (d *directory) sweep(m manifest) error {
	entries, err := os.ReadDir(d.own(""))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, e := range entries {
		folder := e.Name() + "/"
		if !run.MatchString(folder) || m.Known != nil && strings.HasPrefix(m.Known.Path, folder) {
			continue
		}
		if err := os.RemoveAll(d.own(e.Name())); err != nil {
			return err
		}
	}
	return nil
}
