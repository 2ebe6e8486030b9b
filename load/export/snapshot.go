package export

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"contactsync/internal/crash"
	"contactsync/internal/durable"
)

// Snapshot copies the closed warehouse file to snapshot, for readers who must
// never meet the writer's lock. The copy is made beside snapshot, fit for readers by
// prepare, which gets its name and leaves no log, and renamed over it, so readers find the old file or the new one, whole, and whoever has
// the old one open reads on undisturbed. Where the file system can, both files
// share their blocks. The warehouse is private to its owner; the snapshot's
// permissions follow the umask.
func Snapshot(ctx context.Context, warehouse, snapshot string, prepare func(context.Context, string) error) error {
	kind := forReaders
	kind.prepare = prepare
	if err := replica(ctx, warehouse, snapshot, kind); err != nil {
		return fmt.Errorf("snapshot %s: %w", snapshot, err)
	}
	return nil
}

// Backup copies the closed warehouse file to file in the same way, for its owner alone.
func Backup(ctx context.Context, warehouse, file string) error {
	if err := replica(ctx, warehouse, file, forOwner); err != nil {
		return fmt.Errorf("backup %s: %w", file, err)
	}
	return nil
}

// The kinds of copies.
type copying struct {
	mode            os.FileMode // before the umask
	copied, renamed string      // points to die at
	prepare         func(ctx context.Context, file string) error
}

var (
	forReaders = copying{mode: 0o666, copied: crash.SnapshotCopied, renamed: crash.SnapshotRenamed}
	forOwner   = copying{mode: 0o600, copied: crash.BackupCopied, renamed: crash.BackupRenamed}
)

func replica(ctx context.Context, warehouse, snapshot string, kind copying) error {
	snapshot, err := resolve(snapshot)
	if err != nil {
		return err
	}
	before, err := closed(warehouse)
	if err != nil {
		return err
	}
	if err := replaceable(snapshot, before); err != nil {
		return err
	}
	parent, base := filepath.Dir(snapshot), filepath.Base(snapshot)
	if err := os.MkdirAll(parent, 0o777); err != nil {
		return err
	}
	if err := clearLeftovers(parent, base); err != nil {
		return err
	}
	temporary := temporaryName(parent, base, kindNew)
	defer os.Remove(temporary)
	defer os.Remove(temporary + ".wal")
	if err := CopyFile(ctx, warehouse, temporary, kind.mode); err != nil {
		return err
	}
	after, err := closed(warehouse)
	if err != nil {
		return err
	}
	if after.Size() != before.Size() || !after.ModTime().Equal(before.ModTime()) {
		return errors.New("the warehouse changed while it was copied; try again when no run is on")
	}
	if kind.prepare != nil {
		if err := kind.prepare(ctx, temporary); err != nil {
			return err
		}
		if _, err := closed(temporary); err != nil {
			return err
		}
	}
	// A log that somebody's writing to the old snapshot left does not belong to the new one.
	if err := os.Remove(snapshot + ".wal"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	crash.At(kind.copied)
	if err := os.Rename(temporary, snapshot); err != nil {
		return err
	}
	crash.At(kind.renamed)
	return durable.SyncDir(parent)
}

// closed makes sure that the file is all there is of the warehouse: after a
// clean close no write-ahead log lies beside it.
func closed(warehouse string) (os.FileInfo, error) {
	if log, err := os.Stat(warehouse + ".wal"); err == nil && log.Size() > 0 {
		return nil, fmt.Errorf("the warehouse is open or was not closed cleanly, as when the disk is full: %s.wal holds changes that its file lacks; the next run makes it good", warehouse)
	}
	return os.Stat(warehouse)
}

// replaceable refuses to replace what is no snapshot.
func replaceable(snapshot string, warehouse os.FileInfo) error {
	info, err := os.Stat(snapshot)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if os.SameFile(info, warehouse) {
		return errors.New("it is the warehouse itself; choose another path")
	}
	if !info.Mode().IsRegular() {
		return errors.New("something that is no file lies there; move it away or choose another path")
	}
	f, err := os.Open(snapshot)
	if err != nil {
		return err
	}
	defer f.Close()
	// https://duckdb.org/docs/stable/internals/storage: a checksum of eight bytes, then the magic bytes.
	header := make([]byte, 12)
	if _, err := io.ReadFull(f, header); info.Size() > 0 && (err != nil || !bytes.HasSuffix(header, []byte("DUCK"))) {
		return errors.New("the file there is no DuckDB database; move it away or choose another path")
	}
	return nil
}

// copyChunk is how much is copied between two looks at the context.
const copyChunk = 64 << 20

// CopyFile makes a durable copy under a name that must be free, with this mode but for the
// umask. It is locked while it is written, so that it is not taken for a leftover.
func CopyFile(ctx context.Context, from, to string, mode os.FileMode) (err error) {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	if err := hold(target, to); err != nil {
		return err
	}
	if !clone(target, source) {
		if err := copyChunks(ctx, target, source); err != nil {
			return err
		}
	}
	return target.Sync()
}

// copyChunks lets the kernel copy (copy_file_range where there is one).
func copyChunks(ctx context.Context, target, source *os.File) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		_, err := io.CopyN(target, source, copyChunk)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
