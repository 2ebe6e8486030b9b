package console

import (
	"context"
	"slices"
	"strings"

	"contactsync/load/duckdb/rowio"
)

// Table is a table or view that can be asked.
type Table struct {
	Schema, Name, Kind string
	Columns            int64
	Comment            string
	SQL                string // the statement that would make it
}

// Full is the name by which a query finds the table wherever it stands.
func (t Table) Full() string {
	if t.Schema == "main" {
		return t.Name
	}
	return t.Schema + "." + t.Name
}

// Field is a column of a table.
type Field struct{ Name, Type, Comment string }

const tablesSQL = `
	SELECT * FROM (SELECT schema_name, table_name, 'table', column_count, coalesce(comment, ''), coalesce(sql, '')
	FROM duckdb_tables() WHERE NOT internal AND database_name = current_database()
	UNION ALL
	SELECT schema_name, view_name, 'view', column_count, coalesce(comment, ''), coalesce(sql, '')
	FROM duckdb_views() WHERE NOT internal AND database_name = current_database())
	ORDER BY schema_name <> 'main', 1, 2`

// Tables lists what can be asked, what is made for people first.
func Tables(ctx context.Context, from Source) (list []Table, err error) {
	err = scanAll(ctx, from, tablesSQL, func(scan func(...any) error) error {
		var t Table
		if err := scan(&t.Schema, &t.Name, &t.Kind, &t.Columns, &t.Comment, &t.SQL); err != nil {
			return err
		}
		list = append(list, t)
		return nil
	})
	return list, err
}

// Fields lists the columns of a table.
func Fields(ctx context.Context, from Source, t Table) (list []Field, err error) {
	err = scanAll(ctx, from, `
		SELECT column_name, data_type, coalesce(comment, '') FROM duckdb_columns()
		WHERE database_name = current_database() AND schema_name = $1 AND table_name = $2 ORDER BY column_index`,
		func(scan func(...any) error) error {
			var f Field
			if err := scan(&f.Name, &f.Type, &f.Comment); err != nil {
				return err
			}
			list = append(list, f)
			return nil
		}, t.Schema, t.Name)
	return list, err
}

// Suggestion is a word that may stand where a text ends.
type Suggestion struct{ Word, Kind string }

// Suggest completes a statement that is being written, by DuckDB's own grammar and the
// warehouse's names: start is where the word begins that the suggestions replace.
func Suggest(ctx context.Context, from Source, statement string) (start int, list []Suggestion, err error) {
	start = len(statement)
	const query = "SELECT suggestion, suggestion_start, suggestion_type FROM sql_auto_complete($1)"
	err = scanAll(ctx, from, query, func(scan func(...any) error) error {
		var s Suggestion
		var at int
		if err := scan(&s.Word, &at, &s.Kind); err != nil || at < 0 || at > len(statement) {
			return err
		}
		typed := statement[at:]
		s.Word = strings.TrimSpace(s.Word)
		if !strings.HasPrefix(strings.ToLower(s.Word), strings.ToLower(typed)) {
			return nil // DuckDB also guesses
		}
		if s.Kind == "keyword" && typed != "" && typed == strings.ToUpper(typed) {
			s.Word = strings.ToUpper(s.Word)
		}
		start = at
		if !slices.ContainsFunc(list, func(known Suggestion) bool { return known.Word == s.Word }) {
			list = append(list, s)
		}
		return nil
	}, statement)
	return start, list, err
}

func scanAll(ctx context.Context, from Source, query string, row func(scan func(...any) error) error, args ...any) error {
	conn, err := from.Conn(ctx)
	if err != nil {
		return rowio.Short(err)
	}
	defer conn.Close()
	rows, err := conn.QueryContext(ctx, query, args...)
	if err != nil {
		return rowio.Short(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return rowio.Short(err)
		}
	}
	return rowio.Short(rows.Err())
}
