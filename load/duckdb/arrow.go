//go:build duckdb_arrow

package duckdb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"
	"time"

	"contactsync/schema"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	duckdbgo "github.com/duckdb/duckdb-go/v2"
)

// frame is a set of rows on its way into one table.
type frame struct {
	table   string
	columns []string
	batch   arrow.RecordBatch
}

// newFrame builds the Arrow form of rows for a table that has these columns.
func newFrame[R any](table string, columns []schema.Column[R], rows []R) frame {
	f := frame{table: table}
	fields := make([]arrow.Field, len(columns))
	for i, c := range columns {
		f.columns = append(f.columns, c.Name)
		fields[i] = arrow.Field{Name: c.Name, Type: arrowType(c.Type()), Nullable: true}
	}
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema(fields, nil))
	defer b.Release()
	b.Reserve(len(rows))
	for i, c := range columns {
		field := b.Field(i)
		for r := range rows {
			appendValue(field, c.Field(&rows[r]))
		}
	}
	f.batch = b.NewRecordBatch()
	return f
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
	default: // JSON travels as text and is cast on insertion
		return arrow.BinaryTypes.String
	}
}

// appendValue appends the value behind a field pointer; what counts as not
// known (see [schema.Type]) becomes NULL.
func appendValue(b array.Builder, field any) {
	switch v := field.(type) {
	case *string:
		if *v == "" {
			b.AppendNull()
		} else {
			b.(*array.StringBuilder).Append(*v)
		}
	case *[]string:
		if len(*v) == 0 {
			b.AppendNull()
			return
		}
		list := b.(*array.ListBuilder)
		list.Append(true)
		items := list.ValueBuilder().(*array.StringBuilder)
		for _, s := range *v {
			items.Append(s)
		}
	case *time.Time:
		if v.IsZero() {
			b.AppendNull()
		} else {
			b.(*array.TimestampBuilder).Append(arrow.Timestamp(v.UnixMicro()))
		}
	case *schema.Date:
		if v.IsZero() {
			b.AppendNull()
		} else {
			b.(*array.Date32Builder).Append(arrow.Date32FromTime(v.Time))
		}
	case **bool:
		if *v == nil {
			b.AppendNull()
		} else {
			b.(*array.BooleanBuilder).Append(**v)
		}
	case *bool:
		b.(*array.BooleanBuilder).Append(*v)
	case *int64:
		b.(*array.Int64Builder).Append(*v)
	case *float64:
		b.(*array.Float64Builder).Append(*v)
	default:
		panic(fmt.Sprintf("load: no Arrow form of %T", field))
	}
}

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

// open makes sure that the frame's table has a feed. The caller holds the lock
// and is in no transaction.
func (w *Warehouse) open(ctx context.Context, f frame) (err error) {
	if w.feeds[f.table] != nil {
		return nil
	}
	in := &feed{view: fmt.Sprintf("feed_%d", len(w.feeds)), batch: f.batch}
	if _, err := w.conn.ExecContext(ctx, "USE "+scratch); err != nil {
		return err
	}
	defer func() {
		_, useErr := w.conn.ExecContext(context.WithoutCancel(ctx), "USE "+quote(w.home))
		err = errors.Join(err, useErr)
	}()
	err = w.conn.Raw(func(c any) (err error) {
		in.release, err = registerView(c.(driver.Conn), in, in.view)
		return err
	})
	if err == nil {
		w.feeds[f.table] = in
	}
	return err
}

// insert appends the frame's rows to its table, whose feed is open.
func (w *Warehouse) insert(ctx context.Context, tx *sql.Tx, f frame) error {
	in := w.feeds[f.table]
	in.batch, in.read = f.batch, false
	insert := fmt.Sprintf("INSERT INTO %s (%s) SELECT * FROM %s.main.%s", f.table, quoteAll(f.columns), scratch, in.view)
	if _, err := tx.ExecContext(ctx, insert); err != nil {
		return fmt.Errorf("insert into %s: %w", f.table, err)
	}
	f.batch.Release()
	return nil
}

// readRows runs a query whose result has exactly these columns, in this order,
// and hands each row to yield. The row is reused: keep copies.
func readRows[R any](ctx context.Context, conn *sql.Conn, columns []schema.Column[R], yield func(*R) error, query string, args ...any) error {
	return conn.Raw(func(c any) error {
		ar, err := duckdbgo.NewArrowFromConn(c.(driver.Conn))
		if err != nil {
			return err
		}
		rows, err := ar.QueryContext(ctx, query, args...)
		if err != nil {
			return err
		}
		defer rows.Release()
		for rows.Next() {
			batch := rows.RecordBatch()
			for i := range int(batch.NumRows()) {
				var row R
				for c := range columns {
					readValue(batch.Column(c), i, columns[c].Field(&row))
				}
				if err := yield(&row); err != nil {
					return err
				}
			}
		}
		return rows.Err()
	})
}

// readValue sets the field behind the pointer from one Arrow value.
func readValue(a arrow.Array, i int, field any) {
	if a.IsNull(i) {
		return
	}
	switch v := field.(type) {
	case *string:
		*v = text(a, i)
	case *[]string:
		list := a.(*array.List)
		start, end := list.ValueOffsets(i)
		for j := start; j < end; j++ {
			*v = append(*v, text(list.ListValues(), int(j)))
		}
	case *time.Time:
		*v = time.UnixMicro(int64(a.(*array.Timestamp).Value(i))).UTC()
	case *schema.Date:
		*v = schema.Date{Time: a.(*array.Date32).Value(i).ToTime()}
	case **bool:
		b := a.(*array.Boolean).Value(i)
		*v = &b
	case *bool:
		*v = a.(*array.Boolean).Value(i)
	case *int64:
		*v = a.(*array.Int64).Value(i)
	case *float64:
		*v = a.(*array.Float64).Value(i)
	default:
		panic(fmt.Sprintf("load: no Arrow form of %T", field))
	}
}

// text copies a string out of memory that DuckDB owns.
func text(a arrow.Array, i int) string {
	s, ok := a.(interface{ Value(int) string })
	if !ok {
		panic(fmt.Sprintf("load: %T holds no text", a))
	}
	return strings.Clone(s.Value(i))
}
