package console

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
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
		if err := askOne(ctx, conn, s, form, yield); err != nil {
			return &StatementError{i, err}
		}
	}
	return nil
}

// askOne runs one statement.
func askOne(ctx context.Context, conn *sql.Conn, statement string, form Form, yield func(Result) error) error {
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
	query, before := types.render(statement, form)
	return asked{sql: query, before: before, names: names, columns: types.columns(form)}.read(ctx, conn, yield)
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
func (d described) render(query string, form Form) (rendered string, before int) {
	values, names := make([]string, len(d.types)), make([]string, len(d.types))
	native := true
	for i, c := range d.columns(form) {
		names[i] = fmt.Sprintf("c%d", i)
		values[i] = names[i]
		if c.sql != "" {
			values[i], native = fmt.Sprintf(c.sql, names[i]), false
		}
	}
	if native {
		return query, 0
	}
	return "SELECT " + strings.Join(values, ", ") + " FROM (\n" + query + "\n) AS q(" + strings.Join(names, ", ") + ")", 1
}

// column is how the values of a column are read.
type column struct {
	sql   string // makes the value of a column, named by %s; "" = as it is
	value func(text string) any
}

const (
	castSQL = "CAST(%s AS VARCHAR)"
	jsonSQL = "CAST(to_json(%s) AS VARCHAR)"
	timeSQL = "CASE WHEN isfinite(%[1]s) THEN strftime(%[1]s AT TIME ZONE 'UTC', '%%Y-%%m-%%dT%%H:%%M:%%S.%%fZ') ELSE CAST(%[1]s AS VARCHAR) END"
)

func columnOf(kind string, form Form) column {
	text := func(s string) any { return s }
	base, _, _ := strings.Cut(kind, "(")
	nested := strings.HasSuffix(kind, "]") || base == "STRUCT" || base == "MAP" || base == "UNION" || base == "VARIANT"
	switch {
	case nested && form == FormCSV:
		return column{jsonSQL, func(s string) any { return string(validJSON(s)) }}
	case nested && form == FormJSON:
		return column{jsonSQL, func(s string) any { return validJSON(s) }}
	case nested:
		return column{castSQL, text}
	case kind == "JSON" && form == FormJSON:
		return column{castSQL, func(s string) any { return validJSON(s) }}
	case kind == "TIMESTAMP WITH TIME ZONE" && form != FormTable:
		return column{timeSQL, text}
	case base == "DECIMAL" || kind == "HUGEINT" || kind == "UHUGEINT" || kind == "BIGNUM":
		return column{castSQL, func(s string) any { return json.Number(s) }}
	case base == "ENUM":
		return column{"", text}
	}
	switch kind {
	case "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "FLOAT", "DOUBLE", "VARCHAR":
		return column{"", text}
	}
	return column{castSQL, text}
}

// validJSON is JSON as DuckDB writes it, which writes numbers that JSON lacks by
// name; they are null here.
func validJSON(text string) json.RawMessage {
	if json.Valid([]byte(text)) {
		return json.RawMessage(text)
	}
	var b strings.Builder
	for at := 0; at < len(text); {
		end := at + 1
		if text[at] == '"' {
			end = quoteEnd(text, end, '"', true)
		} else if name := nonNumber(text[at:]); name != "" {
			b.WriteString("null")
			at += len(name)
			continue
		}
		b.WriteString(text[at:end])
		at = end
	}
	if fixed := b.String(); json.Valid([]byte(fixed)) {
		return json.RawMessage(fixed)
	}
	quoted, _ := json.Marshal(text) // a text always encodes
	return quoted
}

func nonNumber(text string) string {
	for _, name := range []string{"NaN", "Infinity", "-Infinity"} {
		if strings.HasPrefix(text, name) {
			return name
		}
	}
	return ""
}

// oneStatement reports whether the driver found one statement in a text, given the
// error with which it prepared it: all others come from DuckDB.
func oneStatement(err error) bool {
	_, ok := errors.AsType[*duckdbgo.Error](err)
	return err == nil || ok
}
