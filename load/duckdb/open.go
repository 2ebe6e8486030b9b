// Package duckdb is the warehouse as one DuckDB file that this program alone opens.
//
// Its data model. What analysts may rely on lives in the schema main:
//
//	contacts          a person, merged over all vendors
//	source_contacts   the latest version of one vendor record
//	identifiers       one identifier of one record
//	intent_matches    a person's interest in a topic on a day
//	audiences         a search, segment, audience or pixel
//	audience_members  a period of membership
//	accounts          a company, and hot_accounts those with intent
//	events            a visit or other event of a pixel segment
//	contact_changes   a golden value that changed
//
// Most of these are views over narrow parts in the schema etl, so that a change of
// identity rewrites etl.people (source, source_id, contact_id) and no wide table:
// etl.records, etl.versions, etl.people, etl.identifiers, etl.matches, etl.events,
// etl.members, etl.contacts. Beside them stand the program's own books: etl.runs,
// etl.checkpoints, etl.rejects, etl.drift, etl.fields, etl.suppressions, etl.forgets, etl.erasures,
// etl.merges, etl.identity_warnings, etl.identity, etl.overridden, etl.stale_records, etl.stale_before, etl.sweep_members, etl.sweeps, etl.meta;
// and the staging tables etl.staged_*.
//
// How rows get in. While a pipeline reads, Commit appends what pages
// changed to the staging tables, with checkpoint and counters, in one transaction;
// records that are new, to their own tables, where no view shows them yet.
// When its run ends, however it ends, Merge moves staging into the
// tables, works out who is one person and clears staging, in one transaction. Rows
// are replaced by delete and insert where their hash differs; there are no primary
// keys, whose upkeep costs ten times the work (docs/warehouse.md has the figures),
// so uniqueness rests on one writer, a deduplicated stage and a test.
//
// How a person gets out. Deleted rows stay inside a DuckDB file, so [Successor]
// copies everyone else into a new one, which takes the old one's place.
//
// DDL never shares a transaction with data, and a CHECKPOINT follows it: replaying
// a log that holds DDL is where DuckDB files have been lost.
package duckdb

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"contactsync/internal/crash"
	"contactsync/load"
	"contactsync/load/duckdb/layout"
	"contactsync/load/duckdb/rowio"
	"contactsync/load/duckdb/standing"

	duckdbgo "github.com/duckdb/duckdb-go/v2"
	"github.com/duckdb/duckdb-go/v2/mapping"
)

// checkpointThreshold is the size of the log at which DuckDB writes it into the
// file. At its default of 16 MB nearly every batch of a first load would pay for
// one: a million records took 203 s, and take 138 s at 64 MB, and no less at 256 MB
// (BenchmarkNights).
const checkpointThreshold = "64MB"

// storageVersion is the oldest DuckDB that reads the files that this program creates: the
// first whose format has zstd, which stores payloads in a third of the space.
const storageVersion = "v1.2.0"

// Options say how to open a warehouse.
type Options struct {
	MemoryLimit   string // DuckDB's, e.g. "512MB"; "" = that default
	BatchMemory   string // the same while batches are committed; "" = MemoryLimit
	PartialMemory string // the same while a small part of much is resolved; "" = MemoryLimit
	Threads       int    // 0: as many as there are processors
	ReadOnly      bool
	Now           func() time.Time // nil: time.Now
	Rules         int              // the version of the rules that normalise what is stored
	// EventsBefore is the time before which events occurred that are not taken in; zero: all are.
	EventsBefore time.Time
	// Store is where the warehouse is kept; nil: in the file.
	Store Store
}

// Warehouse is an open warehouse. Its methods are safe for concurrent use; writes
// happen one at a time.
type Warehouse struct{ *file }

var (
	_ load.Warehouse = (*Warehouse)(nil)
	_ load.Successor = (*Successor)(nil)
)

// The parts of a warehouse.
type (
	progress struct{ *file }
	lookup   struct{ *file }
	history  struct{ *file }
	rejects  struct{ *file }
	outputs  struct{ *file }
	eraser   struct{ *file }
)

// Progress tells how far pipelines have come.
func (w *Warehouse) Progress() load.Progress { return progress{w.file} }

// Lookup is what staging asks about what is stored.
func (w *Warehouse) Lookup() load.Lookup { return lookup{w.file} }

// History gives back what was stored.
func (w *Warehouse) History() load.History { return history{w.file} }

// Rejects are the quarantined records.
func (w *Warehouse) Rejects() load.Rejects { return rejects{w.file} }

// Outputs remember which change an output holds.
func (w *Warehouse) Outputs() load.Outputs { return outputs{w.file} }

// Eraser finds people and keeps them out.
func (w *Warehouse) Eraser() load.Eraser { return eraser{w.file} }

// file is the open file that the parts share.
type file struct {
	path string
	db   *sql.DB
	now  func() time.Time
	// rules is the version of the rules that normalise what this program stores.
	rules int
	// eventsBefore is the time before which events occurred that are not taken in.
	eventsBefore time.Time

	begin []string // what every connection begins with

	mu     sync.Mutex // guards conn: one write at a time
	conn   *sql.Conn
	feeds  *rowio.Feeds // of conn; nil when the warehouse is only read
	seq    int64        // the last commit's place in the order of commits
	memory *memory

	standing *standing.Memory // of what is stored

	store  Store // nil: the file is the warehouse
	step   *step // of the transaction under way
	booked int64 // the last commit that the books have
	broken bool  // nobody knows what is stored of the last step

	bringing sync.Mutex      // guards brought
	brought  map[string]bool // tables of the lake that were brought to be read

	batched bool // the feeds of batches are open
	merging bool // a merge was prepared since the file was opened
	warned  bool // before that, one had told what the guard would do
}

// Open opens the warehouse at path, creating it if there is none. A file that is
// created appears complete or not at all. One that cannot be opened as it lies there is a
// [*load.DamagedError]. The caller holds the [load.Lock], unless it
// opens read-only.
func Open(ctx context.Context, path string, o Options) (*Warehouse, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if o.ReadOnly {
			return nil, fmt.Errorf("warehouse %s: there is none yet; `sync run` creates it", path)
		}
		if err := create(ctx, path, o); err != nil {
			return nil, fmt.Errorf("warehouse %s: create: %w", path, rowio.Short(err))
		}
	} else if err != nil {
		return nil, fmt.Errorf("warehouse: %w", err)
	} else if err := sound(path); err != nil {
		return nil, err
	}
	if !o.ReadOnly { // what a killed process spilled to disk, or had in the making; the caller has the lock
		if err := errors.Join(os.RemoveAll(spillDir(path)), clearUnfinished(path)); err != nil {
			return nil, fmt.Errorf("warehouse: %w", err)
		}
	}
	w, err := attach(ctx, path, o)
	if err != nil {
		return nil, unopened(path, err)
	}
	if w, err = w.current(ctx, o); err == nil {
		err = w.conn.QueryRowContext(ctx, layout.LastSeqSQL()).Scan(&w.seq)
	}
	if err == nil && o.Store != nil {
		err = w.keepIn(ctx, o.Store)
	}
	if err == nil {
		_, err = returnMemory(ctx, w.conn)
	}
	if err == nil && !o.ReadOnly {
		err = w.restage(ctx)
	}
	if err != nil {
		err = fmt.Errorf("warehouse %s: %w", path, rowio.Short(err))
		if w != nil {
			err = errors.Join(err, w.Close())
		}
		return nil, err
	}
	return w, nil
}

// spillDir is the folder of what does not fit into memory.
func spillDir(path string) string { return path + ".tmp" }

// rowGroup is how many rows DuckDB gathers before it compresses them and writes them into
// the file, in the middle of a transaction. At its default of 122,880 most of a night's
// rows are held in memory until the commit, logged as they are, and compressed only then,
// by one thread. A smaller size writes the columns of wide tables in more and smaller
// pieces: the file of 50,000 records of 74 fields grows from 88 to 98 MB here, and to
// 126 MB at 8,192. It is no property of the file: each opening says it.
const rowGroup = 20_480

// dataSource are the settings of the engine, as the driver takes them. The engine starts
// with no file: only ATTACH takes every path, and a size of row groups.
func dataSource(path string, o Options) string {
	settings := url.Values{
		"memory_limit":                  {memoryOf(o).limit},
		"threads":                       {strconv.Itoa(cmp.Or(max(o.Threads, 0), runtime.NumCPU()))},
		"temp_directory":                {spillDir(path)},
		"checkpoint_threshold":          {checkpointThreshold},
		"storage_compatibility_version": {storageVersion},
		"autoinstall_known_extensions":  {"false"},
		"autoload_known_extensions":     {"false"},
		"allocator_background_threads":  {"true"},
	}
	return "?" + settings.Encode()
}

// attachSQL are the statements by which a connection has the file as its own database.
func attachSQL(path string, readOnly bool) []string {
	options := fmt.Sprintf("ROW_GROUP_SIZE %d", rowGroup)
	if readOnly {
		options = "READ_ONLY"
	}
	catalog := rowio.Quote(catalogOf(path))
	return []string{
		"SET TimeZone = 'UTC'",
		fmt.Sprintf("ATTACH IF NOT EXISTS %s AS %s (%s)", rowio.QuoteText(path), catalog, options),
		"USE " + catalog,
	}
}

// catalogOf is the name by which queries may call the database of a file: what comes
// before the first dot, as in DuckDB's shell.
func catalogOf(path string) string {
	name, _, _ := strings.Cut(filepath.Base(path), ".")
	switch name {
	case "", "system", "temp", "main", rowio.Scratch, predecessor:
		return name + "_db"
	}
	return name
}

// attach opens the file as it is.
func attach(ctx context.Context, path string, o Options) (*Warehouse, error) {
	if strings.Contains(path, "?") {
		return nil, errors.New("DuckDB takes no path with a question mark in it: rename the file or its folder")
	}
	if !o.ReadOnly { // as private as the file, whatever the umask is when DuckDB spills
		if err := os.MkdirAll(spillDir(path), 0o700); err != nil {
			return nil, err
		}
	}
	w := &Warehouse{&file{
		path: path, now: o.Now, rules: o.Rules, eventsBefore: o.EventsBefore, begin: attachSQL(path, o.ReadOnly), memory: memoryOf(o),
	}}
	connector, err := duckdbgo.NewConnector(dataSource(path, o), w.prepare(context.WithoutCancel(ctx)))
	if err != nil {
		return nil, err
	}
	rowio.ReturnMemory(true) // until it is known how much is stored
	w.db = sql.OpenDB(connector)
	w.standing = standing.New(w.db, nil, spillDir(path))
	if w.conn, err = w.db.Conn(ctx); err != nil {
		return nil, errors.Join(err, w.db.Close())
	}
	if o.ReadOnly {
		return w, nil
	}
	if w.feeds, err = rowio.NewFeeds(ctx, w.conn); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

// Close closes the warehouse; what was committed is on disk.
func (w *file) Close() error {
	crash.At(crash.CloseBefore)
	err := errors.Join(w.standing.Forget(), w.conn.Close(), w.db.Close())
	_ = os.Remove(spillDir(w.path)) // mostly empty now; what is not is removed by the next opening
	crash.At(crash.CloseAfter)
	w.feeds.Release()
	if w.store != nil {
		err = errors.Join(err, w.store.Close())
	}
	return err
}

// Path is the file.
func (w *file) Path() string { return w.path }

// Conn is a connection of its own for reading: exports, queries, reports.
func (w *file) Conn(ctx context.Context) (*sql.Conn, error) { return w.db.Conn(ctx) }

// transaction inserts the frames and runs do, all in one transaction: all of it
// is stored, or nothing.
func (w *file) transaction(ctx context.Context, frames []rowio.Frame, do func(context.Context, *sql.Tx) error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.feeds.Open(ctx, frames...); err != nil {
		return err
	}
	tx, err := w.beginTx(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it does nothing
	if w.step, err = w.beginStep(tx); err != nil {
		return err
	}
	defer w.letGo()
	if err := w.insert(ctx, tx, frames); err != nil {
		return err
	}
	if err := do(ctx, tx); err != nil {
		return err
	}
	return w.end(ctx, tx)
}

// end commits a transaction, and stores what it came to where the warehouse is kept.
func (w *file) end(ctx context.Context, tx *sql.Tx) error {
	if w.store == nil {
		return commit(tx)
	}
	changes, err := w.step.end(ctx)
	if err == nil && len(changes) > 0 {
		err = w.store.Prepare(ctx, changes)
		removeFiles(changes)
	}
	if err != nil {
		return err // the scratch is as it was, and others may go on
	}
	if err := commit(tx); err != nil {
		return err
	}
	if w.step.held {
		w.brought = nil
	}
	return w.settle(ctx, w.step)
}

// beginTx begins a transaction that its caller ends. The end of the context ends its
// statements, not itself: database/sql would roll it back by closing the connection, which
// is the only one that writes, of every pipeline.
func (w *file) beginTx(ctx context.Context) (*sql.Tx, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return w.conn.BeginTx(context.WithoutCancel(ctx), nil)
}

func (w *file) insert(ctx context.Context, tx *sql.Tx, frames []rowio.Frame) error {
	for _, f := range frames {
		if err := w.feeds.Insert(ctx, tx, f); err != nil {
			return err
		}
	}
	return nil
}

func commit(tx *sql.Tx) error {
	crash.At(crash.TransactionCommit)
	if err := tx.Commit(); err != nil {
		return err
	}
	crash.At(crash.TransactionDone)
	return nil
}

// Checkpoint writes the log of a warehouse into its file, beside those who read: what
// closing would do.
func Checkpoint(ctx context.Context, w *Warehouse) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.checkpoint(ctx)
}

// checkpoint writes the log into the file.
func (w *file) checkpoint(ctx context.Context) error {
	_, err := w.conn.ExecContext(ctx, "CHECKPOINT")
	return err
}

// unstored is why a commit or merge failed, with what that means for the user.
func unstored(what string, err error) error {
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("warehouse: %s: %w", what, err)
	}
	return fmt.Errorf("warehouse: %s: %w; what was stored before is kept, and the next run goes on from there", what, rowio.Short(err))
}

// EngineVersion is the version of the DuckDB that is linked in.
func EngineVersion() string { return mapping.LibraryVersion() }
