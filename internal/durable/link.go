package durable

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// LinkError says that a symbolic link stands where a file of our own must.
type LinkError struct{ Path string }

func (e *LinkError) Error() string {
	return fmt.Sprintf("%s is a symbolic link, and this program follows none there: remove it", e.Path)
}

// OpenOwn opens a file that only this program makes, such as a lock or a note beside
// the warehouse. It fails with a [*LinkError] on a symbolic link: whoever may write in
// the folder could otherwise have any file of ours emptied or overwritten.
func OpenOwn(path string, flag int, mode os.FileMode) (*os.File, error) {
	if info, err := os.Lstat(path); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		return nil, &LinkError{path}
	}
	f, err := os.OpenFile(path, flag|notThrough, mode)
	if isLink(err) { // it came between the two
		return nil, &LinkError{path}
	}
	return f, err
}

// maxLinks is how many links lead to a file at most, as on Linux.
const maxLinks = 40

// Resolve returns the file that a path names in the end, which need not be there yet:
// where the last part is a symbolic link, what it leads to. Whoever replaces a file by
// a rename must rename over that; over the link, the old file would stay whole.
func Resolve(path string) (string, error) {
	for range maxLinks {
		info, err := os.Lstat(path)
		if errors.Is(err, fs.ErrNotExist) {
			return path, nil
		}
		if err != nil {
			return "", err
		}
		if info.Mode()&fs.ModeSymlink == 0 {
			return path, nil
		}
		target, err := os.Readlink(path)
		if err != nil {
			return "", err
		}
		if !filepath.IsAbs(target) {
			// Not by the text alone: a .. of the target counts from where the link really lies.
			folder, err := filepath.EvalSymlinks(filepath.Dir(path))
			if err != nil {
				return "", err
			}
			target = filepath.Join(folder, target)
		}
		path = target
	}
	return "", fmt.Errorf("%s: too many symbolic links", path)
}
