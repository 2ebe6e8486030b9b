package chaos_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// result is all that a night left behind, in a form in which two nights can be
// compared: the rows of every table as sorted text.
type result map[string][]string

// vendorTimes are the moments that come from the vendors.
var vendorTimes = []string{"as_of", "occurred_at"}

// result reads the world's warehouse, snapshot and exports.
func (w *world) result() result {
	w.Helper()
	all := result{}
	for _, file := range []string{"warehouse.duckdb", "analytics.duckdb"} {
		if w.lake == nil {
			db := w.open(file)
			w.stored(all, file, db)
			require.NoError(w, db.Close())
		}
	}
	if w.lake != nil {
		w.withLake(func(open *sql.Conn) { w.stored(all, "warehouse.duckdb", open) })
	}
	db, err := sql.Open("duckdb", "")
	require.NoError(w, err)
	defer db.Close()
	for _, export := range []string{"contacts", "matches", "news"} {
		files := fmt.Sprintf("read_parquet('%s', hive_partitioning = %t)", w.path("exports/"+export+"/**/*.parquet"), export == "contacts")
		all["export "+export] = w.rows(db, files, export == "news") // its files overlap by design
	}
	return all
}

// stored reads the tables of a warehouse into a result.
func (w *world) stored(all result, file string, db database) {
	w.Helper()
	w.settled(db)
	for _, table := range tablesOf(w, db) {
		switch table {
		case "etl.runs", "etl.changes", "etl.outputs":
			continue
		}
		all[file+" "+table] = w.rows(db, table, table == "etl.rejects")
	}
}

// seen is what analysts see of a warehouse: the rows of its promised tables and views.
func (w *world) seen(db database) result {
	w.Helper()
	all := result{}
	for _, table := range tablesOf(w, db) {
		if strings.HasPrefix(table, "main.") {
			all[table] = w.rows(db, table, false)
		}
	}
	return all
}

// tablesOf names the tables and views of a warehouse.
func tablesOf(w *world, db database) []string {
	w.Helper()
	return rowsOf(w, db, `SELECT table_schema || '.' || table_name FROM information_schema.tables
		WHERE table_catalog = current_database() AND table_schema IN ('main', 'etl')`)
}

// settled checks what is not compared: the books on runs and exports.
func (w *world) settled(db database) {
	w.Helper()
	require.Empty(w, rowsOf(w, db, "SELECT run_id FROM etl.runs WHERE status = 'running'"))
	require.Empty(w, rowsOf(w, db, `SELECT pipeline || ': ' || status || ': ' || coalesce(error, '') FROM (
		FROM etl.runs QUALIFY row_number() OVER (PARTITION BY pipeline ORDER BY started_at DESC) = 1) WHERE status <> 'succeeded'`))
	if !slices.Contains(tablesOf(w, db), "etl.outputs") {
		return // a snapshot, which has no books on exports
	}
	require.Equal(w, []string{"0"}, rowsOf(w, db, `SELECT count(*) FROM etl.outputs
		WHERE output NOT LIKE 'matches%' AND change < (SELECT max(change) FROM etl.changes)`), "an export lacks a change")
}

// rows reads a table as comparable text.
func (w *world) rows(db database, table string, once bool) []string {
	w.Helper()
	columns, err := db.QueryContext(w.Context(), "DESCRIBE SELECT * FROM "+table)
	require.NoError(w, err)
	defer columns.Close()
	var parts []string
	for columns.Next() {
		var name, kind string
		var null, key, standard, extra sql.NullString
		require.NoError(w, columns.Scan(&name, &kind, &null, &key, &standard, &extra))
		if part := comparable(name, kind); part != "" {
			parts = append(parts, part)
		}
	}
	require.NoError(w, columns.Err())
	distinct := ""
	if once {
		distinct = "DISTINCT "
	}
	return rowsOf(w, db, fmt.Sprintf("SELECT %s concat_ws(' | ', %s) AS row FROM %s ORDER BY row", distinct, strings.Join(parts, ", "), table))
}

// comparable is the part of a row's text that a column gives, "" for none.
func comparable(name, kind string) string {
	column := `"` + name + `"`
	value := fmt.Sprintf("coalesce(%s::VARCHAR, 'NULL')", column)
	switch {
	case name == "run_id" || name == "reject_id" || name == "forget_id" || name == "erasure_id" || name == "usual_in":
		return ""
	case name == "sweep":
		value = fmt.Sprintf(`coalesce(regexp_replace(%s, '^\d{4}-\d\d-\d\dT.*Z$', 'then'), 'NULL')`, column)
	case name == "position":
		value = fmt.Sprintf(`regexp_replace(%s::VARCHAR, '"(sweep|round|done_at|checked)":"[^"]*"', '"\1":"then"', 'g')`, column)
	case name == "day": // of audience_movement: when it was noticed, which a test near midnight does on either
		value = "'then'"
	case kind == "TIMESTAMP WITH TIME ZONE" && !slices.Contains(vendorTimes, name):
		value = fmt.Sprintf("if(%s IS NULL, 'NULL', 'then')", column)
	}
	return fmt.Sprintf("'%s=' || %s", name, value)
}

// requireSame fails with the first rows that only one of them has.
func requireSame(t testing.TB, undisturbed, disturbed result) {
	t.Helper()
	tables := map[string]bool{}
	for table := range undisturbed {
		tables[table] = true
	}
	for table := range disturbed {
		tables[table] = true
	}
	rows := 0
	for table := range tables {
		want, got := undisturbed[table], disturbed[table]
		rows += len(want)
		if slices.Equal(want, got) {
			continue
		}
		lost, more := without(want, got), without(got, want)
		t.Errorf("%s: %d rows undisturbed, %d rows disturbed\nonly undisturbed (%d):\n  %s\nonly disturbed (%d):\n  %s",
			table, len(want), len(got), len(lost), firsts(lost), len(more), firsts(more))
	}
	require.Greater(t, rows, 1000, "there is something to compare")
}

// without is the multiset a less b.
func without(a, b []string) []string {
	count := map[string]int{}
	for _, row := range b {
		count[row]++
	}
	var left []string
	for _, row := range a {
		if count[row]--; count[row] < 0 {
			left = append(left, row)
		}
	}
	return left
}

// firsts shows enough of some rows to begin to look for the cause.
func firsts(rows []string) string {
	var text []string
	for _, row := range rows[:min(len(rows), 3)] {
		text = append(text, row[:min(len(row), 400)])
	}
	return strings.Join(text, "\n  ")
}

// contactID is a person's id as it stands in rows.
var contactID = regexp.MustCompile("c_[0-9a-f]{20}")

// anonymous is the result with people named by their first record, and without
// the history of who was taken for whom and what was exported meanwhile. Where a run failed and was not killed,
// some pipelines have merged and others, that come before them, have not: those
// records really are older, so their people keep the ids they have shown.
func (r result) anonymous() result {
	name := map[string]string{}
	for _, row := range r["warehouse.duckdb etl.people"] {
		id := contactID.FindString(row)
		if record := contactID.ReplaceAllString(row, ""); name[id] == "" || record < name[id] {
			name[id] = record
		}
	}
	renamed := result{}
	for table, rows := range r {
		if strings.HasSuffix(table, " main.contact_changes") || strings.HasSuffix(table, " etl.merges") || table == "export news" {
			continue
		}
		for _, row := range rows {
			renamed[table] = append(renamed[table], contactID.ReplaceAllStringFunc(row, func(id string) string { return name[id] }))
		}
		slices.Sort(renamed[table])
	}
	return renamed
}

// files lists what lies in the world's folder, so that litter is seen.
func (w *world) files() []string {
	w.Helper()
	return append(w.names(w.dir), w.names(filepath.Join(w.dir, "exports"))...)
}

// names lists what lies in a folder.
func (w *world) names(folder string) (names []string) {
	w.Helper()
	entries, err := os.ReadDir(folder)
	require.NoError(w, err)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}
