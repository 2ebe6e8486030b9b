// Package durable holds what the file system must promise: files that appear
// whole or not at all and survive a power cut, and locks that end with their
// holder. It keeps no state.
package durable

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
)

// WriteFile puts content in the place of the file at path, if there is one. A
// reader finds the old content or the new. The temporary file beside it is always
// path+".new": a path has one writer at a time.
func WriteFile(path string, content []byte, mode os.FileMode) error {
	temporary := path + ".new"
	if err := os.Remove(temporary); err != nil && !errors.Is(err, fs.ErrNotExist) { // a crash left it, or it is a link
		return err
	}
	f, err := OpenOwn(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	if _, err := f.Write(content); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := f.Close(); err != nil {
		return err
	}
	return Replace(temporary, path, mode)
}

// Replace gives a finished file, which lies in the same directory, its final name
// and mode. Whatever was there is gone.
func Replace(temporary, path string, mode os.FileMode) error {
	f, err := os.OpenFile(temporary, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Chmod(mode), f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(temporary, path); err != nil {
		return err
	}
	return SyncDir(filepath.Dir(path))
}

// SyncDir makes the names in a directory durable, where directories can be synced.
func SyncDir(name string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(filepath.Clean(name))
	if err != nil {
		return err
	}
	err = d.Sync()
	if errors.Is(err, syscall.EINVAL) { // the file system has nothing to sync there
		err = nil
	}
	return errors.Join(err, d.Close())
}

// SyncTree makes a directory and all in it durable, files before directories.
func SyncTree(root string) error {
	var directories []string
	err := filepath.WalkDir(root, func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() {
			directories = append(directories, name)
			return nil
		}
		return syncFile(name)
	})
	for i := len(directories) - 1; i >= 0 && err == nil; i-- {
		err = SyncDir(directories[i])
	}
	return err
}

func syncFile(name string) error {
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
