//go:build unix

package load

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// tryLock takes the whole-file lock if it is free: alone, or beside other readers.
func tryLock(f *os.File, alone bool) (bool, error) {
	how := unix.LOCK_SH
	if alone {
		how = unix.LOCK_EX
	}
	err := unix.Flock(int(f.Fd()), how|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		return false, nil
	}
	return err == nil, err
}
