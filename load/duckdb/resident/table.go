package resident

import (
	"slices"
	"strings"
	"sync"

	"contactsync/load/duckdb/layout"
	"contactsync/load/duckdb/rowio"
	"contactsync/schema"
)

// Table is a table whose rows lie in the lake.
type Table struct {
	schema.TableInfo
	// Key are the columns by which a row is told from all others.
	Key []string
}

// keys are the tables of the lake, and by what their rows are told apart: nil, by all columns.
var keys = map[string][]string{
	"etl.records":       {"source", "source_id"},
	"etl.versions":      {"source", "source_id", "audience"},
	"etl.identifiers":   nil,
	"etl.matches":       {"pipeline", "data_date", "topic_id", "hem"},
	"etl.events":        {"event_id"},
	"etl.members":       nil,
	"etl.sweep_members": nil,
	"etl.contacts":      {"contact_id"},
	"etl.people":        {"source", "source_id"},
	layout.StaleRecords: nil,
	schema.Moves.Name:   nil,
	schema.Changes.Name: nil,
}

// Tables lists the tables of the lake. The list is everybody's: nobody changes it.
func Tables() []Table { return tables() }

// tables is worked out once: each fetch and each look-up asks for one.
var tables = sync.OnceValue(func() (list []Table) {
	for _, t := range layout.Tables() {
		key, there := keys[t.Name]
		if !there {
			continue
		}
		if key == nil {
			for _, c := range t.Columns {
				key = append(key, c.Name)
			}
		}
		list = append(list, Table{t, key})
	}
	return list
})

// IsResident reports whether the rows of a table lie in the lake.
func IsResident(table string) bool {
	_, there := keys[table]
	return there
}

// TableOf is the table of a name; it panics where the lake has none, which is a mistake in
// the program.
func TableOf(name string) Table {
	i := slices.IndexFunc(Tables(), func(t Table) bool { return t.Name == name })
	if i < 0 {
		panic("resident: " + name + " is no table of the lake")
	}
	return Tables()[i]
}

// half is what the lake subtracts from numbers of 64 bits without a sign, which it lacks.
const half = "9223372036854775808"

// toLake is a column as the lake stores it, and fromLake as the warehouse does.
func toLake(c schema.ColumnInfo) string {
	name := rowio.Quote(c.Name)
	switch c.Type {
	case schema.Hash:
		return "(" + name + "::HUGEINT - " + half + ")::BIGINT AS " + name
	case schema.HashList:
		return "list_transform(" + name + ", lambda x: (x::HUGEINT - " + half + ")::BIGINT) AS " + name
	case schema.JSON:
		return name + "::VARCHAR AS " + name
	}
	return name
}

func fromLake(c schema.ColumnInfo) string {
	name := rowio.Quote(c.Name)
	switch c.Type {
	case schema.Hash:
		return "(" + name + "::HUGEINT + " + half + ")::UBIGINT AS " + name
	case schema.HashList:
		return "list_transform(" + name + ", lambda x: (x::HUGEINT + " + half + ")::UBIGINT) AS " + name
	}
	return name + "::" + string(c.Type) + " AS " + name
}

// columns makes a list of columns.
func (t Table) columns(make func(schema.ColumnInfo) string, only ...string) string {
	var list []string
	for _, c := range t.Columns {
		if len(only) == 0 || slices.Contains(only, c.Name) {
			list = append(list, make(c))
		}
	}
	return strings.Join(list, ", ")
}

// Values are the columns of any table as the lake has them.
func Values(t schema.TableInfo) string { return Table{TableInfo: t}.columns(toLake) }

// registry is the temporary table of the rows that were fetched: their keys and, as h, a
// hash of the whole row.
func (t Table) registry() string { return "resident_" + strings.ReplaceAll(t.Name, ".", "_") }

// drops is the temporary table of the values by which rows were dropped.
func (t Table) drops() string { return t.registry() + "_dropped" }

// Same is the condition, in DuckDB's SQL, that the rows a and b have the same values in columns.
func Same(a, b string, columns []string) string {
	list := make([]string, len(columns))
	for i, c := range columns {
		c = rowio.Quote(c)
		list[i] = a + "." + c + " IS NOT DISTINCT FROM " + b + "." + c
	}
	return strings.Join(list, " AND ")
}
