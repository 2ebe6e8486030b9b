package lake

import (
	"cmp"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"contactsync/internal/durable"
)

// scratchPrefix begins the names of scratch folders.
const scratchPrefix = "contactsync-lake-"

// makeScratch makes a folder for what a process has of a lake, within another ("": that of
// the system for temporary files), and locks it for as long as the process lives. What killed
// processes have left there, which holds rows of people, goes.
func makeScratch(within string) (dir string, release func(), err error) {
	within = cmp.Or(within, os.TempDir())
	left, err := filepath.Glob(filepath.Join(globQuote.Replace(within), scratchPrefix+"*"))
	if err != nil {
		return "", nil, err
	}
	for _, folder := range left {
		removeLeft(folder) // one of another user's, that user's next run removes
	}
	if dir, err = os.MkdirTemp(within, scratchPrefix); err != nil {
		return "", nil, err
	}
	lock, err := os.OpenFile(lockOf(dir), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return "", nil, err
	}
	taken, err := durable.TryLock(lock, durable.Exclusive)
	if err == nil && !taken {
		err = errors.New("its lock is taken")
	}
	if err != nil {
		return "", nil, errors.Join(err, lock.Close())
	}
	return dir, func() { _ = lock.Close() }, nil
}

func lockOf(folder string) string { return filepath.Join(folder, "lock") }

// removeLeft removes a folder that nobody holds.
func removeLeft(folder string) {
	info, err := os.Stat(folder)
	if err != nil || time.Since(info.ModTime()) < time.Minute {
		return // it may be in the making
	}
	lock, err := os.OpenFile(lockOf(folder), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return
	}
	defer lock.Close()
	if free, err := durable.TryLock(lock, durable.Exclusive); err == nil && free {
		_ = os.RemoveAll(folder)
	}
}

// globQuote takes the special meaning from the characters of a path.
var globQuote = strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`)
