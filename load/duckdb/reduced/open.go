// Package reduced is a copy of the warehouse for readers who may not know who people are.
//
// It is a file of its own with the tables of [schema.PublicDictionary]: only the columns
// that name nobody, a pseudonym in the place of each contact id, and free texts without
// addresses and numbers. A query over it cannot reach what it hides, since that is in no
// file that the engine has open, and the engine opens no other. No judgement of queries
// could promise as much: views, macros, statistics and error messages all quote what
// lies beneath them.
package reduced

import (
	"cmp"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"

	"contactsync/load/duckdb/rowio"

	duckdbgo "github.com/duckdb/duckdb-go/v2"
)

// Options say how to open a copy.
type Options struct {
	MemoryLimit string // DuckDB's, e.g. "512MB"; "" = that default
	Threads     int    // 0: DuckDB's default
	Spill       string // the folder of what does not fit into memory
}

// Copy is an open copy, which can only be read.
type Copy struct{ db *sql.DB }

// catalog is the name by which queries may call the database.
const catalog = "analytics"

// Open opens the copy at path.
func Open(ctx context.Context, path string, o Options) (*Copy, error) {
	settings := url.Values{
		"memory_limit": {cmp.Or(o.MemoryLimit, "512MB")}, "temp_directory": {o.Spill},
		"autoinstall_known_extensions": {"false"}, "autoload_known_extensions": {"false"},
	}
	if o.Threads > 0 {
		settings.Set("threads", strconv.Itoa(o.Threads))
	}
	if _, err := os.Stat(path); err != nil { // DuckDB would make one
		return nil, fmt.Errorf("the copy without personal columns: %w", err)
	}
	begin := []string{
		"SET TimeZone = 'UTC'",
		fmt.Sprintf("ATTACH IF NOT EXISTS %s AS %s (READ_ONLY)", rowio.QuoteText(path), catalog),
		"USE " + catalog,
	}
	connector, err := duckdbgo.NewConnector("?"+settings.Encode(), func(e driver.ExecerContext) error {
		for _, statement := range begin {
			if _, err := e.ExecContext(context.WithoutCancel(ctx), statement, nil); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("the copy without personal columns: %w", rowio.Short(err))
	}
	c := &Copy{sql.OpenDB(connector)}
	if err := c.db.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("the copy without personal columns: %w", rowio.Short(err)), c.Close())
	}
	return c, nil
}

// Conn is a connection for a query.
func (c *Copy) Conn(ctx context.Context) (*sql.Conn, error) { return c.db.Conn(ctx) }

// Close closes the copy.
func (c *Copy) Close() error { return c.db.Close() }
