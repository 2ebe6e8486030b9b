//go:build duckdb_arrow

package runtest

import (
	"fmt"
	"strings"

	"contactsync/internal/loadtest"
	"contactsync/load/duckdb"
)

// Rows reads a query as lines of text.
func (w *World) Rows(query string) (lines []string) {
	w.Helper()
	w.open(duckdb.Options{Threads: 1, ReadOnly: true}, func(warehouse *duckdb.Warehouse) { lines = w.lines(warehouse, query) })
	return lines
}

// Mentions are the tables that hold a text, by a pattern, in any column.
func (w *World) Mentions(pattern string) (tables []string) {
	w.Helper()
	w.open(duckdb.Options{Threads: 1, ReadOnly: true}, func(warehouse *duckdb.Warehouse) {
		for _, table := range w.lines(warehouse, "SELECT schema_name || '.' || table_name FROM duckdb_tables()") {
			query := fmt.Sprintf("SELECT count(*) FROM %s t WHERE regexp_matches(t::VARCHAR, '%s')", table, pattern)
			if w.lines(warehouse, query)[0] != "0" {
				tables = append(tables, table)
			}
		}
	})
	return tables
}

func (w *World) lines(warehouse *duckdb.Warehouse, query string) []string {
	w.Helper()
	lines := []string{}
	for _, row := range loadtest.Rows(w, warehouse, query) {
		parts := make([]string, len(row))
		for i, v := range row {
			parts[i] = fmt.Sprint(v)
		}
		lines = append(lines, strings.Join(parts, "|"))
	}
	return lines
}

// Content is every row that analysts see, without when and by which run it came about.
func (w *World) Content() map[string][]string {
	w.Helper()
	content := map[string][]string{}
	w.open(duckdb.Options{Threads: 1, ReadOnly: true}, func(warehouse *duckdb.Warehouse) {
		for table, exclude := range map[string]string{
			"contacts": "first_seen_at, last_seen_at, updated_at", "source_contacts": "first_seen_at, last_seen_at, updated_at, run_id",
			"accounts":    "first_seen_at, last_seen_at",
			"identifiers": "", "intent_matches": "run_id", "events": "run_id", "audience_members": "valid_from, valid_to",
		} {
			columns := "*"
			if exclude != "" {
				columns = "* EXCLUDE (" + exclude + ")"
			}
			content[table] = w.lines(warehouse, "SELECT "+columns+" FROM "+table+" ORDER BY ALL")
		}
	})
	return content
}
