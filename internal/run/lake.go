package run

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"sync"
	"syscall"

	"contactsync/load"
	"contactsync/load/duckdb"
	"contactsync/load/lake"
	"contactsync/load/lake/bucket"
	"contactsync/load/lake/oplog"
)

// A warehouse that Spark holds has no file. Who writes it holds the lease of its log, which
// other machines see; and the lock beside the place where the file would be, by which the
// processes of this machine know of each other at once, and which nobody holds who was
// killed. Who reads it needs neither.

// inLake reports whether the warehouse is one that Spark holds.
func (r *Runner) inLake() bool { return r.Config.Warehouse.InLake() }

// Lake is where the warehouse is that Spark holds.
func (r *Runner) Lake() lake.Options {
	w := r.Config.Warehouse
	return lake.Options{
		Connect: w.Connect.Reveal(), Catalog: w.Catalog, Namespace: w.Namespace, Bucket: w.Bucket.Full, SeenAs: w.SeenAs, Dir: w.Local.Full,
		Warn: func(text string) { r.Log.Warn(text) },
	}
}

// openLake opens the warehouse that Spark holds.
func (r *Runner) openLake(ctx context.Context, readOnly, wait bool) (*duckdb.Warehouse, error) {
	o := r.Lake()
	if o.Dir != "" {
		if err := os.MkdirAll(o.Dir, 0o700); err != nil {
			return nil, fmt.Errorf("warehouse.local: %w", err)
		}
	}
	w, err := lake.OpenWarehouse(ctx, o, oplog.Terms{Wait: wait}, r.Options(readOnly))
	r.inZone(err)
	return w, err
}

// acquire takes the lock beside the warehouse.
func (r *Runner) acquire(ctx context.Context, wait bool) (*load.Lock, error) {
	lock, err := load.Acquire(ctx, r.Config.Warehouse.Path.Full, wait)
	r.inZone(err)
	if !r.inLake() {
		return lock, err
	}
	if locked, ok := errors.AsType[*load.LockedError](err); ok {
		locked.Path = r.Config.Warehouse.Place()
	}
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS) {
		return &load.Lock{}, nil // the lease is what counts
	}
	return lock, err
}

// succeed begins the successor of the closed warehouse of a session.
func (s *Session) succeed(ctx context.Context) (*duckdb.Successor, error) {
	r := s.Runner
	if !r.inLake() {
		return duckdb.Succeed(ctx, r.Config.Warehouse.Path.Full, r.Options(false))
	}
	return lake.Succeed(ctx, r.Lake(), oplog.Terms{Wait: true}, r.Options(false))
}

// whileHeld is a context that ends when another process takes over the writing, too.
func (s *Session) whileHeld(ctx context.Context) (held context.Context, release func()) {
	lost := lake.Lost(s.w)
	if lost == nil {
		return ctx, func() {}
	}
	held, cancel := context.WithCancelCause(ctx)
	var watch sync.WaitGroup
	watch.Go(func() {
		select {
		case <-lost:
			cancel(&oplog.LostError{Path: s.Runner.Config.Warehouse.Place()})
		case <-held.Done():
		}
	})
	return held, func() {
		cancel(nil)
		watch.Wait()
	}
}

// lost says that another process has taken over the writing; nil: none has.
func (s *Session) lost() error {
	if s.w == nil {
		return nil
	}
	select {
	case <-lake.Lost(s.w): // of a file it is nil, on which nothing comes
		return &oplog.LostError{Path: s.Runner.Config.Warehouse.Place()}
	default:
		return nil
	}
}

// overtaken reports whether a context ended because another process writes the warehouse.
func overtaken(ctx context.Context) bool {
	_, lost := errors.AsType[*oplog.LostError](context.Cause(ctx))
	return lost
}

// openToExport opens the warehouse for one who reads it and writes exports, of which there
// must be no other: where Spark holds it, that is who has the lease.
func (r *Runner) openToExport(ctx context.Context, wait bool) (*duckdb.Warehouse, error) {
	if !r.inLake() {
		return r.openToRead(ctx)
	}
	if err := mustHaveBegun(ctx, r); err != nil {
		return nil, err
	}
	return r.openToWrite(ctx, wait)
}

// readLake opens the warehouse that Spark holds to be read, run or no run.
func (r *Runner) readLake(ctx context.Context, do func(*Reader) error) error {
	reader, err := OpenShared(ctx, r)
	if err != nil {
		return err
	}
	return errors.Join(do(reader), reader.Close())
}

// OpenShared opens the warehouse that Spark holds, for whoever reads it for longer. It stays
// as it is now, whatever runs store.
func OpenShared(ctx context.Context, r *Runner) (*Reader, error) {
	w, err := r.openToRead(ctx)
	if err != nil {
		return nil, err
	}
	return &Reader{Warehouse: w, Shared: true}, nil
}

// Mark changes with all that is stored in a warehouse; "" where nothing ever was, or
// nobody can tell.
func Mark(ctx context.Context, r *Runner) string {
	if r.inLake() {
		mark, err := markOf(ctx, r.Lake())
		if err != nil {
			r.Log.Debug("the log of the warehouse cannot be read now", "error", err)
		}
		return mark
	}
	info, err := os.Stat(r.Config.Warehouse.Path.Full)
	if err != nil {
		return ""
	}
	return fmt.Sprint(info.ModTime().UnixNano())
}

// markOf is the last thing stored in a lake.
func markOf(ctx context.Context, o lake.Options) (string, error) {
	b, err := bucket.Open(ctx, o.Bucket)
	if err != nil {
		return "", err
	}
	log, err := oplog.Read(ctx, b)
	if err := errors.Join(err, b.Close()); err != nil {
		return "", err
	}
	last := int64(0)
	if state, ok := log.State(); ok {
		last = state.N
	}
	for _, e := range log.Entries() {
		if e.Kind == oplog.Batch {
			last = e.N
		}
	}
	if last == 0 {
		return "", nil
	}
	return strconv.FormatInt(last, 10), nil
}

// FileOnlyError says that a command is for warehouses that are a file.
type FileOnlyError struct{ Command, Place string }

func (e *FileOnlyError) Error() string {
	return fmt.Sprintf("%s is for engine: duckdb, and this warehouse (%s) is kept by Spark: %s", e.Command, e.Place, insteads[e.Command])
}

// insteads are what to do in the place of commands that are for files.
var insteads = map[string]string{
	"backup":  "copy its bucket by the store's own replication, and its tables with Iceberg's snapshots; see docs/spark.md",
	"restore": "bring back a copy of its bucket and the Iceberg tables of the same time, while nothing runs; see docs/spark.md",
	"repair":  "there is no log on this disk to mend: a run that was killed is taken up by the next, and `sync check` tries what it rests on",
}

// OnlyFile fails with a [*FileOnlyError] where the warehouse is no file.
func OnlyFile(r *Runner, command string) error {
	if !r.inLake() {
		return nil
	}
	return &FileOnlyError{Command: command, Place: r.Config.Warehouse.Place()}
}
