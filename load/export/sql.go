package export

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"unicode"

	"contactsync/load/export/hive"

	duckdb "github.com/duckdb/duckdb-go/v2"
)

// identifier quotes a name for SQL.
func identifier(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// table quotes a name that may be qualified by schema and database.
func table(name string) string {
	parts := strings.Split(name, ".")
	for i, p := range parts {
		parts[i] = identifier(p)
	}
	return strings.Join(parts, ".")
}

// literal quotes a string for SQL.
func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// withoutValues is an error without the values that stand in the names of folders: these
// are data, and whatever fails at a file, a library or the system, names it.
func (s *Spec) withoutValues(err error) error {
	if len(s.PartitionBy) == 0 {
		return err
	}
	names := make([]string, len(s.PartitionBy))
	for i, name := range s.PartitionBy {
		names[i] = regexp.QuoteMeta(hive.Encode(name))
	}
	valued := regexp.MustCompile(`(?i)([/\\"' ](?:` + strings.Join(names, "|") + `)(?:=|%3D))[A-Za-z0-9_.~%-]+`)
	message := valued.ReplaceAllString(err.Error(), "${1}...")
	if message == err.Error() {
		return err
	}
	return &plainError{message: message, err: err}
}

// plainError is the error of a library in one line for people.
type plainError struct {
	message string
	err     error
}

func (e *plainError) Error() string { return e.message }
func (e *plainError) Unwrap() error { return e.err }

var (
	excerpt = regexp.MustCompile(`(?ms)^LINE \d+:.*`) // the query and a caret below it
	quoted  = regexp.MustCompile(`'[^'\n]*'`)
)

// ownWords reports whether an error is about the query's own words: names and
// grammar, which hold no value of a row.
func ownWords(err *duckdb.Error) bool {
	switch err.Type {
	case duckdb.ErrorTypeCatalog, duckdb.ErrorTypeBinder, duckdb.ErrorTypeParser, duckdb.ErrorTypeSyntax:
		return true
	}
	return false
}

// queryFailed makes one line of DuckDB's error. One that is not about the query's
// own words may quote a value of a row, so values are left out.
func queryFailed(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	failure, ok := errors.AsType[*duckdb.Error](err)
	if !ok {
		return err
	}
	kind, text, found := strings.Cut(failure.Msg, " Error: ")
	if !found {
		kind, text = "", failure.Msg
	}
	text = excerpt.ReplaceAllString(text, "")
	prefix := ""
	if !ownWords(failure) {
		text = quoted.ReplaceAllString(text, "'...'")
		if found {
			prefix = strings.ToLower(quoted.ReplaceAllString(kind, "'...'")) + " error: "
		}
	}
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.Trim(line, " \t\n!."); line != "" {
			lines = append(lines, lowerFirst(line))
		}
	}
	return &plainError{message: prefix + strings.Join(lines, "; "), err: err}
}

func lowerFirst(s string) string {
	r := []rune(s)
	if len(r) > 1 && !unicode.IsUpper(r[1]) {
		r[0] = unicode.ToLower(r[0])
	}
	return string(r)
}
