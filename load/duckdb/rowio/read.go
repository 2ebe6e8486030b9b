//go:build duckdb_arrow

package rowio

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"strings"
	"time"

	"contactsync/schema"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	duckdbgo "github.com/duckdb/duckdb-go/v2"
)

// Read runs a query whose result has exactly these columns, in this order,
// and hands each row to yield.
func Read[R any](ctx context.Context, conn *sql.Conn, columns []schema.Column[R], yield func(*R) error, query string, args ...any) error {
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
			list := make([]R, batch.NumRows())
			for i, c := range columns {
				if len(list) > 0 {
					readColumn(batch.Column(i), c, list)
				}
			}
			for i := range list {
				if err := yield(&list[i]); err != nil {
					return err
				}
			}
		}
		return rows.Err()
	})
}

// Connector gives connections: an open warehouse does, and a [sql.DB].
type Connector interface {
	Conn(ctx context.Context) (*sql.Conn, error)
}

// Query is [Read] on a connection of its own, with an error for a user.
func Query[R any](ctx context.Context, from Connector, columns []schema.Column[R], yield func(*R) error, query string, args ...any) error {
	conn, err := from.Conn(ctx)
	if err != nil {
		return fmt.Errorf("warehouse: %w", err)
	}
	defer conn.Close()
	if err := Read(ctx, conn, columns, yield, query, args...); err != nil {
		return fmt.Errorf("warehouse: %w", Short(err))
	}
	return nil
}

// Select returns rows of a table, which goes by the name t: what follows FROM.
func Select[R any](ctx context.Context, from Connector, columns []schema.Column[R], table string, args ...any) (list []R, err error) {
	err = Query(ctx, from, columns, Collect(&list), "SELECT "+SelectList("t", columns)+" FROM "+table, args...)
	return list, err
}

// Texts returns the one column of a query.
func Texts(ctx context.Context, from Connector, query string, args ...any) (list []string, err error) {
	err = Query(ctx, from, SingleColumns, func(s *Single) error {
		list = append(list, s.Value)
		return nil
	}, query, args...)
	return list, err
}

// readColumn sets the column's value of every row, of which there are some.
func readColumn[R any](a arrow.Array, c schema.Column[R], rows []R) {
	switch c.Field(&rows[0]).(type) {
	case *string:
		setKnown(a, c, rows, textsOf(a))
	case *[]string:
		list := a.(*array.List)
		item := textsOf(list.ListValues())
		setKnown(a, c, rows, func(i int) (texts []string) {
			start, end := list.ValueOffsets(i)
			for j := start; j < end; j++ {
				texts = append(texts, item(int(j)))
			}
			return texts
		})
	case *time.Time:
		setKnown(a, c, rows, func(i int) time.Time { return time.UnixMicro(int64(a.(*array.Timestamp).Value(i))).UTC() })
	case *schema.Date:
		setKnown(a, c, rows, func(i int) schema.Date { return schema.Date{Time: a.(*array.Date32).Value(i).ToTime()} })
	case **bool:
		setKnown(a, c, rows, func(i int) *bool { return new(a.(*array.Boolean).Value(i)) })
	case *bool:
		setKnown(a, c, rows, a.(*array.Boolean).Value)
	case *int64:
		setKnown(a, c, rows, a.(*array.Int64).Value)
	case *float64:
		setKnown(a, c, rows, a.(*array.Float64).Value)
	default:
		panic(fmt.Sprintf("rowio: no Arrow form of column %s", c.Name))
	}
}

func setKnown[R, V any](a arrow.Array, c schema.Column[R], rows []R, value func(int) V) {
	for i := range rows {
		if a.IsValid(i) {
			*c.Field(&rows[i]).(*V) = value(i)
		}
	}
}

// textsOf copies strings out of memory that DuckDB owns.
func textsOf(a arrow.Array) func(int) string {
	s, ok := a.(interface{ Value(int) string })
	if !ok {
		panic(fmt.Sprintf("rowio: %T holds no text", a))
	}
	return func(i int) string { return strings.Clone(s.Value(i)) }
}
