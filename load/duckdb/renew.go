package duckdb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"contactsync/load/duckdb/layout"
	"contactsync/load/duckdb/rowio"
)

// renew makes the views and comments of an opened file those of this program, and makes
// a warehouse of what was a snapshot. Killed at any instant, it is done or was not begun.
func (w *file) renew(ctx context.Context) error {
	var mark sql.NullString
	const query = "SELECT comment FROM duckdb_tables() WHERE database_name = current_database() AND schema_name || '.' || table_name = $1"
	if err := w.conn.QueryRowContext(ctx, query, layout.Meta).Scan(&mark); err != nil {
		return err
	}
	if strings.HasSuffix(mark.String, layout.Mark) {
		return nil
	}
	tx, err := w.conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it does nothing
	if err := execute(ctx, tx, strings.Join(layout.Renewal(), ";\n")); err != nil {
		return fmt.Errorf("renew its views: %w", err)
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	return w.checkpoint(ctx)
}

// Strip makes a copy of a closed warehouse fit for analysts: the tables go that are of no
// use to readers, and of those that hold what is not finished, such as pages that no merge
// has taken in, the empty ones. So a warehouse can still be made of the copy.
func Strip(ctx context.Context, path string) error {
	if err := strip(ctx, path); err != nil {
		return fmt.Errorf("leave out what is not for readers: %w", rowio.Short(err))
	}
	return nil
}

func strip(ctx context.Context, path string) (err error) {
	w, err := attach(ctx, path, Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	drop, unfinished := layout.Helpers()
	stored, err := w.tables(ctx)
	if err != nil {
		return err
	}
	for _, name := range unfinished {
		var holds bool
		if slices.Contains(stored, name) {
			if err := w.conn.QueryRowContext(ctx, "SELECT EXISTS (FROM "+name+")").Scan(&holds); err != nil {
				return err
			}
		}
		if !holds {
			drop = append(drop, name)
		}
	}
	statements := []string{fmt.Sprintf("COMMENT ON TABLE %s IS 'A row is what this file is; a snapshot'", layout.Meta)}
	for _, name := range drop {
		statements = append(statements, "DROP TABLE IF EXISTS "+name)
	}
	return execute(ctx, w.conn, append(statements, "CHECKPOINT")...)
}

// tables are the names of the file's tables in the schema etl. They are asked for on the
// one connection that there is yet.
func (w *file) tables(ctx context.Context) (names []string, err error) {
	const query = "SELECT list(schema_name || '.' || table_name)::JSON::VARCHAR FROM duckdb_tables() WHERE database_name = current_database() AND schema_name = 'etl'"
	var list []byte
	if err := w.conn.QueryRowContext(ctx, query).Scan(&list); err != nil {
		return nil, err
	}
	return names, json.Unmarshal(list, &names)
}

// absent is the catalog, in memory, of the tables that a snapshot lacks.
const absent = "absent"

// complete lets the program read a snapshot as it reads a warehouse: what it lacks is
// there, and empty, in memory, and every connection finds it after what the file has.
func (w *file) complete(ctx context.Context) error {
	stored, err := w.tables(ctx)
	if err != nil {
		return err
	}
	var statements []string
	for _, t := range layout.Tables() {
		if name, inside := strings.CutPrefix(t.Name, "etl."); inside && !slices.Contains(stored, t.Name) {
			t.Name = absent + ".etl." + name
			statements = append(statements, layout.CreateTable(t))
		}
	}
	if len(statements) == 0 {
		return nil
	}
	var catalog string
	if err := w.conn.QueryRowContext(ctx, "SELECT current_database()").Scan(&catalog); err != nil {
		return err
	}
	begin := []string{"ATTACH ':memory:' AS " + absent + " (READ_WRITE)", "CREATE SCHEMA " + absent + ".etl"}
	if err := execute(ctx, w.conn, append(begin, statements...)...); err != nil {
		return err
	}
	path := strings.ReplaceAll(rowio.Quote(catalog), "'", "''")
	w.begin = append(w.begin, fmt.Sprintf("SET search_path = '%[1]s.main,%[1]s.etl,%[2]s.etl'", path, absent))
	return execute(ctx, w.conn, w.begin...)
}

// prepare runs what every connection to a file begins with.
func (w *file) prepare(ctx context.Context) func(driver.ExecerContext) error {
	return func(e driver.ExecerContext) error {
		for _, statement := range w.begin {
			if _, err := e.ExecContext(ctx, statement, nil); err != nil {
				return err
			}
		}
		return nil
	}
}
