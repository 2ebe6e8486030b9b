package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/spf13/cobra"
)

// grid is a table to print: as a table for people, as JSON objects or as CSV.
type grid struct {
	columns []string
	rows    [][]any
}

// formats are the values of --output.
var formats = []string{"table", "json", "csv"}

// outputFlag gives a command the flag -o.
func outputFlag(c *cobra.Command) *string { return outputFlagOf(c, formats) }

// outputFlagOf gives a command the flag -o with other formats, the first of which
// is the default. [checkOutput] holds the user to them.
func outputFlagOf(c *cobra.Command, formats []string) *string {
	format := c.Flags().StringP("output", "o", formats[0], strings.Join(formats, ", "))
	c.Flags().Lookup("output").Annotations = map[string][]string{"formats": formats}
	_ = c.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(formats, cobra.ShellCompDirectiveNoFileComp)) // the flag exists
	return format
}

// checkOutput checks the flag -o of a command that has it.
func checkOutput(c *cobra.Command) error {
	flag := c.Flags().Lookup("output")
	if flag == nil || slices.Contains(flag.Annotations["formats"], flag.Value.String()) {
		return nil
	}
	known := flag.Annotations["formats"]
	last := len(known) - 1
	return &exitError{exitUsage, fmt.Sprintf("--output %q: want %s or %s", flag.Value, strings.Join(known[:last], ", "), known[last])}
}

func (g grid) print(w io.Writer, format string) error {
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

func newSheet(w io.Writer, format string, columns []string) sheet {
	switch format {
	case "json":
		return &jsonSheet{w: w, columns: columns}
	case "csv":
		s := &csvSheet{csv.NewWriter(w)}
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
	s.grid.rows = append(s.grid.rows, row)
	return nil
}

func (s *tableSheet) end() error {
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.Style().Format.Header = text.FormatDefault
	header := make(table.Row, len(s.grid.columns))
	for i, c := range s.grid.columns {
		header[i] = visible(c)
	}
	t.AppendHeader(header)
	var configs []table.ColumnConfig
	for i := range s.grid.columns {
		if s.grid.numeric(i) {
			configs = append(configs, table.ColumnConfig{Number: i + 1, Align: text.AlignRight})
		}
	}
	t.SetColumnConfigs(configs)
	for _, row := range s.grid.rows {
		cells := make(table.Row, len(row))
		for i, v := range row {
			cells[i] = visible(cell(v))
		}
		t.AppendRow(cells)
	}
	_, err := io.WriteString(s.w, t.Render()+"\n")
	return err
}

func (g grid) numeric(column int) bool {
	for _, row := range g.rows {
		if !isNumber(row[column]) && row[column] != nil {
			return false
		}
	}
	return len(g.rows) > 0
}

type csvSheet struct{ out *csv.Writer }

func (s *csvSheet) row(row []any) error {
	cells := make([]string, len(row))
	for i, v := range row {
		cells[i] = csvCell(v)
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
