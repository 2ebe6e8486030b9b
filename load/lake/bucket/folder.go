package bucket

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"contactsync/internal/durable"
)

// inFolder is a folder and all below it. (gocloud's own folders are not for this: they
// look whether a name is taken and rename over it after, and of 200 races 21 had two winners.)
type inFolder struct{ root string }

func openFolder(name, path string) (*Bucket, error) {
	root, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("folder %s: %w", path, err)
	}
	info, err := os.Stat(root)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("folder %s: %w", path, err)
	}
	if err == nil && !info.IsDir() {
		return nil, fmt.Errorf("folder %s: this is a file; move it away or choose another folder", path)
	}
	slashed := filepath.ToSlash(root)
	return &Bucket{store: &inFolder{root}, name: name, root: root, spark: "file:///" + strings.TrimPrefix(slashed, "/")}, nil
}

func (f *inFolder) close() error { return nil }

func (f *inFolder) path(key string) string { return filepath.Join(f.root, filepath.FromSlash(key)) }

func (f *inFolder) failed(what, key string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return of("folder "+f.root, what, key, ErrNotExist, err)
	case errors.Is(err, fs.ErrExist):
		return of("folder "+f.root, what, key, ErrExists, err)
	}
	return fmt.Errorf("folder %s: %s %s: %w", f.root, what, key, err)
}

func (f *inFolder) open(_ context.Context, key string) (io.ReadCloser, error) {
	in, err := os.Open(f.path(key))
	if err != nil {
		return nil, f.failed("read", key, err)
	}
	return in, nil
}

func (f *inFolder) put(ctx context.Context, key string, content io.Reader) error {
	return f.write(ctx, key, content, func(temporary, path string) error { return durable.Replace(temporary, path, fileMode) })
}

func (f *inFolder) putNew(ctx context.Context, key string, content []byte) error {
	return f.write(ctx, key, bytes.NewReader(content), linkNew)
}

// linkNew gives a finished file a name that none has yet.
func linkNew(temporary, path string) error {
	if err := syncFile(temporary); err != nil {
		return err
	}
	if err := os.Link(temporary, path); err != nil {
		if errors.Is(err, fs.ErrExist) || errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return fmt.Errorf("%w; the file system must know hard links: choose a folder on another, or a bucket", err)
	}
	return errors.Join(os.Remove(temporary), durable.SyncDir(filepath.Dir(path)))
}

func syncFile(name string) error {
	file, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}

const (
	temporaryName = ".unfinished-*"
	fileMode      = 0o600 // what is in there is about people
	folderMode    = 0o700
)

// write writes a temporary file beside the name and has it named by finish.
func (f *inFolder) write(ctx context.Context, key string, content io.Reader, finish func(temporary, path string) error) (err error) {
	if err := ctx.Err(); err != nil {
		return f.failed("write", key, err)
	}
	path := f.path(key)
	temporary, err := f.temporary(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("folder %s: write %s: %w", f.root, key, err)
	}
	_, err = io.Copy(temporary, &untilDone{ctx, content})
	if err = errors.Join(err, temporary.Close()); err == nil {
		err = finish(temporary.Name(), path)
	}
	if err == nil {
		return nil
	}
	if left := os.Remove(temporary.Name()); left != nil && !errors.Is(left, fs.ErrNotExist) {
		err = errors.Join(err, left)
	}
	if errors.Is(err, fs.ErrNotExist) { // of the temporary file: nobody asked for that one
		return fmt.Errorf("folder %s: write %s: it was removed while it was written", f.root, key)
	}
	return f.failed("write", key, err)
}

// untilDone reads until a context ends.
type untilDone struct {
	ctx context.Context
	in  io.Reader
}

func (u *untilDone) Read(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.in.Read(p)
}

// temporary makes a file and the folders that lead to it. An emptied folder may be removed
// in between.
func (f *inFolder) temporary(folder string) (*os.File, error) {
	for try := 1; ; try++ {
		file, err := os.CreateTemp(folder, temporaryName)
		if err == nil || !errors.Is(err, fs.ErrNotExist) || try == 10 {
			return file, err
		}
		if err := makeFolder(folder); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
}

// makeFolder is os.MkdirAll whose names survive a power cut.
func makeFolder(folder string) error {
	info, err := os.Stat(folder)
	if err == nil && info.IsDir() {
		return nil
	}
	if err == nil {
		return fmt.Errorf("%s is a file where a folder must be", folder)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := makeFolder(filepath.Dir(folder)); err != nil {
		return err
	}
	if err := os.Mkdir(folder, folderMode); err != nil && !errors.Is(err, fs.ErrExist) && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return durable.SyncDir(filepath.Dir(folder))
}

// list collects the names first: the order of a walk is not that of keys ("a-b" comes
// before "a/b").
func (f *inFolder) list(ctx context.Context, prefix, after string) iter.Seq2[Object, error] {
	return func(yield func(Object, error) bool) {
		var found []Object
		err := f.walk(ctx, prefix, func(path string, d fs.DirEntry) error {
			key, err := f.key(path)
			if err != nil || !strings.HasPrefix(key, prefix) || key <= after || checkKey(key) != nil {
				return err
			}
			info, err := d.Info()
			if err == nil && info.Mode().IsRegular() {
				found = append(found, Object{Key: key, Size: info.Size(), Modified: info.ModTime()})
			}
			return err
		})
		if err != nil {
			yield(Object{}, fmt.Errorf("folder %s: list %s: %w", f.root, prefix, err))
			return
		}
		slices.SortFunc(found, func(a, b Object) int { return cmp.Compare(a.Key, b.Key) })
		for _, o := range found {
			if !yield(o, nil) {
				return
			}
		}
	}
}

func (f *inFolder) key(path string) (string, error) {
	name, err := filepath.Rel(f.root, path)
	return filepath.ToSlash(name), err
}

// walk calls do with the files in the folder that a prefix leads to. What goes meanwhile
// is passed over.
func (f *inFolder) walk(ctx context.Context, prefix string, do func(string, fs.DirEntry) error) error {
	folder := f.path(prefix[:strings.LastIndex(prefix, "/")+1])
	return filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			err = do(path, d)
		}
		if errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
		return errors.Join(err, ctx.Err())
	})
}

func (f *inFolder) remove(ctx context.Context, keys []string) error {
	folders := map[string]bool{}
	for _, key := range keys {
		if err := ctx.Err(); err != nil {
			return f.failed("remove", key, err)
		}
		if err := os.Remove(f.path(key)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return f.failed("remove", key, err)
		}
		folders[filepath.Dir(f.path(key))] = true
	}
	for folder := range folders {
		if err := f.settle(folder); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("folder %s: %w", f.root, err)
		}
	}
	return nil
}

// settle makes removals durable and lets go of folders that have become empty, but for
// those at the top.
func (f *inFolder) settle(folder string) error {
	for filepath.Dir(folder) != f.root && folder != f.root && os.Remove(folder) == nil {
		folder = filepath.Dir(folder)
	}
	return durable.SyncDir(folder)
}

func (f *inFolder) removeUnfinished(ctx context.Context, before time.Time) error {
	folders := map[string]bool{}
	err := f.walk(ctx, "", func(path string, d fs.DirEntry) error {
		if ours, _ := filepath.Match(temporaryName, d.Name()); !ours {
			return nil
		}
		info, err := d.Info()
		if err != nil || !info.ModTime().Before(before) {
			return err
		}
		folders[filepath.Dir(path)] = true
		return os.Remove(path)
	})
	for folder := range folders {
		err = errors.Join(err, durable.SyncDir(folder))
	}
	if err != nil {
		return fmt.Errorf("folder %s: remove unfinished files: %w", f.root, err)
	}
	return nil
}
