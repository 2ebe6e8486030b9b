package rowio

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
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

// replacedAtOnce bounds the rows of a statement, and so its parameters.
const replacedAtOnce = 128

// Replace deletes the rows that have the keys of these and inserts these: for the small
// tables. Of rows with the same key the last is kept.
func Replace[R any](ctx context.Context, tx *sql.Tx, t schema.Table[R], rows []R, key ...string) error {
	var match []string
	for _, k := range key {
		match = append(match, fmt.Sprintf("t.%[1]s IS NOT DISTINCT FROM k.%[1]s", Quote(k)))
	}
	for chunk := range slices.Chunk(rows, replacedAtOnce) {
		keys, records := replacements(t, chunk, key)
		remove := fmt.Sprintf("DELETE FROM %s t USING (VALUES %s) k(%s) WHERE %s",
			t.Name, keys.marks(), QuoteAll(key), strings.Join(match, " AND "))
		if _, err := tx.ExecContext(ctx, remove, keys.values...); err != nil {
			return fmt.Errorf("replace in %s: %w", t.Name, err)
		}
		insert := fmt.Sprintf("INSERT INTO %s (%s) VALUES %s", t.Name, QuoteAll(Names(t.Columns)), records.marks())
		if _, err := tx.ExecContext(ctx, insert, records.values...); err != nil {
			return fmt.Errorf("insert into %s: %w", t.Name, err)
		}
	}
	return nil
}

// tuples are rows as the parameters of a statement.
type tuples struct {
	row    []string // what stands for each value of a row
	values []any
}

func (t *tuples) marks() string {
	row := "(" + strings.Join(t.row, ", ") + ")"
	return row + strings.Repeat(", "+row, len(t.values)/len(t.row)-1)
}

// replacements are the keys of rows and the rows.
func replacements[R any](t schema.Table[R], rows []R, key []string) (keys, records tuples) {
	for _, c := range t.Columns {
		mark := "?"
		if c.Type == schema.TextList {
			mark = "from_json(?, '[\"VARCHAR\"]')"
		}
		records.row = append(records.row, mark)
	}
	keys.row = slices.Repeat([]string{"?"}, len(key))
	columns := keyColumns(t, key)
	last := make(map[string]int, len(rows)) // of each key
	for i := range rows {
		last[fmt.Sprintf("%q", values(columns, &rows[i]))] = i
	}
	for _, i := range slices.Sorted(maps.Values(last)) {
		keys.values = append(keys.values, values(columns, &rows[i])...)
		records.values = append(records.values, values(t.Columns, &rows[i])...)
	}
	return keys, records
}

// keyColumns are the columns of a key, in its order.
func keyColumns[R any](t schema.Table[R], key []string) (columns []schema.Column[R]) {
	for _, k := range key {
		for _, c := range t.Columns {
			if c.Name == k {
				columns = append(columns, c)
			}
		}
	}
	return columns
}

// values are the parameters for some columns of a row.
func values[R any](columns []schema.Column[R], row *R) (list []any) {
	for _, c := range columns {
		if c.Type == schema.TextList {
			list = append(list, List(*c.Field(row).(*[]string)))
		} else {
			list = append(list, Argument(c.Field(row)))
		}
	}
	return list
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
