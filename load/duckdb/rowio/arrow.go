//go:build duckdb_arrow

// Package rowio moves rows between Go and DuckDB: many at once as Arrow, single
// ones as arguments, always by the columns of the schema.
package rowio

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"contactsync/schema"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// Frame is a set of rows on its way into one table.
type Frame struct {
	table   string
	columns []string
	batch   arrow.RecordBatch
}

// Vector is the values of one column.
type Vector struct {
	name   string
	values arrow.Array
}

// Rows is how many there are.
func (f Frame) Rows() int64 { return f.batch.NumRows() }

// Release frees the rows of a frame that is not inserted.
func (f Frame) Release() { f.batch.Release() }

// NewFrame builds the Arrow form of rows for a table that has these columns.
func NewFrame[R any](table string, columns []schema.Column[R], rows []R) Frame {
	return FrameOf(table, Vectors(columns, rows), len(rows))
}

// FrameOf joins vectors of n values, which it takes over.
func FrameOf(table string, vectors []Vector, n int) Frame {
	f := Frame{table: table}
	fields, values := make([]arrow.Field, len(vectors)), make([]arrow.Array, len(vectors))
	for i, v := range vectors {
		defer v.values.Release()
		f.columns = append(f.columns, v.name)
		fields[i], values[i] = arrow.Field{Name: v.name, Type: v.values.DataType(), Nullable: true}, v.values
	}
	f.batch = array.NewRecordBatch(arrow.NewSchema(fields, nil), values, int64(n))
	return f
}

// Vectors builds the Arrow form of the columns of rows.
func Vectors[R any](columns []schema.Column[R], rows []R) []Vector {
	vectors := make([]Vector, len(columns))
	for i, c := range columns {
		b := array.NewBuilder(memory.DefaultAllocator, arrowType(c.Type))
		b.Reserve(len(rows))
		if len(rows) > 0 {
			appendColumn(b, c, rows)
		}
		vectors[i] = Vector{c.Name, b.NewArray()}
		b.Release()
	}
	return vectors
}

func arrowType(t schema.Type) arrow.DataType {
	switch t {
	case schema.TextList:
		return arrow.ListOf(arrow.BinaryTypes.String)
	case schema.Time:
		return &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}
	case schema.Day:
		return arrow.FixedWidthTypes.Date32
	case schema.Flag:
		return arrow.FixedWidthTypes.Boolean
	case schema.Integer:
		return arrow.PrimitiveTypes.Int64
	case schema.Number:
		return arrow.PrimitiveTypes.Float64
	case schema.Hash:
		return arrow.PrimitiveTypes.Uint64
	case schema.HashList:
		return arrow.ListOf(arrow.PrimitiveTypes.Uint64)
	default: // JSON travels as text and is cast on insertion
		return arrow.BinaryTypes.String
	}
}

// appendColumn appends the column's value of every row, of which there are some;
// what counts as not known (see [schema.Type]) becomes NULL.
func appendColumn[R any](b array.Builder, c schema.Column[R], rows []R) {
	switch c.Field(&rows[0]).(type) {
	case *string:
		b := b.(*array.StringBuilder)
		size := 0
		for i := range rows {
			size += len(*c.Field(&rows[i]).(*string))
		}
		b.ReserveData(size)
		appendKnown(b, c, rows, func(v *string) bool { return *v != "" }, func(v *string) { b.Append(*v) })
	case *[]string:
		b := b.(*array.ListBuilder)
		items := b.ValueBuilder().(*array.StringBuilder)
		appendKnown(b, c, rows, func(v *[]string) bool { return len(*v) > 0 }, func(v *[]string) {
			b.Append(true)
			for _, s := range *v {
				items.Append(s)
			}
		})
	case *time.Time:
		b := b.(*array.TimestampBuilder)
		appendKnown(b, c, rows, func(v *time.Time) bool { return !v.IsZero() }, func(v *time.Time) { b.Append(arrow.Timestamp(v.UnixMicro())) })
	case *schema.Date:
		b := b.(*array.Date32Builder)
		appendKnown(b, c, rows, func(v *schema.Date) bool { return !v.IsZero() }, func(v *schema.Date) { b.Append(arrow.Date32FromTime(v.Time)) })
	case **bool:
		b := b.(*array.BooleanBuilder)
		appendKnown(b, c, rows, func(v **bool) bool { return *v != nil }, func(v **bool) { b.Append(**v) })
	case *bool:
		appendKnown(b, c, rows, always, func(v *bool) { b.(*array.BooleanBuilder).Append(*v) })
	case *int64:
		appendKnown(b, c, rows, always, func(v *int64) { b.(*array.Int64Builder).Append(*v) })
	case *float64:
		appendKnown(b, c, rows, always, func(v *float64) { b.(*array.Float64Builder).Append(*v) })
	case *uint64:
		b := b.(*array.Uint64Builder)
		appendKnown(b, c, rows, func(v *uint64) bool { return *v != 0 }, func(v *uint64) { b.Append(*v) })
	case *[]uint64:
		b := b.(*array.ListBuilder)
		items := b.ValueBuilder().(*array.Uint64Builder)
		appendKnown(b, c, rows, func(v *[]uint64) bool { return len(*v) > 0 }, func(v *[]uint64) {
			b.Append(true)
			items.AppendValues(*v, nil)
		})
	default:
		panic(fmt.Sprintf("rowio: no Arrow form of column %s", c.Name))
	}
}

func appendKnown[R, V any](b array.Builder, c schema.Column[R], rows []R, known func(*V) bool, add func(*V)) {
	for i := range rows {
		if v := c.Field(&rows[i]).(*V); known(v) {
			add(v)
		} else {
			b.AppendNull()
		}
	}
}

func always[V any](*V) bool { return true }

// feed is a view in the scratch database through which rows enter DuckDB: each
// scan of it reads the batch that was put there last.
//
// Two facts shape it. DuckDB registers an Arrow view in the default catalog for
// good, and DDL must not share a transaction with data; so a feed is opened once
// per table, outside any transaction, in a database that is no file. And only a
// plain SELECT * of all its columns may be read from it, since the driver hands
// column pruning and filters to a stream that ignores them (duckdb-go issue 28).
type feed struct {
	view    string
	batch   arrow.RecordBatch
	read    bool
	release func()
}

// The methods of an array.RecordReader. It is written by hand because
// array.ReaderFromIter resumes a coroutine inside a cgo callback, which crashes.
func (f *feed) Retain()                        {}
func (f *feed) Release()                       {}
func (f *feed) Schema() *arrow.Schema          { return f.batch.Schema() }
func (f *feed) RecordBatch() arrow.RecordBatch { return f.batch }
func (f *feed) Record() arrow.RecordBatch      { return f.batch }
func (f *feed) Err() error                     { return nil }
func (f *feed) Next() bool {
	fresh := !f.read
	f.read = true
	return fresh
}

// Feeds are the feeds of one connection, by table.
type Feeds struct {
	conn    *sql.Conn
	home    string // the catalog that holds the tables
	byTable map[string]*feed
}

// Scratch is the in-memory database with which the engine starts, before the warehouse is
// attached: Arrow views and other things that must leave no trace in the file.
const Scratch = "memory"

// NewFeeds makes the feeds of a connection; none is open yet.
func NewFeeds(ctx context.Context, conn *sql.Conn) (*Feeds, error) {
	f := &Feeds{conn: conn, byTable: map[string]*feed{}}
	err := conn.QueryRowContext(ctx, "SELECT current_database()").Scan(&f.home)
	return f, err
}

// Open makes sure that the frames' tables have feeds. The connection is in no
// transaction, and nobody else uses it.
func (f *Feeds) Open(ctx context.Context, frames ...Frame) error {
	for _, frame := range frames {
		if f.byTable[frame.table] != nil {
			continue
		}
		if err := f.open(ctx, frame); err != nil {
			return fmt.Errorf("stage %s: %w", frame.table, err)
		}
	}
	return nil
}

func (f *Feeds) open(ctx context.Context, frame Frame) (err error) {
	in := &feed{view: fmt.Sprintf("feed_%d", len(f.byTable)), batch: frame.batch}
	if _, err := f.conn.ExecContext(ctx, "USE "+Scratch); err != nil {
		return err
	}
	defer func() {
		_, useErr := f.conn.ExecContext(context.WithoutCancel(ctx), "USE "+Quote(f.home))
		err = errors.Join(err, useErr)
	}()
	err = f.conn.Raw(func(c any) (err error) {
		in.release, err = registerView(c.(driver.Conn), in, in.view)
		return err
	})
	if err == nil {
		f.byTable[frame.table] = in
	}
	return err
}

// Insert appends the frame's rows to its table, whose feed is open, in a
// transaction of the connection.
func (f *Feeds) Insert(ctx context.Context, tx *sql.Tx, frame Frame) error {
	in := f.byTable[frame.table]
	in.batch, in.read = frame.batch, false
	insert := fmt.Sprintf("INSERT INTO %s (%s) SELECT * FROM %s.main.%s", frame.table, QuoteAll(frame.columns), Scratch, in.view)
	if _, err := tx.ExecContext(ctx, insert); err != nil {
		return fmt.Errorf("insert into %s: %w", frame.table, err)
	}
	frame.batch.Release()
	return nil
}

// Release frees the feeds, once the connection is closed.
func (f *Feeds) Release() {
	if f == nil {
		return
	}
	for _, in := range f.byTable {
		in.release()
	}
	clear(f.byTable)
}
