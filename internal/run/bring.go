package run

import (
	"context"
	"database/sql"
	"errors"
	"regexp"
	"slices"
	"strings"

	"contactsync/extract"
	"contactsync/load/duckdb"
	"contactsync/load/duckdb/resident"
	"contactsync/load/export"
)

// Bring has the rows of tables here, all if none is named. Only where Spark holds the
// warehouse were they not.
func Bring(ctx context.Context, r *Reader, tables ...string) error {
	return duckdb.Bring(ctx, r.Warehouse, tables...)
}

// BringPeople has all here that tells who is one person and what is known of them.
func BringPeople(ctx context.Context, r *Reader) error {
	return BringFor(ctx, r, "FROM contacts", "FROM source_contacts", "FROM etl.identifiers", "FROM intent_matches", "FROM audience_members",
		"FROM contact_changes", "FROM etl.merges")
}

// BringFor has the rows here of all tables that queries read, through views, too. What
// queries there are that DuckDB refuses, it says again when it is asked for their rows.
func BringFor(ctx context.Context, r *Reader, queries ...string) error {
	return bringFor(ctx, r.Warehouse, queries...)
}

func bringFor(ctx context.Context, w *duckdb.Warehouse, queries ...string) error {
	if duckdb.StoreOf(w) == nil {
		return nil
	}
	conn, err := w.Conn(ctx)
	if err != nil {
		return err
	}
	tables, err := tablesOf(ctx, conn, queries)
	if err := errors.Join(err, conn.Close()); err != nil || len(tables) == 0 {
		return err
	}
	return duckdb.Bring(ctx, w, tables...)
}

// tablesOf are the tables of the lake that queries read, as DuckDB's plans have them.
func tablesOf(ctx context.Context, conn *sql.Conn, queries []string) (tables []string, err error) {
	if _, err := conn.ExecContext(ctx, "SET explain_output = 'all'"); err != nil {
		return nil, err
	}
	for _, query := range queries {
		plan, err := planOf(ctx, conn, query)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			continue
		}
		for _, found := range scanned.FindAllStringSubmatch(plan, -1) {
			if table := strings.TrimPrefix(found[1], "main."); resident.IsResident(table) && !slices.Contains(tables, table) {
				tables = append(tables, table)
			}
		}
	}
	_, err = conn.ExecContext(ctx, "RESET explain_output")
	return tables, err
}

// scanned is how a plan in JSON names a table that it reads, by catalog, schema and name.
var scanned = regexp.MustCompile(`"Table": "[^".]+\.([^".]+\.[^".]+)"`)

// explaining is what a query begins with that asks for a plan itself.
var explaining = regexp.MustCompile(`(?is)^\s*EXPLAIN\s+(ANALYZE\s+)?(\([^)]*\)\s*)?`)

// planOf is the plan of a query before anything in it is made simpler.
func planOf(ctx context.Context, conn *sql.Conn, query string) (plan string, err error) {
	query = explaining.ReplaceAllString(query, "")
	rows, err := conn.QueryContext(ctx, "EXPLAIN (FORMAT JSON) "+query)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	for rows.Next() {
		var kind, text string
		if err := rows.Scan(&kind, &text); err != nil {
			return "", err
		}
		if kind == "logical_plan" {
			plan += text
		}
	}
	return plan, rows.Err()
}

// queriesOf are what an export asks for.
func queriesOf(s export.Spec) []string {
	switch {
	case s.For != "":
		return []string{s.People, "FROM contacts", "FROM source_contacts"}
	case s.Query != "":
		return []string{s.Query}
	}
	return []string{"FROM " + s.Table}
}

// query answers a query of the config for a run. While it runs others may merge, so where
// Spark holds the warehouse it is asked of a scratch of its own.
func (r *Runner) query(ctx context.Context, w *duckdb.Warehouse, query string) (rows extract.Rows, err error) {
	if !r.inLake() {
		return Query(ctx, w, query)
	}
	err = r.readLake(ctx, func(reader *Reader) error {
		rows, err = Ask(ctx, reader, query)
		return err
	})
	return rows, err
}

// Ask is what a query of the config returns of a warehouse that is only read.
func Ask(ctx context.Context, r *Reader, query string) (extract.Rows, error) {
	if err := BringFor(ctx, r, query); err != nil {
		return extract.Rows{}, err
	}
	return Query(ctx, r, query)
}
