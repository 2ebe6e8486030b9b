//go:build unix

package export

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// tryLock locks an open file or directory until it is closed, and reports whether
// it was free. Where the file system knows no locks, everything is.
func tryLock(f *os.File) (bool, error) {
	err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	switch {
	case errors.Is(err, unix.EWOULDBLOCK):
		return false, nil
	case errors.Is(err, errors.ErrUnsupported), errors.Is(err, unix.ENOLCK):
		return true, nil
	}
	return err == nil, err
}

// syncDir makes the names in a directory durable.
func syncDir(name string) error {
	d, err := os.Open(name)
	if err != nil {
		return err
	}
	err = d.Sync()
	if errors.Is(err, unix.EINVAL) { // the file system has nothing to sync there
		err = nil
	}
	return errors.Join(err, d.Close())
}
