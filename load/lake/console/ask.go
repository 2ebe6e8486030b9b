// Package console answers the SQL that people type by Spark, as
// [contactsync/load/duckdb/console] does by DuckDB: it refuses what does more than read, and
// renders values the same way.
//
// Spark has no session that can only read. So a statement is judged by its tokens ([judge]),
// and a query is then asked as a part of a query of ours, SELECT * FROM (...), in which
// Spark's own grammar takes nothing that writes. The session is one of its own, in which
//
//   - a path is no table (spark.sql.runSQLOnFiles): parquet.`s3://...` and csv.`/etc/passwd`
//     would be read with the rights of the cluster, which are more than those who ask have.
//     `sync sql` on DuckDB reads files, for they are those of whoever asks;
//   - no variable is put into the text of a statement (spark.sql.variable.substitute), as
//     ${env:AWS_SECRET_ACCESS_KEY} would be, even within quotes;
//   - no script runs (spark.sql.scripting.enabled), " quotes texts, and times are UTC;
//   - names without a namespace are those of the warehouse's.
//
// Functions that run code (reflect, java_method) or programs (SELECT TRANSFORM) are refused
// by name, as is IDENTIFIER(), which can make any name of a text. What is not closed: all
// tables of all catalogs that the Spark lets this user read, what their views and their
// functions, made by others, do, and how long a query may run. Rights are the cluster's.
package console

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"contactsync/load"
	"contactsync/load/duckdb/console"
	"contactsync/load/lake/connect"

	"github.com/apache/arrow-go/v18/arrow"
)

// Options say what is asked.
type Options struct {
	Connect   string // sc://host:port, where Spark listens
	Catalog   string // of Spark, in which the warehouse's tables are
	Namespace string // of the catalog
}

// Source is Spark as it is asked. Its methods may be called at once.
type Source struct {
	Options
	address connect.Address

	mu      sync.Mutex // guards the session, which begins when it is needed
	session *connect.Client
}

// New makes a source, which asks nothing of Spark yet. Close it.
func New(o Options) (*Source, error) {
	address, err := connect.Parse(o.Connect)
	if err != nil {
		return nil, err
	}
	return &Source{Options: o, address: address}, nil
}

// Close ends the session with Spark, and what runs in it.
func (s *Source) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.end()
}

func (s *Source) end() (err error) {
	if s.session != nil {
		err, s.session = s.session.Close(), nil
	}
	return err
}

// settings are those of the session: see the package's comment.
var settings = [][2]string{
	{"spark.sql.runSQLOnFiles", "false"},
	{"spark.sql.variable.substitute", "false"},
	{"spark.sql.scripting.enabled", "false"},
	{"spark.sql.ansi.doubleQuotedIdentifiers", "false"},
	{"spark.sql.parser.escapedStringLiterals", "false"},
	{"spark.sql.session.timeZone", "UTC"},
}

// open is the session; where there is none yet, it begins.
func (s *Source) open(ctx context.Context) (*connect.Client, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.session != nil {
		return s.session, nil
	}
	spark, err := connect.Dial(ctx, s.address)
	if err != nil {
		return nil, err
	}
	for _, set := range settings {
		if err = spark.Set(ctx, set[0], set[1]); err != nil {
			return nil, errors.Join(err, spark.Close())
		}
	}
	if err = spark.Exec(ctx, "USE "+connect.Quote(s.Catalog)+"."+connect.Quote(s.Namespace)); err != nil {
		return nil, errors.Join(told(err, 0), spark.Close())
	}
	s.session = spark
	return spark, nil
}

// lose forgets a session that the server has forgotten.
func (s *Source) lose(session *connect.Client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.session == session {
		_ = s.end() // it is gone on the other side
	}
}

// Ask runs statements that read, in their order, and hands on what each answers, as
// [console.Ask] does: what is refused is told before the first begins. Ending the context
// stops the statement on the cluster.
func (s *Source) Ask(ctx context.Context, statements []string, form console.Form, yield func(console.Result) error) error {
	return s.ask(ctx, statements, 0, form, yield)
}

// First is Ask for one statement that answers at most so many rows.
func (s *Source) First(ctx context.Context, statement string, rows int, form console.Form, yield func(console.Result) error) error {
	return s.ask(ctx, []string{statement}, rows, form, yield)
}

func (s *Source) ask(ctx context.Context, statements []string, limit int, form console.Form, yield func(console.Result) error) error {
	list := make([]judged, len(statements))
	for i, statement := range statements {
		var err error
		if list[i], err = judge(statement); err != nil {
			return &console.StatementError{Index: i, Cause: err}
		}
	}
	for i, j := range list {
		if err := s.askOne(ctx, j, limit, form, yield); err != nil {
			return &console.StatementError{Index: i, Cause: err}
		}
	}
	return nil
}

// render is a statement as Spark is asked it, and how many lines stand before those that
// somebody wrote. The line break ends a comment that it may end with.
func (j judged) render(limit int) (sql string, before int) {
	if j.form != querying {
		return j.sql, 0
	}
	sql = "SELECT * FROM (\n" + j.sql + "\n)"
	if limit > 0 {
		sql += " LIMIT " + strconv.Itoa(limit)
	}
	return sql, 1
}

// askOne asks once more where the server has lost the session, since it was started anew or
// nobody had asked for an hour.
func (s *Source) askOne(ctx context.Context, j judged, limit int, form console.Form, yield func(console.Result) error) error {
	for again := true; ; again = false {
		spark, err := s.open(ctx)
		if err != nil {
			return err
		}
		begun, err := read(ctx, spark, j, limit, form, yield)
		if failure, ok := errors.AsType[*connect.Error](err); !ok || !failure.IsSessionLost() {
			return err
		}
		s.lose(spark)
		if begun || !again {
			return err
		}
	}
}

// read runs a statement and hands its rows on as they come. Begun says that yield was
// called.
func read(
	ctx context.Context, spark *connect.Client, j judged, limit int, form console.Form, yield func(console.Result) error,
) (begun bool, err error) {
	sql, before := j.render(limit)
	next, stop := iter.Pull2(spark.Records(ctx, sql))
	defer stop()
	first, err, ok := next()
	switch {
	case err != nil:
		return false, told(err, before)
	case !ok:
		return true, yield(console.Result{Rows: func(func([]any, error) bool) {}})
	}
	columns := make([]string, first.NumCols())
	for i, f := range first.Schema().Fields() {
		columns[i] = f.Name
	}
	return true, yield(console.Result{Columns: columns, Plan: j.form == explaining, Rows: func(yield func([]any, error) bool) {
		left := limit
		for batch, ok := first, true; ok; {
			for i := range int(batch.NumRows()) {
				if limit > 0 && left == 0 {
					return
				}
				left--
				if !yield(rowOf(batch, i, form)) {
					return
				}
			}
			if batch, err, ok = next(); err != nil {
				yield(nil, told(err, before))
				return
			}
		}
	}})
}

func rowOf(batch arrow.RecordBatch, i int, form console.Form) ([]any, error) {
	row := make([]any, batch.NumCols())
	for k, column := range batch.Columns() {
		v, err := valueOf(column, i, form)
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", batch.ColumnName(k), err)
		}
		row[k] = v
	}
	return row, nil
}

// place is what Spark means, in lines from 1 and characters from 0.
var place = regexp.MustCompile(`\(?\bline (\d+),? pos (\d+)\)?`)

// told is an error for whoever wrote a statement, which Spark was asked with lines of ours
// before it.
func told(err error, before int) error {
	failure, ok := errors.AsType[*connect.Error](err)
	if !ok || failure.Class == "" || failure.IsSessionLost() {
		return err
	}
	text := failure.Message
	if !place.MatchString(text) {
		text = strings.TrimRight(text, ";. ") + " " + place.FindString(failure.Detail)
	}
	text = place.ReplaceAllStringFunc(text, func(found string) string {
		n := place.FindStringSubmatch(found)
		line, _ := strconv.Atoi(n[1]) // the pattern takes digits only
		column, _ := strconv.Atoi(n[2])
		if line <= before {
			return "" // it is ours, which says nothing to others
		}
		return fmt.Sprintf("(line %d, character %d)", line-before, column+1)
	})
	if before > 0 {
		text = strings.ReplaceAll(text, ": missing ')'", "") // which is ours
	}
	return &load.EngineError{Text: strings.TrimSpace(strings.TrimRight(text, "; ")), Cause: err}
}
