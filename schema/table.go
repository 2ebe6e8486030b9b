package schema

import (
	"fmt"
	"time"
)

// Type is the DuckDB type of a column.
type Type string

// The column types in use. An empty string, a zero time, a nil flag and an
// empty list are stored as NULL: the warehouse knows no ”.
const (
	Text     Type = "VARCHAR"
	TextList Type = "VARCHAR[]"
	JSON     Type = "JSON"
	Time     Type = "TIMESTAMPTZ" // UTC
	Day      Type = "DATE"
	Flag     Type = "BOOLEAN"
	Integer  Type = "BIGINT"
	Number   Type = "DOUBLE"
)

// Column is one column of a table whose rows are R. Field returns a pointer to
// the value within a row, so that one list serves writing and scanning.
type Column[R any] struct {
	Name  string
	Doc   string
	Field func(*R) any
	JSON  bool // the text is a JSON document
}

// Type derives the DuckDB type from the Go type of the field.
func (c Column[R]) Type() Type {
	switch p := c.Field(new(R)).(type) {
	case *string:
		if c.JSON {
			return JSON
		}
		return Text
	case *[]string:
		return TextList
	case *time.Time:
		return Time
	case *Date:
		return Day
	case **bool, *bool:
		return Flag
	case *int64:
		return Integer
	case *float64:
		return Number
	default:
		panic(fmt.Sprintf("schema: column %s has the unsupported type %T", c.Name, p))
	}
}

// Table is a table of the warehouse: its name, what one row is, and its columns.
type Table[R any] struct {
	Name    string // qualified: "contacts" or "etl.runs"
	Doc     string // what one row is
	Columns []Column[R]
}

// ColumnInfo describes a column without its row type.
type ColumnInfo struct {
	Name string
	Type Type
	Doc  string
}

// TableInfo describes a table without its row type, for DDL and documents.
type TableInfo struct {
	Name    string
	Doc     string
	Columns []ColumnInfo
}

// Info is the table without its row type.
func (t Table[R]) Info() TableInfo {
	info := TableInfo{Name: t.Name, Doc: t.Doc}
	for _, c := range t.Columns {
		info.Columns = append(info.Columns, ColumnInfo{c.Name, c.Type(), c.Doc})
	}
	return info
}

// Col is a column of R.
func Col[R any](name, doc string, field func(*R) any) Column[R] {
	return Column[R]{Name: name, Doc: doc, Field: field}
}

// Within lifts columns of a part P of R to columns of R.
func Within[R, P any](part func(*R) *P, columns []Column[P]) []Column[R] {
	lifted := make([]Column[R], len(columns))
	for i, c := range columns {
		lifted[i] = Column[R]{c.Name, c.Doc, func(r *R) any { return c.Field(part(r)) }, c.JSON}
	}
	return lifted
}

// Concat joins lists of columns.
func Concat[R any](lists ...[]Column[R]) []Column[R] {
	var all []Column[R]
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}
