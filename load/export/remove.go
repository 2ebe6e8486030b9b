package export

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Remove removes what exports wrote to the place of a spec, and nothing else that
// lies there.
func Remove(ctx context.Context, s Spec) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("export %s: %w", s.Name, s.withoutValues(err))
		}
	}()
	p, err := open(ctx, &s)
	if err != nil {
		return err
	}
	return errors.Join(p.remove(ctx), p.close())
}

func (d *directory) remove(context.Context) error {
	if info, err := os.Stat(d.path); err == nil && !info.IsDir() {
		return nil // whatever is there is not ours
	}
	notes, err := d.notes()
	if err != nil || len(notes) == 0 {
		return err
	}
	// The manifests go last: as long as they are there, it can be tried again.
	var remove []string
	for _, n := range notes {
		for _, f := range n.all() {
			if !filepath.IsLocal(f.Path) {
				return fmt.Errorf("%s names the file %q outside of the export", n.name, f.Path)
			}
			remove = append(remove, d.at(f))
		}
	}
	for _, n := range notes {
		remove = append(remove, n.name)
	}
	for _, name := range remove {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return errors.Join(d.sweep(manifest{}), removeEmpty(d.path+beside), removeEmpty(d.path))
}

// removeEmpty removes a directory and those in it as far as they hold no files.
func removeEmpty(root string) error {
	var directories []string
	err := filepath.WalkDir(root, func(name string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && name == root {
			return nil
		}
		if err == nil && e.IsDir() {
			directories = append(directories, name)
		}
		return err
	})
	for i := len(directories) - 1; i >= 0 && err == nil; i-- {
		entries, e := os.ReadDir(directories[i])
		if err = e; err == nil && len(entries) == 0 {
			err = os.Remove(directories[i])
		}
	}
	return err
}

func (b *bucket) remove(ctx context.Context) error {
	m, err := b.current(ctx)
	if err != nil { // a manifest that is not ours
		return err
	}
	former, err := b.former(ctx)
	if err != nil || m.Layout == 0 && !former {
		return err
	}
	if m.Layout > 0 {
		seen, err := b.data(ctx)
		if err != nil {
			return err
		}
		for key := range seen {
			if err := b.delete(ctx, key, ""); err != nil {
				return err
			}
		}
	}
	if err := b.removeAllBut(ctx); err != nil {
		return err
	}
	// The manifest goes last: as long as it is there, it can be tried again.
	return errors.Join(b.delete(ctx, b.own(latestKey), ""), b.delete(ctx, b.own(manifestKey), ""))
}
