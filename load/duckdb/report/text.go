package report

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"contactsync/load/duckdb/rowio"
)

// Texts returns what a query of the config returns, all of it as text: websites to
// search, say, or people to ask for. NULL is "".
func Texts(ctx context.Context, from Connector, query string) (columns []string, rows [][]string, err error) {
	conn, err := from.Conn(ctx)
	if err != nil {
		return nil, nil, rowio.Short(err)
	}
	defer conn.Close()
	if columns, err = columnsOf(ctx, conn, query); err != nil {
		return nil, nil, rowio.Short(err)
	}
	casts := make([]string, len(columns))
	for i := range columns {
		casts[i] = fmt.Sprintf("#%d::VARCHAR", i+1)
	}
	found, err := conn.QueryContext(ctx, "SELECT "+strings.Join(casts, ", ")+" FROM ("+query+"\n)")
	if err != nil {
		return nil, nil, rowio.Short(err)
	}
	defer found.Close()
	texts, into := make([]sql.NullString, len(columns)), make([]any, len(columns))
	for i := range texts {
		into[i] = &texts[i]
	}
	for found.Next() {
		if err := found.Scan(into...); err != nil {
			return nil, nil, rowio.Short(err)
		}
		row := make([]string, len(texts))
		for i, t := range texts {
			row[i] = t.String
		}
		rows = append(rows, row)
	}
	return columns, rows, rowio.Short(found.Err())
}

// columnsOf names the columns of what a query returns.
func columnsOf(ctx context.Context, conn *sql.Conn, query string) ([]string, error) {
	none, err := conn.QueryContext(ctx, "SELECT * FROM ("+query+"\n) LIMIT 0")
	if err != nil {
		return nil, err
	}
	defer none.Close()
	return none.Columns()
}
