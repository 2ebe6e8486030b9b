package standing

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"contactsync/load/duckdb/resident"
	"contactsync/load/duckdb/rowio"
)

// merged is the table of what is stored and not staged, as far as a query asks: the file's
// own, or a temporary one of what a lake has and what lies in the file beside that.
func merged(ctx context.Context, conn *sql.Conn, lake resident.Lake, q resident.Query) (string, error) {
	name := q.Table.Name
	if lake == nil || lake.Stored(name) == 0 {
		return name, nil
	}
	temporary := "standing_" + strings.ReplaceAll(name, ".", "_")
	columns := rowio.QuoteAll(q.Columns)
	if _, err := conn.ExecContext(ctx, fmt.Sprintf("CREATE OR REPLACE TEMP TABLE %s AS SELECT %s FROM %s", temporary, columns, name)); err != nil {
		return "", err
	}
	return temporary, lake.Fetch(ctx, q, func(from string) error {
		_, err := conn.ExecContext(ctx, fmt.Sprintf("INSERT INTO %s SELECT %s FROM %s", temporary, columns, from))
		return err
	})
}
