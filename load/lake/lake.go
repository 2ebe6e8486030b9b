// Package lake keeps a warehouse in Iceberg tables, which Spark reads and writes, and in a
// bucket beside them: the store of load/duckdb for who has more than one machine's worth.
//
// What is where. The wide tables, those of resident.Tables, are Iceberg tables of one
// namespace, by the names etl_records, etl_versions and so on; Spark, started by the user,
// holds and searches them. The bucket has the log ([oplog]), the segments, which are
// batches as they were committed, and the states, each a file of the books. Nothing is
// kept on the machine that runs sync.
//
// How a batch is stored: a segment, then an entry of the log that names it. It is not in
// any table yet. How a merge is stored: its changes are written onto a branch of each
// table that nobody reads and no other attempt uses; then the books; then one entry, which
// names the snapshots of the branches and the books, and by which all of it is true; then
// the main branch of each table is set to its snapshot, for who reads the tables by
// themselves. sync reads the snapshots that the entry names, so it needs no main, and
// whoever opens the warehouse next publishes what a killed process had not.
//
// So what one of our steps came to is stored whole or not at all, and a step that was
// overtaken stores nothing: its entry finds its number taken, its branches are read by
// nobody. Others who read several tables may see them of different nights while they are
// published, which takes seconds.
package lake

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"

	"contactsync/load/duckdb/resident"
	"contactsync/load/export/storage"
	"contactsync/load/lake/bucket"
	"contactsync/load/lake/connect"
	"contactsync/load/lake/oplog"

	"github.com/cenkalti/backoff/v5"
)

// Options say where a lake is.
type Options struct {
	Connect   string // sc://host:port, where Spark listens
	Catalog   string // of Spark, in which the tables are
	Namespace string // of the catalog
	Bucket    string // s3://bucket/prefix, or a folder
	SeenAs    string // how Spark reaches the bucket; "": as we do
	Dir       string // for files in transit on this machine
	Warn      func(string)
}

// Format leaves out Connect, which may hold a token.
func (o Options) Format(s fmt.State, _ rune) {
	_, _ = fmt.Fprintf(s, "%s.%s in %s", o.Catalog, o.Namespace, storage.Display(o.Bucket))
}

// Lake is an open lake. Its methods are safe for concurrent use; one process writes it.
type Lake struct {
	Options
	spark  *connect.Client
	bucket *bucket.Bucket
	writer *oplog.Writer // nil: it is only read
	number atomic.Int64  // of objects in transit

	closing  sync.Once
	prepared *oplog.Entry // what the next settlement names; its one writer uses it
	release  func()       // of the scratch folder

	mu      sync.Mutex // guards the rest
	state   oplog.Entry
	batches []oplog.Entry // since the state
}

// Open opens a lake to be read; it asks nothing of Spark.
func Open(ctx context.Context, o Options) (*Lake, error) {
	l, err := open(ctx, o)
	if err != nil {
		return nil, err
	}
	log, err := oplog.Read(ctx, l.bucket)
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	l.follow(log)
	return l, nil
}

// Take opens a lake to be written, as the only one who does: see [oplog.Take]. It publishes
// what is stored and was not published yet.
func Take(ctx context.Context, o Options, t oplog.Terms) (*Lake, error) {
	l, err := open(ctx, o)
	if err != nil {
		return nil, err
	}
	if l.writer, err = oplog.Take(ctx, l.bucket, t); err == nil {
		l.follow(l.writer.Log())
		if err = l.prepare(ctx); err == nil {
			err = l.publish(ctx, true)
		}
	}
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

func open(ctx context.Context, o Options) (*Lake, error) {
	if o.Warn == nil {
		o.Warn = func(string) {}
	}
	b, err := bucket.Open(ctx, o.Bucket)
	if err != nil {
		return nil, err
	}
	if o.SeenAs != "" {
		b = b.SeenAs(o.SeenAs)
	}
	return &Lake{Options: o, bucket: b}, nil
}

// follow takes in what a log says.
func (l *Lake) follow(log *oplog.Log) {
	l.state, _ = log.State()
	for _, e := range log.Entries() {
		if e.Kind == oplog.Batch {
			l.batches = append(l.batches, e)
		}
	}
}

// Close gives the lake up.
func (l *Lake) Close() error {
	var err error
	l.closing.Do(func() { err = l.close() })
	return err
}

func (l *Lake) close() error {
	if l.release != nil {
		defer l.release()
	}
	var errs []error
	if l.writer != nil {
		errs = append(errs, l.writer.Release(context.Background()))
	}
	if l.spark != nil {
		errs = append(errs, l.spark.Close())
	}
	return errors.Join(append(errs, l.bucket.Close(), os.RemoveAll(l.Dir))...)
}

// Spark is the session with Spark, which the first who asks for it begins.
func (l *Lake) Spark(ctx context.Context) (*connect.Client, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.spark != nil {
		return l.spark, nil
	}
	address, err := connect.Parse(l.Connect)
	if err != nil {
		return nil, err
	}
	spark, err := connect.Dial(ctx, address)
	if err != nil {
		return nil, err
	}
	for _, s := range [][2]string{
		{"spark.sql.session.timeZone", "UTC"},
		{"spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS"},
	} {
		if err := spark.Set(ctx, s[0], s[1]); err != nil {
			return nil, errors.Join(err, spark.Close())
		}
	}
	l.spark = spark
	return spark, nil
}

// exec runs statements of Spark in their order.
func (l *Lake) exec(ctx context.Context, statements ...string) error {
	spark, err := l.Spark(ctx)
	if err != nil {
		return err
	}
	for _, s := range statements {
		if err := execAgain(ctx, spark, s); err != nil {
			return l.dropped(spark, err)
		}
	}
	return nil
}

// mostConflicts is how often another writer may be quicker with a table.
const mostConflicts = 8

// execAgain runs a statement, once more where another one changed the same table meanwhile: one
// that a killed program left running, for we give Spark one at a time for a table.
func execAgain(ctx context.Context, spark *connect.Client, statement string) error {
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		err := spark.Exec(ctx, statement)
		if failure, ok := errors.AsType[*connect.Error](err); err == nil || ok && failure.IsCommitConflict() {
			return struct{}{}, err
		}
		return struct{}{}, backoff.Permanent(err)
	}, backoff.WithMaxTries(mostConflicts), backoff.WithMaxElapsedTime(0))
	return err
}

// query runs a query of Spark that has a small result. It changes nothing, so where it is not known
// what became of it, it is run once more.
func (l *Lake) query(ctx context.Context, text string) (connect.Rows, error) {
	spark, err := l.Spark(ctx)
	if err != nil {
		return connect.Rows{}, err
	}
	rows, err := spark.Query(ctx, text)
	if _, unknown := errors.AsType[*connect.UnknownOutcomeError](err); unknown {
		rows, err = spark.Query(ctx, text)
	}
	if err != nil {
		return rows, l.dropped(spark, err)
	}
	return rows, nil
}

// dropped gives up a session whose way to Spark is lost, so that who asks next begins
// another, or is told at once that nothing listens there, and hands the error on.
func (l *Lake) dropped(spark *connect.Client, err error) error {
	if e, ok := errors.AsType[*connect.Error](err); !ok || !e.IsBroken() {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.spark == spark {
		l.spark = nil
		go func() { _ = spark.Close() }() // which may wait for an answer
	}
	return err
}

// Stored is how many rows a table has.
func (l *Lake) Stored(table string) int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.state.Counts[table]
}

// snapshotOf is the snapshot of a table that the log names; ok is false of an empty table.
func (l *Lake) snapshotOf(table string) (s oplog.Snapshot, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s, ok = l.state.Publish[table]
	return s, ok
}

// Books writes the file of the books as it was stored last, if any was.
func (l *Lake) Books(ctx context.Context, path string) error {
	if l.state.State == "" {
		return nil
	}
	packed := path + ".zst"
	defer os.Remove(packed) //nolint:errcheck // it is in transit
	if err := l.bucket.ReadTo(ctx, l.state.State, packed); err != nil {
		return err
	}
	return unpack(packed, path)
}

// transit names an object that is removed when a step is done.
func (l *Lake) transit(name string) string {
	return fmt.Sprintf("%s%s-%d/%s", oplog.ScratchPrefix, strings.ToLower(rand.Text()[:10]), l.number.Add(1), name)
}

// localFile names a file that is removed when a step is done.
func (l *Lake) localFile(name string) string {
	return filepath.Join(l.Dir, fmt.Sprintf("lake-%d-%s", l.number.Add(1), name))
}

// tables are those of the lake.
var tables = resident.Tables()
