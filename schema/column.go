package schema

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
	"unsafe"
)

// Type is the DuckDB type of a column.
type Type string

// The column types in use. An empty string, a zero time, a nil flag and an
// empty list are stored as NULL, as is a hash of 0: the warehouse knows no ”.
const (
	Text     Type = "VARCHAR"
	TextList Type = "VARCHAR[]"
	JSON     Type = "JSON"
	Time     Type = "TIMESTAMPTZ" // UTC
	Day      Type = "DATE"
	Flag     Type = "BOOLEAN"
	Integer  Type = "BIGINT"
	Number   Type = "DOUBLE"
	Hash     Type = "UBIGINT"
	HashList Type = "UBIGINT[]"
)

// ColumnInfo describes a column without its row type.
type ColumnInfo struct {
	Name string
	Type Type
	Doc  string
}

// Column is one column of a table whose rows are R.
type Column[R any] struct {
	ColumnInfo
	offset uintptr // of the value within R
	form   form
}

// Field returns a pointer to the column's value within a row, so that one list
// serves writing and scanning: *string, *[]string, *time.Time, *Date, *bool,
// **bool, *int64, *float64, *uint64 or *[]uint64. A named type of text is a *string too.
func (c Column[R]) Field(row *R) any {
	return c.form.pointer(unsafe.Add(unsafe.Pointer(row), c.offset))
}

// Value returns what a pointer of [Column.Field] points to: a string, a time.Time,
// a Date, a bool, an int64 or a float64, nil where it is not known, or a []string.
func Value(field any) any {
	switch v := field.(type) {
	case *string:
		if *v != "" {
			return *v
		}
	case *time.Time:
		if !v.IsZero() {
			return *v
		}
	case *Date:
		if !v.IsZero() {
			return *v
		}
	case **bool:
		if *v != nil {
			return **v
		}
	case *bool:
		return *v
	case *int64:
		return *v
	case *float64:
		return *v
	case *[]string:
		return *v
	}
	return nil
}

// ColumnsOf lists the columns that the tags of the struct R describe, in the order
// of its fields:
//
//	Source     string `col:"source" doc:"vendor"`
//	Attributes string `col:"attributes,json"` // the text is a JSON document
//	Cache      []byte `col:"-"`               // no column
//
// The columns of an embedded struct stand where it is embedded. The type of a
// column follows from the type of its field.
//
// Like regexp.MustCompile it is for package-level variables: a struct that
// describes no table panics as the package is loaded, before anything is run.
func ColumnsOf[R any]() []Column[R] {
	found, err := columnsOf(reflect.TypeFor[R]())
	if err != nil {
		panic(fmt.Sprintf("schema: %v", err))
	}
	columns := make([]Column[R], len(found))
	for i, c := range found {
		columns[i] = Column[R](c)
	}
	return columns
}

// Without leaves out the columns of these names.
func Without[R any](columns []Column[R], names ...string) []Column[R] {
	return slices.DeleteFunc(slices.Clone(columns), func(c Column[R]) bool { return slices.Contains(names, c.Name) })
}

// columnsOf also finds what is wrong with the struct.
func columnsOf(row reflect.Type) ([]Column[struct{}], error) {
	if row.Kind() != reflect.Struct {
		return nil, fmt.Errorf("%s is no struct", row)
	}
	columns, err := fieldsOf(row, 0)
	for i, c := range columns {
		if slices.ContainsFunc(columns[:i], func(o Column[struct{}]) bool { return o.Name == c.Name }) {
			err = errors.Join(err, fmt.Errorf("%s has two columns %q", row, c.Name))
		}
	}
	return columns, err
}

// fieldsOf lists the columns of a struct that begins at base within the row.
func fieldsOf(part reflect.Type, base uintptr) (columns []Column[struct{}], err error) {
	for f := range part.Fields() {
		tag, tagged := f.Tag.Lookup("col")
		name, option, _ := strings.Cut(tag, ",")
		form, supported := formOf(f.Type)
		switch {
		case tag == "-":
		case f.Anonymous && !tagged && f.Type.Kind() == reflect.Struct:
			inner, innerErr := fieldsOf(f.Type, base+f.Offset)
			columns, err = append(columns, inner...), errors.Join(err, innerErr)
		case name == "":
			err = errors.Join(err, fmt.Errorf("%s.%s has no column name", part, f.Name))
		case !supported:
			err = errors.Join(err, fmt.Errorf("%s.%s: no column can hold a %s", part, f.Name, f.Type))
		case option != "" && (option != "json" || form.of != Text):
			err = errors.Join(err, fmt.Errorf("%s.%s: a column of type %s has no option %q", part, f.Name, form.of, option))
		default:
			info := ColumnInfo{name, form.of, f.Tag.Get("doc")}
			if option == "json" {
				info.Type = JSON
			}
			columns = append(columns, Column[struct{}]{info, base + f.Offset, form})
		}
	}
	return columns, err
}

// form is how a Go type is stored, and how a place in memory becomes a pointer to
// a value of it.
type form struct {
	of      Type
	pointer func(unsafe.Pointer) any
}

var (
	text  = formAs[string](Text)
	forms = map[reflect.Type]form{
		reflect.TypeFor[[]string]():  formAs[[]string](TextList),
		reflect.TypeFor[time.Time](): formAs[time.Time](Time),
		reflect.TypeFor[Date]():      formAs[Date](Day),
		reflect.TypeFor[bool]():      formAs[bool](Flag),
		reflect.TypeFor[*bool]():     formAs[*bool](Flag),
		reflect.TypeFor[int64]():     formAs[int64](Integer),
		reflect.TypeFor[float64]():   formAs[float64](Number),
		reflect.TypeFor[uint64]():    formAs[uint64](Hash),
		reflect.TypeFor[[]uint64]():  formAs[[]uint64](HashList),
	}
)

func formAs[T any](of Type) form {
	return form{of, func(p unsafe.Pointer) any { return (*T)(p) }}
}

func formOf(t reflect.Type) (form, bool) {
	if t.Kind() == reflect.String {
		return text, true
	}
	f, ok := forms[t]
	return f, ok
}
