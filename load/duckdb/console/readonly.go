package console

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"contactsync/load/duckdb/rowio"

	duckdbgo "github.com/duckdb/duckdb-go/v2"
)

// What keeps `sync sql` from writing. That the file is opened read-only is not
// enough: COPY, EXPORT and profiles write files of any name, the warehouse's and
// the snapshot's among them, ATTACH opens other warehouses, and INSTALL asks the
// network. So a statement runs only if DuckDB can parse it, it begins as one that
// reads does, DuckDB, which prepares it, says that it is of such a kind, and all
// settings but harmless ones are locked. It is parsed first, so that a slip of the
// finger is called one; the beginning is looked at before it is prepared since EXPORT
// makes its folder as soon as it is.

// lockingSQL locks the settings: many name a file that is written to, others would
// unlock what is closed.
var lockingSQL = []string{
	"SET allowed_configs = ['TimeZone', 'Calendar', 'search_path', 'schema', 'file_search_path', 'threads', 'memory_limit', 'default_order', 'default_null_order', " +
		"'null_order', 'default_collation', 'integer_division', 'ieee_floating_point_ops', 'preserve_insertion_order', 'explain_output', 'pivot_limit']",
	"SET lock_configuration = true",
}

func lockSettings(ctx context.Context, conn *sql.Conn) error {
	var locked bool
	if err := conn.QueryRowContext(ctx, "SELECT current_setting('lock_configuration')").Scan(&locked); err != nil || locked {
		return err
	}
	for _, lock := range lockingSQL {
		if _, err := conn.ExecContext(ctx, lock); err != nil {
			return err
		}
	}
	return nil
}

// Seal closes the files of the machine to a warehouse's queries, for those who may ask it
// but not read whatever its owner may: what is open stays so. It is for good, and comes
// before the first [Ask], which locks the settings.
func Seal(ctx context.Context, from Source) error {
	conn, err := from.Conn(ctx)
	if err != nil {
		return rowio.Short(err)
	}
	defer conn.Close()
	_, err = conn.ExecContext(ctx, "SET enable_external_access = false")
	return rowio.Short(err)
}

// writingFunctions are the functions that a query can call and that make DuckDB
// write files, or parse otherwise than it was judged.
var writingFunctions = []string{"enable_logging", "enable_profiling", "enable_peg_parser"}

// openings are the words that a statement may begin with.
var openings = []string{
	"SELECT", "FROM", "WITH", "VALUES", "TABLE", "(", "PIVOT", "PIVOT_WIDER", "UNPIVOT", "PIVOT_LONGER",
	"SHOW", "DESCRIBE", "DESC", "SUMMARIZE", "EXPLAIN", "PRAGMA", "SET", "RESET", "USE",
}

// kind is what a statement does.
type kind int

const (
	querying kind = iota
	explaining
	setting
)

// judge tells a statement's kind and the names of its columns, nil where only its
// description tells them; or it refuses it with a [*WritingError].
func judge(conn *sql.Conn, statement string) (k kind, names []string, err error) {
	for _, function := range writingFunctions {
		if strings.Contains(strings.ToLower(statement), function) {
			return k, nil, &WritingError{Statement: function}
		}
	}
	err = conn.Raw(func(raw any) error {
		k, names, err = judgeBy(raw.(*duckdbgo.Conn), statement)
		return err
	})
	return k, names, err
}

// parse tells what keeps DuckDB from understanding a statement. The driver parses a text
// of several statements, and then declines to prepare it, so nothing begins.
func parse(conn *sql.Conn, statement string) error {
	return conn.Raw(func(raw any) error {
		prepared, err := raw.(*duckdbgo.Conn).Prepare(statement + "\n; SELECT 1")
		if err == nil {
			return prepared.Close()
		}
		if e, ok := errors.AsType[*duckdbgo.Error](err); ok && e.Type == duckdbgo.ErrorTypeParser {
			return err
		}
		return nil // it can be parsed; what else there is to say, its own turn tells
	})
}

// opens refuses a statement that does not begin as one that reads.
func opens(statement string) error {
	first, _ := word(statement)
	if first = strings.ToUpper(first); !slices.Contains(openings, first) {
		return &WritingError{Statement: first, Instead: instead[first]}
	}
	return nil
}

func judgeBy(conn *duckdbgo.Conn, statement string) (k kind, names []string, err error) {
	first, rest := word(statement)
	first = strings.ToUpper(first)
	refused := &WritingError{Statement: first, Instead: instead[first]}
	if err := opens(statement); err != nil {
		return k, nil, err
	}
	if first == "EXPLAIN" { // with ANALYZE it runs what it explains
		if inner, _, err := judgeBy(conn, explained(rest)); err != nil || inner != querying {
			return k, nil, cmp.Or(err, error(refused))
		}
	}
	prepared, err := conn.Prepare(statement)
	if !oneStatement(err) && slices.Contains([]string{"PIVOT", "PIVOT_WIDER", "FROM", "SELECT", "WITH"}, first) {
		return querying, nil, nil // a pivot, which DuckDB takes apart into a temporary type and a query
	}
	if !oneStatement(err) {
		return k, nil, refused
	}
	if err != nil {
		return k, nil, err
	}
	s := prepared.(*duckdbgo.Stmt)
	defer s.Close()
	statementType, err := s.StatementType()
	if err != nil {
		return k, nil, err
	}
	switch statementType {
	case duckdbgo.STATEMENT_TYPE_SELECT:
		k = querying
	case duckdbgo.STATEMENT_TYPE_EXPLAIN:
		k = explaining
	case duckdbgo.STATEMENT_TYPE_SET, duckdbgo.STATEMENT_TYPE_VARIABLE_SET:
		k = setting
	default:
		return k, nil, refused
	}
	names, err = columnsOf(s)
	return k, names, err
}

// instead is what to do in place of a statement.
var instead = map[string]string{
	"COPY":    "for files use `sync export`, or `sync sql -o csv ... > file`",
	"EXPORT":  "for files use `sync export`, or `sync sql -o csv ... > file`",
	"CREATE":  "WITH names a part of a query",
	"ATTACH":  "FROM 'file.parquet' reads files",
	"INSTALL": "DuckDB's own client, on the snapshot, takes extensions",
	"LOAD":    "DuckDB's own client, on the snapshot, takes extensions",
	"CALL":    "write FROM in place of CALL",
	"PREPARE": "ask the query itself",
	"EXECUTE": "ask the query itself",
	"DELETE":  "`sync forget` erases people",
}

// explained is what an EXPLAIN explains: what follows ANALYZE and a list of options.
func explained(text string) string {
	first, rest := word(text)
	if strings.EqualFold(first, "ANALYZE") || strings.EqualFold(first, "ANALYSE") {
		text = rest
		first, rest = word(text)
	}
	if first != "(" {
		return text
	}
	option, _ := word(rest)
	if !slices.Contains([]string{"ANALYZE", "ANALYSE", "FORMAT", "VERBOSE"}, strings.ToUpper(option)) {
		return text // a query in parentheses
	}
	for depth := 1; depth > 0 && rest != ""; {
		first, rest = word(rest)
		switch first {
		case "(":
			depth++
		case ")":
			depth--
		}
	}
	return rest
}

func columnsOf(s *duckdbgo.Stmt) ([]string, error) {
	n, err := s.ColumnCount()
	if err != nil {
		return nil, err
	}
	names := make([]string, n)
	for i := range names {
		if names[i], err = s.ColumnName(i); err != nil {
			return nil, err
		}
	}
	return names, nil
}
