package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"contactsync/internal/box"
	"contactsync/internal/spreadsheet"
	"contactsync/schema"
)

// grid is a table to print: as a table for people, as JSON objects or as CSV.
type grid struct {
	columns []string
	rows    [][]any
	zone    *time.Location // of the times that people read; nil: UTC
	spare   []string       // columns that a narrow terminal does not show, the last first
}

// add adds a row.
func (g *grid) add(row ...any) { g.rows = append(g.rows, row) }

// tableOf shows every one of these columns.
func tableOf[R any](columns []schema.Column[R], list []R) grid {
	g := grid{columns: namesOf(columns)}
	for i := range list {
		g.add(valuesOf(columns, &list[i])...)
	}
	return g
}

func namesOf[R any](columns []schema.Column[R]) []string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	return names
}

// valuesOf returns the values of a row in these columns.
func valuesOf[R any](columns []schema.Column[R], row *R) []any {
	values := make([]any, len(columns))
	for i, c := range columns {
		values[i] = schema.Value(c.Field(row))
		if text, ok := values[i].(string); ok && c.Type == schema.JSON {
			values[i] = json.RawMessage(text)
		}
	}
	return values
}

func (g grid) print(w io.Writer, format string) error {
	if format == "table" {
		return (&tableSheet{w, g}).end()
	}
	s := newSheet(w, format, g.columns)
	for _, row := range g.rows {
		if err := s.row(row); err != nil {
			return err
		}
	}
	return s.end()
}

// sheet takes the rows of a table one by one and writes them in a format; what is
// written is whole when it has ended.
type sheet interface {
	row([]any) error
	end() error
}

// inertCSV is the format of a sheet that people open in a spreadsheet. Plain csv is data for
// programs: its texts are as they are.
const inertCSV = "inert csv"

func newSheet(w io.Writer, format string, columns []string) sheet {
	switch format {
	case "json":
		return &jsonSheet{w: w, columns: columns}
	case "csv", inertCSV:
		s := &csvSheet{out: csv.NewWriter(w), inert: format == inertCSV}
		_ = s.out.Write(columns) // end reports what cannot be written
		return s
	}
	return &tableSheet{w: w, grid: grid{columns: columns}}
}

// tableSheet must know all rows, for the width of its columns.
type tableSheet struct {
	w    io.Writer
	grid grid
}

func (s *tableSheet) row(row []any) error {
	s.grid.add(row...)
	return nil
}

func (s *tableSheet) end() error {
	_, err := io.WriteString(s.w, s.grid.drawn(widthOf(s.w)))
	return err
}

// drawn is the table as text; on a terminal, which has a width, it is made to fit.
func (g grid) drawn(width int) string {
	whole := g.table(func(v any) string { return localCell(v, g.zone, timeOfTable) })
	if width == 0 || whole.Width() <= width {
		return whole.Whole()
	}
	return g.table(func(v any) string { return localCell(v, g.zone, briefTime) }).Report(width)
}

// table is the grid with its values as text.
func (g grid) table(cell func(any) string) box.Table {
	t := box.Table{Columns: make([]box.Column, len(g.columns)), Rows: make([][]string, len(g.rows))}
	for i, name := range g.columns {
		t.Columns[i] = box.Column{
			Name: box.Visible(name), Number: g.numeric(i), Whole: strings.HasSuffix(name, "_id"), Spare: slices.Index(g.spare, name) + 1,
		}
	}
	for r, row := range g.rows {
		t.Rows[r] = make([]string, len(row))
		for i, v := range row {
			t.Rows[r][i] = box.Visible(cell(v))
		}
	}
	return t
}

func (g grid) numeric(column int) bool {
	for _, row := range g.rows {
		if !isNumber(row[column]) && row[column] != nil {
			return false
		}
	}
	return len(g.rows) > 0
}

type csvSheet struct {
	out   *csv.Writer
	inert bool
}

func (s *csvSheet) row(row []any) error {
	cells := make([]string, len(row))
	for i, v := range row {
		cells[i] = csvCell(v)
		if s.inert && !isNumber(v) {
			cells[i] = spreadsheet.Inert(cells[i])
		}
	}
	return s.out.Write(cells)
}

func (s *csvSheet) end() error {
	s.out.Flush()
	return s.out.Error()
}

// jsonSheet writes an array of objects whose keys stand in the order of columns.
type jsonSheet struct {
	w       io.Writer
	columns []string
	rows    int
}

func (s *jsonSheet) row(row []any) error {
	var b strings.Builder
	b.WriteString(",\n  {")
	for i, v := range row {
		value, err := jsonCell(v)
		if err != nil {
			return fmt.Errorf("column %s: %w", s.columns[i], err)
		}
		if i > 0 {
			b.WriteString(", ")
		}
		key, _ := json.Marshal(s.columns[i]) // a text always encodes
		fmt.Fprintf(&b, "%s: %s", key, value)
	}
	b.WriteString("}")
	line := b.String()
	if s.rows == 0 {
		line = "[" + line[1:]
	}
	s.rows++
	_, err := io.WriteString(s.w, line)
	return err
}

func (s *jsonSheet) end() error {
	closing := "\n]\n"
	if s.rows == 0 {
		closing = "[]\n"
	}
	_, err := io.WriteString(s.w, closing)
	return err
}
