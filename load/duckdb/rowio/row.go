package rowio

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"contactsync/schema"
)

// Single is the row of a query for one text.
type Single struct {
	Value string `col:"value"`
}

// SingleColumns is the column of a [Single].
var SingleColumns = schema.ColumnsOf[Single]()

// Replace deletes the row with the same key and inserts this one: for the small
// tables, a row at a time.
func Replace[R any](ctx context.Context, tx *sql.Tx, t schema.Table[R], row *R, key ...string) error {
	var names, marks, match []string
	var values, keys []any
	for _, c := range t.Columns {
		value := Argument(c.Field(row))
		mark := "?"
		if c.Type == schema.TextList {
			mark = "from_json(?, '[\"VARCHAR\"]')"
			value = List(*c.Field(row).(*[]string))
		}
		names, marks, values = append(names, Quote(c.Name)), append(marks, mark), append(values, value)
		for _, k := range key {
			if k == c.Name {
				match, keys = append(match, Quote(k)+" IS NOT DISTINCT FROM ?"), append(keys, value)
			}
		}
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("DELETE FROM %s WHERE %s", t.Name, strings.Join(match, " AND ")), keys...); err != nil {
		return fmt.Errorf("replace in %s: %w", t.Name, err)
	}
	insert := fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", t.Name, strings.Join(names, ", "), strings.Join(marks, ", "))
	if _, err := tx.ExecContext(ctx, insert, values...); err != nil {
		return fmt.Errorf("insert into %s: %w", t.Name, err)
	}
	return nil
}

// Argument is the SQL argument for the value that a field pointer points to.
func Argument(field any) any {
	switch v := schema.Value(field).(type) {
	case time.Time:
		return v.UTC()
	case schema.Date:
		return v.Time
	default:
		return v
	}
}

// SelectList names columns so that [Read] can read them: JSON as text.
func SelectList[R any](alias string, columns []schema.Column[R]) string {
	parts := make([]string, len(columns))
	for i, c := range columns {
		parts[i] = alias + "." + Quote(c.Name)
		if c.Type == schema.JSON {
			parts[i] += "::VARCHAR"
		}
	}
	return strings.Join(parts, ", ")
}

// Names are the names of columns.
func Names[R any](columns []schema.Column[R]) []string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	return names
}

// Collect appends rows to a list.
func Collect[R any](list *[]R) func(*R) error {
	return func(r *R) error {
		*list = append(*list, *r)
		return nil
	}
}
