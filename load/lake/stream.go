package lake

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"contactsync/load/duckdb/resident"
	"contactsync/load/duckdb/rowio"
	"contactsync/schema"

	"github.com/apache/arrow-go/v18/arrow/array"
)

// stream fetches rows over the connection with Spark. They are handed on as lines of JSON:
// arrow-go's writer of Parquet would make the program larger by a tenth.
func (l *Lake) stream(ctx context.Context, q resident.Query, query string, read func(from string) error) error {
	path := l.localFile("rows.json")
	defer os.Remove(path) //nolint:errcheck // it is in transit
	rows, err := l.writeRows(ctx, query, path)
	if err != nil || rows == 0 {
		return err
	}
	return read(fmt.Sprintf("read_json(%s, format = 'newline_delimited', columns = {%s})", rowio.QuoteText(path), jsonColumns(q)))
}

func (l *Lake) writeRows(ctx context.Context, query, path string) (rows int64, err error) {
	spark, err := l.Spark(ctx)
	if err != nil {
		return 0, err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	out := bufio.NewWriter(file)
	for batch, err := range spark.Records(ctx, query) {
		if err == nil {
			rows += batch.NumRows()
			err = array.RecordToJSON(batch, out)
		}
		if err != nil {
			return rows, errors.Join(l.dropped(spark, err), file.Close())
		}
	}
	return rows, errors.Join(out.Flush(), file.Close())
}

// lakeTypes are DuckDB's types of what a lake has.
var lakeTypes = map[schema.Type]schema.Type{schema.JSON: schema.Text, schema.Hash: schema.Integer, schema.HashList: "BIGINT[]"}

// jsonColumns are the columns of a query's rows and their types.
func jsonColumns(q resident.Query) string {
	var list []string
	asked := q.Columns
	if q.Counted {
		asked = q.By
		list = append(list, "'rows': 'BIGINT'")
	}
	for _, c := range q.Table.Columns {
		if len(asked) > 0 && !slices.Contains(asked, c.Name) {
			continue
		}
		kind, other := lakeTypes[c.Type]
		if !other {
			kind = c.Type
		}
		list = append(list, rowio.QuoteText(c.Name)+": "+rowio.QuoteText(string(kind)))
	}
	return strings.Join(list, ", ")
}
