package lake

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"contactsync/load"
	"contactsync/load/duckdb"
	"contactsync/load/lake/bucket"
	"contactsync/load/lake/oplog"
)

// OpenWarehouse opens the warehouse that is kept in a lake. Of the options of its scratch
// file Store is set here, and ReadOnly says that nothing will be stored; then no lease is
// taken. The scratch is a folder of its own within Options.Dir, and gone with Close.
func OpenWarehouse(ctx context.Context, o Options, terms oplog.Terms, scratch duckdb.Options) (*duckdb.Warehouse, error) {
	for again := 1; ; again++ {
		w, err := openOnce(ctx, o, terms, scratch)
		// What a reader was about to read is removed when a run stores something newer.
		if !scratch.ReadOnly || again == rereads || !errors.Is(err, bucket.ErrNotExist) {
			return w, err
		}
	}
}

// rereads is how often a reader begins anew.
const rereads = 5

func openOnce(ctx context.Context, o Options, terms oplog.Terms, scratch duckdb.Options) (*duckdb.Warehouse, error) {
	dir, release, err := makeScratch(o.Dir)
	if err != nil {
		return nil, fmt.Errorf("warehouse: a folder for its scratch: %w", err)
	}
	o.Dir = dir
	l, err := openLake(ctx, o, terms, scratch.ReadOnly)
	if err != nil {
		defer release()
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	l.release = release
	path := filepath.Join(dir, "warehouse.duckdb")
	due := false
	if err = l.Books(ctx, path); err == nil && !scratch.ReadOnly {
		due, err = l.purgeIsDue(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	scratch.ReadOnly, scratch.Store = false, l
	w, err := duckdb.Open(ctx, path, scratch)
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	if due { // somebody who was erased lies in files still
		if err := duckdb.Maintain(ctx, w); err != nil {
			return nil, errors.Join(err, w.Close())
		}
	}
	return w, nil
}

func openLake(ctx context.Context, o Options, terms oplog.Terms, readOnly bool) (*Lake, error) {
	if readOnly {
		return Open(ctx, o)
	}
	return Take(ctx, o, terms)
}

// Succeed begins the successor of the warehouse that is kept in a lake, for an erasure.
func Succeed(ctx context.Context, o Options, terms oplog.Terms, scratch duckdb.Options) (*duckdb.Successor, error) {
	w, err := OpenWarehouse(ctx, o, terms, scratch)
	if err != nil {
		return nil, err
	}
	return duckdb.SucceedIn(ctx, w), nil
}

// Begun reports whether anything was ever stored in a lake.
func Begun(ctx context.Context, o Options) (begun bool, err error) {
	err = inBucket(ctx, o, func(b *bucket.Bucket) error {
		log, err := oplog.Read(ctx, b)
		if err != nil {
			return err
		}
		_, stored := log.State()
		begun = stored || len(log.Entries()) > 0
		return nil
	})
	return begun, err
}

// Lost is closed when another process has taken over the writing of a warehouse that is kept
// in a lake; nil where it is not.
func Lost(w *duckdb.Warehouse) <-chan struct{} {
	if l, ok := duckdb.StoreOf(w).(*Lake); ok && l.writer != nil {
		return l.writer.Lost()
	}
	return nil
}

// Holder says who writes the warehouse that is kept in a lake; false if nobody does.
func Holder(ctx context.Context, o Options) (holder load.Holder, held bool, err error) {
	err = inBucket(ctx, o, func(b *bucket.Bucket) error {
		holder, held, err = oplog.Held(ctx, b, time.Now())
		return err
	})
	return holder, held, err
}

// inBucket asks something of a bucket, of which no lake is opened.
func inBucket(ctx context.Context, o Options, do func(*bucket.Bucket) error) error {
	b, err := bucket.Open(ctx, o.Bucket)
	if err != nil {
		return err
	}
	return errors.Join(do(b), b.Close())
}
