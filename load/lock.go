package load

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"contactsync/internal/durable"
)

// Lock is the right to write one warehouse. It is held per run, on a file beside
// the warehouse; the operating system gives it back when the holder dies.
type Lock struct {
	file   *os.File
	shared bool
}

// Holder says who holds a lock.
type Holder struct {
	PID   int       `json:"pid"`
	Host  string    `json:"host"`
	Since time.Time `json:"since"`
}

// sinceLayout is how messages give the time, in the zone that it has.
const sinceLayout = "2006-01-02 15:04:05 MST"

// LockedError says that another process writes the warehouse.
type LockedError struct {
	Path   string
	Holder Holder
}

func (e *LockedError) Error() string {
	if e.Holder.PID == 0 {
		return fmt.Sprintf("warehouse %s: a query has it open; wait for it with --wait", e.Path)
	}
	return fmt.Sprintf("warehouse %s: process %d on %s has been writing it since %s; wait for it with --wait",
		e.Path, e.Holder.PID, e.Holder.Host, e.Holder.Since.Format(sinceLayout))
}

const (
	lockPoll       = 100 * time.Millisecond // how often a waiting process looks again
	readerPatience = 5 * time.Second        // readers sign no lock and are soon done
)

// Acquire takes the lock of the warehouse at path, or fails with a [*LockedError];
// with wait it waits until the lock is free or the context ends.
func Acquire(ctx context.Context, path string, wait bool) (*Lock, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("warehouse: %w", err)
	}
	f, err := durable.OpenOwn(path+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("warehouse: %w", err)
	}
	patience := time.Now().Add(readerPatience)
	for {
		taken, err := durable.TryLock(f, durable.Exclusive)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("warehouse: lock %s: %w", f.Name(), err), f.Close())
		}
		if taken {
			l := &Lock{file: f}
			if err := l.sign(); err != nil {
				return nil, errors.Join(fmt.Errorf("warehouse: lock: %w", err), f.Close())
			}
			return l, nil
		}
		holder := readHolder(f)
		if !wait && (holder.PID != 0 || time.Now().After(patience)) {
			return nil, errors.Join(&LockedError{Path: path, Holder: holder}, f.Close())
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), f.Close())
		case <-time.After(lockPoll):
		}
	}
}

// AcquireShared takes the right to read the warehouse file itself, for as short
// as possible: while readers hold it, no run can begin. It fails with a
// [*LockedError] while a run is on.
func AcquireShared(path string) (*Lock, error) {
	f, err := durable.OpenOwn(path+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.EROFS) {
		return &Lock{}, nil // a read-only place: no process can write the warehouse there
	}
	if err != nil {
		return nil, fmt.Errorf("warehouse: %w", err)
	}
	taken, err := durable.TryLock(f, durable.Shared)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("warehouse: lock %s: %w", f.Name(), err), f.Close())
	}
	if !taken {
		return nil, errors.Join(&LockedError{Path: path, Holder: readHolder(f)}, f.Close())
	}
	l := &Lock{file: f, shared: true}
	if readHolder(f).PID != 0 { // of a writer that was killed, and holds nothing any more
		if err := f.Truncate(0); err != nil {
			return nil, errors.Join(fmt.Errorf("warehouse: lock: %w", err), l.Release())
		}
	}
	return l, nil
}

// sign notes the holder for those who find the lock taken.
func (l *Lock) sign() error {
	host, _ := os.Hostname() // a name for people; the lock does not depend on it
	note, err := json.Marshal(Holder{os.Getpid(), host, time.Now().UTC().Truncate(time.Second)})
	if err != nil {
		return err
	}
	if err := l.file.Truncate(0); err != nil {
		return err
	}
	_, err = l.file.WriteAt(append(note, '\n'), 0)
	return err
}

// Release gives the lock back. The file stays: removing it would let two
// processes lock two files of one name.
func (l *Lock) Release() error {
	if l.file == nil {
		return nil
	}
	if l.shared {
		return l.file.Close()
	}
	return errors.Join(l.file.Truncate(0), l.file.Close())
}

func readHolder(f *os.File) (h Holder) {
	note := make([]byte, 512)
	n, _ := f.ReadAt(note, 0) // a short read is the normal case
	_ = json.Unmarshal(note[:n], &h)
	return h
}
