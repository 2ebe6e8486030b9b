package console

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"strings"

	"contactsync/load/duckdb/rowio"

	duckdbgo "github.com/duckdb/duckdb-go/v2"
)

// Form is what the values of a [Result] are made for.
type Form int

// The forms. Numbers are numbers in all of them. The rest is text as DuckDB prints
// it, but for two things that programs read: in FormCSV and FormJSON a TIMESTAMPTZ
// is RFC 3339 in UTC, as in the exports, and what has parts is JSON, as text in
// FormCSV and as a [json.RawMessage] in FormJSON.
const (
	FormTable Form = iota
	FormCSV
	FormJSON
)

// Source is what is asked: an open warehouse.
type Source = rowio.Connector

// Result is what a statement answers. Its rows can be read once.
type Result struct {
	Columns []string
	Plan    bool // it is how DuckDB would go about a query, which it draws itself
	Rows    iter.Seq2[[]any, error]
}

// WritingError says that a statement is refused because it does more than read.
type WritingError struct{ Statement, Instead string }

func (e *WritingError) Error() string {
	text := e.Statement + " is refused: only what reads is allowed here"
	if e.Instead != "" {
		text += "; " + e.Instead
	}
	return text
}

// StatementError says what is wrong with one of the statements, the first being 0.
type StatementError struct {
	Index int
	Cause error
}

func (e *StatementError) Error() string { return e.Cause.Error() }
func (e *StatementError) Unwrap() error { return e.Cause }

// Ask runs statements that read, in their order, and hands on what each answers;
// SET answers nothing. What DuckDB cannot parse, and what can write anything, be it
// only a file elsewhere, which is refused with a [*WritingError], is told before the
// first begins, as a [*StatementError]. Call it on a warehouse that is opened
// read-only: its settings are locked from then on.
func Ask(ctx context.Context, from Source, statements []string, form Form, yield func(Result) error) error {
	return ask(ctx, from, statements, asking{form: form}, yield)
}

// First is [Ask] for one statement that answers at most so many rows: DuckDB makes no
// more of a query.
func First(ctx context.Context, from Source, statement string, rows int, form Form, yield func(Result) error) error {
	return ask(ctx, from, []string{statement}, asking{form: form, limit: rows}, yield)
}

// asking is how statements are asked.
type asking struct {
	form  Form
	limit int // of the rows of each; 0: none
}

func ask(ctx context.Context, from Source, statements []string, how asking, yield func(Result) error) error {
	conn, err := from.Conn(ctx)
	if err != nil {
		return rowio.Short(err)
	}
	defer conn.Close()
	if err := lockSettings(ctx, conn); err != nil {
		return rowio.Short(err)
	}
	for i, s := range statements {
		if err := cmp.Or(parse(conn, s), opens(s)); err != nil {
			return &StatementError{i, told(err, 0)}
		}
	}
	for i, s := range statements {
		if err := askOne(ctx, conn, s, how, yield); err != nil {
			return &StatementError{i, err}
		}
	}
	return nil
}

// askOne runs one statement.
func askOne(ctx context.Context, conn *sql.Conn, statement string, how asking, yield func(Result) error) error {
	kind, names, err := judge(conn, statement)
	if err != nil {
		return told(err, 0)
	}
	switch kind {
	case setting:
		_, err := conn.ExecContext(ctx, statement)
		return told(err, 0)
	case explaining:
		return asked{sql: statement, names: names, plan: true}.read(ctx, conn, yield)
	}
	types, err := describe(ctx, conn, statement)
	if err != nil { // such as PRAGMA, which cannot stand in a query, and answers plain values
		return asked{sql: statement, names: names}.read(ctx, conn, yield)
	}
	if names == nil {
		names = types.names
	}
	query, before := types.render(statement, how)
	return asked{sql: query, before: before, names: names, columns: types.columns(how.form)}.read(ctx, conn, yield)
}

// asked is a statement as DuckDB is asked it.
type asked struct {
	sql     string
	before  int // lines of ours before those that somebody wrote
	names   []string
	columns []column
	plan    bool
}

// read runs a query and hands its rows on as they come.
func (q asked) read(ctx context.Context, conn *sql.Conn, yield func(Result) error) error {
	rows, err := conn.QueryContext(ctx, q.sql)
	if err != nil {
		return told(err, q.before)
	}
	defer rows.Close()
	return yield(Result{Columns: q.names, Plan: q.plan, Rows: func(yield func([]any, error) bool) {
		for rows.Next() {
			row, err := scan(rows, q.columns, len(q.names))
			if err != nil {
				yield(nil, told(err, q.before))
				return
			}
			if !yield(row, nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(nil, told(err, q.before))
		}
	}})
}

func scan(rows *sql.Rows, columns []column, n int) ([]any, error) {
	row, targets := make([]any, n), make([]any, n)
	for i := range row {
		targets[i] = &row[i]
	}
	if err := rows.Scan(targets...); err != nil {
		return nil, err
	}
	for i, c := range columns {
		if text, ok := row[i].(string); ok {
			row[i] = c.value(text)
		}
	}
	return row, nil
}

// described is the columns of a query.
type described struct{ names, types []string }

// describe asks for the columns of a query without running it.
func describe(ctx context.Context, conn *sql.Conn, query string) (d described, err error) {
	rows, err := conn.QueryContext(ctx, "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ("+query+"\n))")
	if err != nil {
		return d, err
	}
	defer rows.Close()
	for rows.Next() {
		var name, kind string
		if err := rows.Scan(&name, &kind); err != nil {
			return d, err
		}
		d.names, d.types = append(d.names, name), append(d.types, kind)
	}
	return d, rows.Err()
}

func (d described) columns(form Form) []column {
	columns := make([]column, len(d.types))
	for i, t := range d.types {
		columns[i] = columnOf(t, form)
	}
	return columns
}

// render is the query with its values made for a form; DuckDB knows best how its
// types are written. The line break ends a comment that the query may end with. It also
// returns how many lines stand before those of the query.
func (d described) render(query string, how asking) (rendered string, before int) {
	values, names := make([]string, len(d.types)), make([]string, len(d.types))
	native := true
	for i, c := range d.columns(how.form) {
		names[i] = fmt.Sprintf("c%d", i)
		values[i] = names[i]
		if c.sql != "" {
			values[i], native = fmt.Sprintf(c.sql, names[i]), false
		}
	}
	if native && how.limit == 0 {
		return query, 0
	}
	rendered = "SELECT " + strings.Join(values, ", ") + " FROM (\n" + query + "\n) AS q(" + strings.Join(names, ", ") + ")"
	if how.limit > 0 {
		rendered += fmt.Sprintf(" LIMIT %d", how.limit)
	}
	return rendered, 1
}

// oneStatement reports whether the driver found one statement in a text, given the
// error with which it prepared it: all others come from DuckDB.
func oneStatement(err error) bool {
	_, ok := errors.AsType[*duckdbgo.Error](err)
	return err == nil || ok
}
