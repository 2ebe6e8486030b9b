package report

import (
	"context"
	"database/sql"

	"contactsync/load/duckdb/rowio"
)

// Strings returns the first column of a query as text: websites to search, say.
func Strings(ctx context.Context, from Connector, query string) ([]string, error) {
	conn, err := from.Conn(ctx)
	if err != nil {
		return nil, rowio.Short(err)
	}
	defer conn.Close()
	rows, err := conn.QueryContext(ctx, "SELECT #1::VARCHAR FROM ("+query+"\n)")
	if err != nil {
		return nil, rowio.Short(err)
	}
	defer rows.Close()
	var list []string
	for rows.Next() {
		var s sql.NullString
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		if s.String != "" {
			list = append(list, s.String)
		}
	}
	return list, rowio.Short(rows.Err())
}
