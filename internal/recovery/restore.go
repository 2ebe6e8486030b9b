package recovery

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"contactsync/internal/crash"
	"contactsync/internal/durable"
	"contactsync/internal/privacy"
	"contactsync/internal/run"
	"contactsync/load"
	"contactsync/load/duckdb"
	"contactsync/load/duckdb/disk"
	"contactsync/load/export"
)

// Restored is what a restore did.
type Restored struct {
	Overdue int               // suppressions that the file lacked
	Erased  privacy.Forgotten // whom it held and must not
	Aside   string            // where the warehouse of before lies; "": there was none
	Unread  error             // why the suppressions of the warehouse of before could not be read
}

// Restore puts a copy of file in the place of the warehouse, which is set aside. The copy
// is brought to this layout, read through, and freed of everybody who was erased since,
// under a name of its own that its owner alone can read: only then it takes the place.
// Exports and snapshot stay as they are until the next run, which writes all of them anew.
func Restore(ctx context.Context, r *run.Runner, file string, wait bool) (done Restored, err error) {
	if err := run.OnlyFile(r, "restore"); err != nil {
		return done, err
	}
	if _, err := r.Overrides(); err != nil {
		return done, err
	}
	place := r.Config.Warehouse.Path.Full
	lock, err := load.Acquire(ctx, place, wait)
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, lock.Release()) }()
	if err := restorable(file, place); err != nil {
		return done, fmt.Errorf("restore %s: %w", file, err)
	}
	done.Unread = remember(ctx, r)
	temporary := fmt.Sprintf("%s.new-restore-%d", place, os.Getpid())
	defer func() { err = errors.Join(err, clear(place)) }()
	if err := clear(place); err != nil {
		return done, err
	}
	if err := export.CopyFile(ctx, file, temporary, 0o600); err != nil {
		return done, fmt.Errorf("restore %s: %w", file, err)
	}
	crash.At(crash.RestoreCopied)
	if err := done.prepare(ctx, r, temporary); err != nil {
		return done, fmt.Errorf("restore %s: its copy is not fit to be the warehouse, which stays as it is: %w", file, err)
	}
	crash.At(crash.RestoreReady)
	done.Aside, err = swap(ctx, r, temporary)
	return done, err
}

// restorable refuses what cannot be restored, before anything is copied.
func restorable(file, place string) error {
	if err := disk.Examine(file); err != nil {
		return err
	}
	log, err := disk.ReadLog(file)
	if err != nil {
		return err
	}
	if log.State != disk.Empty {
		return fmt.Errorf("a log lies beside it (%s), so it is no whole copy; name a file that `sync backup` wrote, or the snapshot", log.Path)
	}
	given, err := os.Stat(file)
	if err != nil {
		return err
	}
	if present, err := os.Stat(place); err == nil && os.SameFile(given, present) {
		return errors.New("it is the warehouse itself")
	}
	return nil
}

// remember lets the journal know what the present warehouse does, if that can be opened.
func remember(ctx context.Context, r *run.Runner) error {
	place := r.Config.Warehouse.Path.Full
	if _, err := os.Stat(place); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	w, err := duckdb.Open(ctx, place, r.Options(false)) // also one of an older layout; and its log goes into the file
	if err != nil {
		return err
	}
	return errors.Join(run.Remember(ctx, r, w), w.Close())
}

// prepare makes a copy fit to be the warehouse.
func (done *Restored) prepare(ctx context.Context, r *run.Runner, temporary string) error {
	w, err := duckdb.Open(ctx, temporary, r.Options(false)) // brings it to this layout
	if err != nil {
		return err
	}
	overdue, err := run.Overdue(ctx, r, w)
	if err != nil {
		return errors.Join(err, w.Close())
	}
	if err := w.Close(); err != nil {
		return err
	}
	if err := duckdb.Verify(ctx, temporary, r.Options(true)); err != nil {
		return err
	}
	if done.Overdue = len(overdue); done.Overdue > 0 {
		if done.Erased, err = privacy.Cleanse(ctx, r, temporary, overdue); err != nil {
			return err
		}
	}
	return finish(ctx, r, temporary)
}

// finish has every export written from nothing, since those that are there are of later, and
// lets the journal know whom the copy keeps out, now that it will take the warehouse's place.
func finish(ctx context.Context, r *run.Runner, temporary string) error {
	w, err := duckdb.Open(ctx, temporary, r.Options(false))
	if err != nil {
		return err
	}
	return errors.Join(run.WithdrawExports(ctx, r, w), run.Remember(ctx, r, w), w.Close())
}

// swap sets the warehouse and its log aside and puts the copy in their place. There is a
// whole warehouse at every moment: the old file has two names until the new one has its.
func swap(ctx context.Context, r *run.Runner, temporary string) (aside string, err error) {
	place := r.Config.Warehouse.Path.Full
	if log, err := disk.ReadLog(temporary); err != nil || log.State != disk.Empty {
		const text = "restore: the copy was not closed cleanly, as when the disk is full; free some space and run this again"
		return "", errors.Join(err, errors.New(text))
	}
	if _, err := os.Lstat(place); err == nil {
		aside = free(place + ".replaced-" + r.Now().UTC().Format("20060102T150405Z"))
		if err := setAside(ctx, place, aside); err != nil {
			return "", fmt.Errorf("warehouse %s: set it aside: %w", place, err)
		}
		crash.At(crash.RestoreAside)
	}
	if err := durable.Replace(temporary, place, 0o600); err != nil {
		return aside, fmt.Errorf("warehouse %s: put the restored file in its place: %w", place, err)
	}
	crash.At(crash.RestoreRenamed)
	return aside, nil
}

// setAside gives a warehouse file a second name, and its logs the names that go with it:
// none of them may be replayed into the file that comes.
func setAside(ctx context.Context, place, aside string) error {
	if err := os.Link(place, aside); err != nil { // not every file system has links
		if err := export.CopyFile(ctx, place, aside, 0o600); err != nil {
			return err
		}
	}
	for _, log := range append(disk.Strays(place), disk.LogPath(place)) {
		err := os.Rename(log, aside+strings.TrimPrefix(log, place))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return durable.SyncDir(filepath.Dir(place))
}

// free is a name that nothing has.
func free(name string) string {
	candidate := name
	for n := 2; ; n++ {
		if _, err := os.Lstat(candidate); errors.Is(err, fs.ErrNotExist) {
			return candidate
		}
		candidate = fmt.Sprintf("%s-%d", name, n)
	}
}

// clear removes what a restore leaves: its copy, if that has not taken the warehouse's place,
// with all that lies beside it. Of one that was killed every opening for a run removes it,
// as it does any file in the making. The caller has the lock.
func clear(place string) error {
	entries, err := os.ReadDir(filepath.Dir(place))
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), filepath.Base(place)+".new-restore-") {
			err = errors.Join(err, os.RemoveAll(filepath.Join(filepath.Dir(place), e.Name())))
		}
	}
	return err
}
