package export

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"contactsync/internal/crash"
	"contactsync/internal/durable"
)

// directory is a place in a file system.
type directory struct {
	path   string // where the export is, symbolic links followed
	parent string
	base   string
	mode   os.FileMode // of the export as it is; 0 if there is none

	settled bool // the manifest says what current found
}

// openDirectory repairs what a crash left: in between two renames of a
// file system that cannot exchange, the old export goes back to its place, and
// what was not finished is removed.
func openDirectory(path string) (*directory, error) {
	path, err := resolve(path)
	if err != nil {
		return nil, err
	}
	d := &directory{path: path, parent: filepath.Dir(path), base: filepath.Base(path)}
	if d.parent == d.path {
		return nil, errors.New("path is the root of the file system; name a directory in it")
	}
	if err := os.MkdirAll(d.parent, 0o777); err != nil {
		return nil, err
	}
	if err := d.recover(); err != nil {
		return nil, err
	}
	return d, clearLeftovers(d.parent, d.base)
}

// resolve follows symbolic links, so that the link stays and its target is exchanged.
func resolve(path string) (string, error) {
	target, err := filepath.EvalSymlinks(path)
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Lstat(path); err == nil {
			return "", fmt.Errorf("%s is a symbolic link to nothing", path)
		}
		return filepath.Clean(path), nil
	}
	return target, err
}

func (d *directory) recover() error {
	if _, err := os.Lstat(d.path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	replaced, err := leftovers(d.parent, d.base, kindOld)
	if err != nil || len(replaced) == 0 {
		return err
	}
	return os.Rename(replaced[0], d.path)
}

func (d *directory) close() error { return nil }

func (d *directory) stage() (*stage, error) {
	mode := os.FileMode(0o777)
	if d.mode != 0 {
		mode = d.mode.Perm() | 0o700
	}
	st, err := newStage(d.parent, d.base, mode)
	if errors.Is(err, fs.ErrPermission) {
		return nil, fmt.Errorf("%w; an export is prepared beside its directory, so the directory above it must be writable", err)
	}
	return st, err
}

// current says what lies there, and refuses a directory that holds anything which no
// export wrote, because the old directory goes when a new one comes.
func (d *directory) current(context.Context) (manifest, error) {
	info, err := os.Stat(d.path)
	if errors.Is(err, fs.ErrNotExist) {
		return manifest{}, nil
	}
	if err != nil {
		return manifest{}, err
	}
	if !info.IsDir() {
		return manifest{}, fmt.Errorf("path %s is not a directory; move it away or choose another path", d.path)
	}
	d.mode = info.Mode()
	found, err := d.standing()
	if err != nil {
		return manifest{}, err
	}
	if found.foreign != "" {
		return manifest{}, fmt.Errorf("%s holds %q, which no export wrote; move it away or give the export a directory of its own", d.path, found.foreign)
	}
	d.settled = found.settled
	return found.manifest, nil
}

func (d *directory) local(_ context.Context, _ *stage, f file) (string, error) {
	return f.intactAt(d.at(f))
}

// settle writes down what lies there where a crash, or somebody who copied it, left another
// note, and moves what an older version of sync kept among the data.
func (d *directory) settle(ctx context.Context, m manifest) (err error) {
	if d.settled {
		return nil
	}
	st, err := d.stage()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.remove()) }()
	return d.publish(ctx, st, m, m)
}

// publish announces the new export beside the directory, exchanges the two, and makes the
// announcement the manifest. Wherever it is killed, both manifests are there as long as it
// is not certain which of them the directory holds, and its content tells.
func (d *directory) publish(ctx context.Context, st *stage, old, next manifest) error {
	for _, f := range next.Files {
		if _, held := old.holds(f); held {
			if err := d.keep(ctx, f, st); err != nil {
				return err
			}
		}
	}
	if err := d.setAside(ctx, st, &next); err != nil {
		return err
	}
	if err := next.stamp(st.path); err != nil {
		return err
	}
	// A directory that somebody closed to others, or opened to them, stays so.
	if d.mode != 0 {
		if err := os.Chmod(st.path, d.mode); err != nil {
			return err
		}
	}
	if err := durable.SyncTree(st.path); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	crash.At(crash.ExportStaged)
	if err := d.announce(next); err != nil {
		return err
	}
	crash.At(crash.ExportAnnounced)
	if err := d.replace(st); err != nil {
		return err
	}
	crash.At(crash.ExportExchanged)
	if err := durable.SyncDir(d.parent); err != nil {
		return err
	}
	if err := d.record(next); err != nil {
		return err
	}
	if d.mode != 0 {
		select {
		case <-time.After(grace):
		case <-ctx.Done():
		}
	}
	return nil
}

// grace is how long the old export stays where it was moved to. A reader that has
// opened the directory and not yet listed it would else find it empty.
const grace = 100 * time.Millisecond

// keep takes an unchanged file from the old export into the new one, the very
// same file where the file system has hard links.
func (d *directory) keep(ctx context.Context, f file, st *stage) error {
	from := filepath.Join(d.path, filepath.FromSlash(f.Path))
	to := filepath.Join(st.path, filepath.FromSlash(f.Path))
	if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
		return err
	}
	linked := to + ".linked"
	if err := os.Link(from, linked); err == nil {
		return os.Rename(linked, to)
	}
	if _, err := os.Lstat(to); err == nil {
		return nil // written anew, with the same content
	}
	return CopyFile(ctx, from, to, 0o666)
}

// replace puts the stage in the export's place, and the old export, if there is
// one, in the stage's.
func (d *directory) replace(st *stage) error {
	_, err := os.Lstat(d.path)
	if errors.Is(err, fs.ErrNotExist) {
		return os.Rename(st.path, d.path)
	}
	if err != nil {
		return err
	}
	err = exchange(st.path, d.path)
	if errors.Is(err, errors.ErrUnsupported) {
		return d.renameTwice(st)
	}
	if err != nil {
		return fmt.Errorf("the new export cannot take the place of the old one (is path a mount point? then name a directory in it): %w", err)
	}
	return nil
}

// renameTwice is for file systems that cannot exchange. For an instant, and after
// a crash in it until the next export, there is nothing at path.
func (d *directory) renameTwice(st *stage) error {
	replaced := temporaryName(d.parent, d.base, kindOld)
	if err := os.Rename(d.path, replaced); err != nil {
		return err
	}
	if err := os.Rename(st.path, d.path); err != nil {
		return errors.Join(err, os.Rename(replaced, d.path))
	}
	st.path = replaced
	return nil
}
