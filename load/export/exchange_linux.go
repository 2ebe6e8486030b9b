package export

import (
	"errors"

	"golang.org/x/sys/unix"
)

// exchange lets two directories change places in one step: renameat2(2). File
// systems that cannot (some network ones) give [errors.ErrUnsupported].
func exchange(a, b string) error {
	err := unix.Renameat2(unix.AT_FDCWD, a, unix.AT_FDCWD, b, unix.RENAME_EXCHANGE)
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOSYS) {
		return errors.ErrUnsupported
	}
	return err
}
