package extract

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"contactsync/schema"
)

// Rows are rows of text: those of a CSV file with a header, or what a query of the
// warehouse returns. NULL and what is missing are "".
type Rows struct {
	Columns []string
	Rows    []Row
}

// Row is one of them.
type Row struct {
	Number int // line of the file, or number of the row: for messages
	Values []string
}

// Value is the text in a column, "" where the row ends before it.
func (r Row) Value(column int) string {
	if column >= len(r.Values) {
		return ""
	}
	return strings.TrimSpace(r.Values[column])
}

// Column is the place of a column, whatever the case of its name; -1: there is none.
func (r Rows) Column(name string) int {
	return slices.IndexFunc(r.Columns, func(c string) bool { return strings.EqualFold(strings.TrimSpace(c), name) })
}

// Querying asks the warehouse; nil: there is none yet.
type Querying func(ctx context.Context, query string) (Rows, error)

// errNoHeader says that a file is empty.
var errNoHeader = errors.New("the file is empty")

// readRows reads a CSV file with a header. Errors do not name the file, which the
// caller does as it was written.
func readRows(path string) (Rows, error) {
	f, err := os.Open(path)
	if err != nil {
		return Rows{}, errors.Unwrap(err)
	}
	defer f.Close()
	file, err := NewCSV(f, true)
	if errors.Is(err, io.EOF) {
		return Rows{}, errNoHeader
	}
	if err != nil {
		return Rows{}, fmt.Errorf("header: %w", err)
	}
	rows := Rows{Columns: file.Header}
	for {
		values, line, err := file.Next()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return Rows{}, err
		}
		rows.Rows = append(rows.Rows, Row{line, values})
	}
}

// ErrNoWarehouse says that a query has nothing to ask yet.
var ErrNoWarehouse = errors.New("the query needs a warehouse; run a pipeline first")

// ask is what a query of the config returns.
func (q Querying) ask(ctx context.Context, query string) (Rows, error) {
	if q == nil {
		return Rows{}, ErrNoWarehouse
	}
	return q(ctx, query)
}

// People are people who are to be asked for: the rows of a CSV file, or what a query
// of the warehouse returns. Their columns are named as the vendor names them.
type People struct {
	File  schema.Path `yaml:"file" doc:"CSV file with a header, a person in each row"`
	Query string      `yaml:"query" doc:"SELECT over the warehouse that returns a person in each row"`
}

// IsZero reports whether nobody is named.
func (p People) IsZero() bool { return p.File.IsZero() && p.Query == "" }

// Headed is an error of the columns, with its place where they stand in a file.
func (p People) Headed(err error) error {
	if p.File.IsZero() {
		return err
	}
	return fmt.Errorf("%s: line 1: %w", p.File.Written, err)
}

// Read is the people.
func (p People) Read(ctx context.Context, query Querying) (Rows, error) {
	if p.File.IsZero() {
		return query.ask(ctx, p.Query)
	}
	rows, err := readRows(p.File.Full)
	if errors.Is(err, errNoHeader) {
		err = errors.New("the file is empty; it needs a header with the vendor's names of its columns and a person in each row below")
	}
	if err != nil {
		return Rows{}, fmt.Errorf("%s: %w", p.File.Written, err)
	}
	return rows, nil
}
