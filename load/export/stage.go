package export

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"contactsync/internal/durable"
)

// A stage is a directory of our own that becomes, or replaces, an export. Its name
// is hidden and ours alone, ".<base>.new-<16 hex digits>", and it is locked while
// its writer lives, so that what a crash left can be recognized and removed.
type stage struct {
	path string
	lock *os.File
}

// The kinds of temporary names: what is being written, and, where a file system
// cannot exchange directories, what is being replaced.
const (
	kindNew = "new"
	kindOld = "old"
)

// errBusy says that another process writes the same export.
var errBusy = errors.New("another process is writing it; try again when it has ended")

func temporaryName(parent, base, kind string) string {
	random := make([]byte, 8)
	rand.Read(random)
	return filepath.Join(parent, "."+base+"."+kind+"-"+hex.EncodeToString(random))
}

// leftovers are the temporary names of base in parent, all ours.
func leftovers(parent, base, kind string) ([]string, error) {
	entries, err := os.ReadDir(parent)
	if err != nil {
		return nil, err
	}
	var found []string
	for _, e := range entries {
		random, ours := strings.CutPrefix(e.Name(), "."+base+"."+kind+"-")
		random = strings.TrimSuffix(strings.TrimSuffix(random, ".wal"), ".tmp") // of a snapshot in the making
		if b, err := hex.DecodeString(random); ours && err == nil && len(b) == 8 {
			found = append(found, filepath.Join(parent, e.Name()))
		}
	}
	return found, nil
}

// clearLeftovers removes what crashed writers of base left in parent. It is errBusy
// when a writer lives.
func clearLeftovers(parent, base string) error {
	for _, kind := range []string{kindNew, kindOld} {
		names, err := leftovers(parent, base, kind)
		if err != nil {
			return err
		}
		for _, name := range names {
			if err := clearOne(name); err != nil {
				return err
			}
		}
	}
	return nil
}

func clearOne(name string) error {
	f, err := os.Open(name)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	switch free, err := tryLock(f); {
	case err != nil:
		return err
	case !free:
		return errBusy
	}
	return os.RemoveAll(name)
}

// newStage makes an empty, locked directory in parent.
func newStage(parent, base string, mode os.FileMode) (*stage, error) {
	name := temporaryName(parent, base, kindNew)
	if err := os.Mkdir(name, mode); err != nil {
		return nil, err
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, errors.Join(err, os.Remove(name))
	}
	if err := hold(f, name); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &stage{path: name, lock: f}, nil
}

// hold locks a temporary file or directory that was just made. Another process
// may have taken it for a leftover in the instant before.
func hold(f *os.File, name string) error {
	free, err := tryLock(f)
	if err != nil {
		return err
	}
	held, err := f.Stat()
	if err != nil {
		return err
	}
	now, err := os.Lstat(name)
	if !free || err != nil || !os.SameFile(held, now) {
		return errBusy
	}
	return nil
}

// tryLock locks an open file or directory until it is closed, and reports whether
// it was free. Where the file system has no locks everything is, and on Windows,
// where open files cannot be removed anyway.
func tryLock(f *os.File) (bool, error) {
	if runtime.GOOS == "windows" {
		return true, nil
	}
	free, err := durable.TryLock(f, durable.Exclusive)
	if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.ENOLCK) {
		return true, nil
	}
	return free, err
}

// remove removes whatever lies under the stage's name now: what was prepared and
// not needed, or the old export after an exchange.
func (s *stage) remove() error {
	err := os.RemoveAll(s.path)
	if err != nil {
		err = fmt.Errorf("an old or unfinished export is left over, the next one removes it: %w", err)
	}
	return errors.Join(err, s.lock.Close())
}
