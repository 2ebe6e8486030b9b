// Package loadtest reads a warehouse for tests.
package loadtest

import (
	"context"

	"contactsync/load/duckdb"

	"github.com/stretchr/testify/require"
)

// Rows is every row of a query.
func Rows(t require.TestingT, w *duckdb.Warehouse, query string) (all [][]any) {
	conn, err := w.Conn(context.Background())
	require.NoError(t, err)
	defer conn.Close()
	rows, err := conn.QueryContext(context.Background(), query)
	require.NoError(t, err, query)
	defer rows.Close()
	columns, err := rows.Columns()
	require.NoError(t, err)
	for rows.Next() {
		row, fields := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			fields[i] = &row[i]
		}
		require.NoError(t, rows.Scan(fields...))
		all = append(all, row)
	}
	require.NoError(t, rows.Err())
	return all
}
