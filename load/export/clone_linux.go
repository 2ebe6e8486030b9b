package export

import (
	"os"

	"golang.org/x/sys/unix"
)

// clone makes to share the blocks of from, which takes no time and no space
// (FICLONE: btrfs, XFS, bcachefs), and reports whether it could.
func clone(to, from *os.File) bool {
	return unix.IoctlFileClone(int(to.Fd()), int(from.Fd())) == nil
}
