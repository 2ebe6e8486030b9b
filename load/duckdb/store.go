package duckdb

import (
	"context"
	"time"

	"contactsync/load"
	"contactsync/load/duckdb/resident"
	"contactsync/schema"
)

// Store is where a warehouse is kept, if that is not its file: the wide tables in a lake,
// everything else in a log of batches and in copies of the books. The file is then a
// scratch that each opening makes anew, and nothing is stored before the store says so.
type Store interface {
	resident.Lake
	// Segment begins what a transaction stores, at a time by which rejects were replayed.
	Segment(at time.Time) (Segment, error)
	// Prepare writes changes of the lake where nobody reads them before a settlement, the
	// next one, says so.
	Prepare(ctx context.Context, changes []resident.Change) error
	// Settle stores what came of anything else.
	Settle(ctx context.Context, s Settlement) error
	// Batches tells what was appended and is in no settlement, in its order. Of a batch
	// that is only staged, a settlement has the rest already.
	Batches(ctx context.Context, do func(b load.Batch, at time.Time, onlyStaged bool) error) error
	// Maintain shows the books' tables to who reads the lake without the program, and does
	// what keeps the lake quick, when it is time. It follows a settlement.
	Maintain(ctx context.Context, books BookTables) error
	// Close gives the store up; the warehouse's file is closed then.
	Close() error
}

// Segment takes in batches of one pipeline. Nothing of it is stored before Append.
type Segment interface {
	Add(b load.Batch) error
	Append(ctx context.Context) error // all or nothing
	Discard() error                   // after Append it does nothing
}

// Settlement is what a transaction came to.
type Settlement struct {
	// Books is a file of a warehouse with all that is in no table of the lake, but for what
	// batches have staged that no merge has taken in.
	Books string
	// Merged is the pipeline whose batches are taken in; "": none is.
	Merged string
	// Tables gives the books' tables, for who reads the lake without the program.
	Tables BookTables
	// Staged says that the books have what is staged, too, and that no batch is needed any more.
	Staged bool
	// Erased says that what the lake held until now must not be found in any file of it.
	Erased bool
}

// BookTables gives tables of the books.
type BookTables interface {
	// Digest is the same for the same rows.
	Digest(ctx context.Context, table string) (string, error)
	// Copy writes a table into a Parquet file, as the lake has its values.
	Copy(ctx context.Context, t schema.TableInfo, path string) error
}

// StoreOf is the store in which a warehouse is kept; nil: it is kept in its file.
func StoreOf(w *Warehouse) Store { return w.store }

// Maintain does what is to be done once a session with the lake in which a warehouse is kept,
// if it is.
func Maintain(ctx context.Context, w *Warehouse) error {
	if w.store == nil {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.broken {
		return errBroken
	}
	if err := w.settle(ctx, &step{}); err != nil { // so that the books have all that was appended
		return err
	}
	return w.store.Maintain(ctx, bookTables{w.file})
}
