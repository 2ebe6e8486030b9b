package connect

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"

	pb "contactsync/load/lake/connect/internal/sparkpb"
)

// Rows is a result that fits into memory. A value is
//
//	STRING                            string
//	TINYINT, SMALLINT, INT, BIGINT    int64
//	FLOAT, DOUBLE                     float64
//	DECIMAL                           string, with all its digits
//	BOOLEAN                           bool
//	BINARY                            []byte
//	DATE, TIMESTAMP, TIMESTAMP_NTZ    time.Time in UTC; a DATE at midnight
//	ARRAY                             []any of these
//	NULL                              nil
//
// A column of another type is an error that names it.
type Rows struct {
	Columns []string
	Values  [][]any // a row, then a column
}

// Query runs a statement and holds its whole result, for results that are small. Each ? takes an
// argument, see Records.
func (c *Client) Query(ctx context.Context, sql string, args ...any) (Rows, error) {
	var rows Rows
	for batch, err := range c.Records(ctx, sql, args...) {
		if err != nil {
			return Rows{}, err
		}
		if rows.Columns == nil {
			rows.Columns = make([]string, batch.NumCols())
			for i, field := range batch.Schema().Fields() {
				rows.Columns[i] = field.Name
			}
		}
		for r := range int(batch.NumRows()) {
			row := make([]any, batch.NumCols())
			for i, column := range batch.Columns() {
				if row[i], err = value(column, r); err != nil {
					return Rows{}, fmt.Errorf("spark: column %s: %w", batch.ColumnName(i), err)
				}
			}
			rows.Values = append(rows.Values, row)
		}
	}
	return rows, nil
}

// Records runs a statement and yields its result as it arrives, in batches of up to about 4 MB.
// There is at least one batch, empty if there are no rows, so that the schema is always to be had.
// A batch is the caller's for one turn of the loop: Retain keeps it longer. After an error nothing
// more is yielded. Leaving the loop early stops the statement on the server.
//
// An argument stands for a ? and is nil, string, int, int64, float64, bool, time.Time, []string or []int64.
func (c *Client) Records(ctx context.Context, sql string, args ...any) iter.Seq2[arrow.RecordBatch, error] {
	return func(yield func(arrow.RecordBatch, error) bool) {
		query, err := statement(sql, args)
		if err != nil {
			yield(nil, err)
			return
		}
		for answer, err := range c.run(ctx, &pb.Plan{OpType: &pb.Plan_Root{Root: query}}) {
			if err != nil {
				yield(nil, err)
				return
			}
			if answer.GetArrowBatch() == nil {
				continue
			}
			if !batches(answer.GetArrowBatch().GetData(), yield) {
				return
			}
		}
	}
}

// batches yields what an Arrow IPC stream holds, and false once no more is wanted.
func batches(stream []byte, yield func(arrow.RecordBatch, error) bool) bool {
	reader, err := ipc.NewReader(bytes.NewReader(stream))
	if err != nil {
		yield(nil, fmt.Errorf("spark: result: %w", err))
		return false
	}
	defer reader.Release()
	seen := false
	for reader.Next() {
		seen = true
		if !yield(reader.RecordBatch(), nil) {
			return false
		}
	}
	if err := reader.Err(); err != nil {
		yield(nil, fmt.Errorf("spark: result: %w", err))
		return false
	}
	if seen {
		return true
	}
	builder := array.NewRecordBuilder(memory.DefaultAllocator, reader.Schema())
	defer builder.Release()
	empty := builder.NewRecordBatch()
	defer empty.Release()
	return yield(empty, nil)
}

func value(column arrow.Array, row int) (any, error) {
	if column.IsNull(row) {
		return nil, nil
	}
	switch c := column.(type) {
	case *array.Null:
		return nil, nil
	case *array.String:
		return c.Value(row), nil
	case *array.LargeString:
		return c.Value(row), nil
	case *array.Int8:
		return int64(c.Value(row)), nil
	case *array.Int16:
		return int64(c.Value(row)), nil
	case *array.Int32:
		return int64(c.Value(row)), nil
	case *array.Int64:
		return c.Value(row), nil
	case *array.Float32:
		return float64(c.Value(row)), nil
	case *array.Float64:
		return c.Value(row), nil
	case *array.Decimal128:
		return c.Value(row).ToString(c.DataType().(*arrow.Decimal128Type).Scale), nil
	case *array.Boolean:
		return c.Value(row), nil
	case *array.Binary:
		return bytes.Clone(c.Value(row)), nil
	case *array.Date32:
		return c.Value(row).ToTime(), nil
	case *array.Timestamp:
		return time.UnixMicro(int64(c.Value(row))).UTC(), nil
	case array.ListLike:
		return elements(c, row)
	default:
		return nil, fmt.Errorf("it has the type %s, which is not decoded here: cast it in the query, or read it by Records", column.DataType())
	}
}

func elements(list array.ListLike, row int) (any, error) {
	if list.DataType().ID() == arrow.MAP {
		return nil, fmt.Errorf("it is a MAP, which is not decoded here: ask for single keys, or for to_json of it")
	}
	from, to := list.ValueOffsets(row)
	out := make([]any, 0, to-from)
	for i := from; i < to; i++ {
		v, err := value(list.ListValues(), int(i))
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}
