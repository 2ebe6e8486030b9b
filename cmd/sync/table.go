package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

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
func outputFlag(c *cobra.Command) *string {
	format := c.Flags().StringP("output", "o", "table", strings.Join(formats, ", "))
	_ = c.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(formats, cobra.ShellCompDirectiveNoFileComp)) // the flag exists
	return format
}

func (g grid) print(w io.Writer, format string) error {
	switch format {
	case "json":
		return g.printJSON(w)
	case "csv":
		return g.printCSV(w)
	case "table":
		g.printTable(w)
		return nil
	}
	return &exitError{exitUsage, fmt.Sprintf("--output %q: want table, json or csv", format)}
}

func (g grid) printTable(w io.Writer) {
	t := table.NewWriter()
	t.SetOutputMirror(w)
	t.SetStyle(table.StyleLight)
	t.Style().Format.Header = text.FormatDefault
	header := make(table.Row, len(g.columns))
	for i, c := range g.columns {
		header[i] = c
	}
	t.AppendHeader(header)
	var configs []table.ColumnConfig
	for i := range g.columns {
		if g.numeric(i) {
			configs = append(configs, table.ColumnConfig{Number: i + 1, Align: text.AlignRight})
		}
	}
	t.SetColumnConfigs(configs)
	for _, row := range g.rows {
		cells := make(table.Row, len(row))
		for i, v := range row {
			cells[i] = cell(v)
		}
		t.AppendRow(cells)
	}
	t.Render()
}

func (g grid) numeric(column int) bool {
	for _, row := range g.rows {
		switch row[column].(type) {
		case int, int32, int64, uint64, float64, nil:
		default:
			return false
		}
	}
	return len(g.rows) > 0
}

// cell is a value as people read it.
func cell(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case time.Time:
		if v.IsZero() {
			return ""
		}
		if v.Equal(v.Truncate(24 * time.Hour)) {
			return v.UTC().Format(time.DateOnly)
		}
		return v.UTC().Format("2006-01-02 15:04:05Z")
	case float64:
		return strings.TrimSuffix(fmt.Sprintf("%.2f", v), ".00")
	case []any:
		parts := make([]string, len(v))
		for i := range v {
			parts[i] = cell(v[i])
		}
		return strings.Join(parts, ", ")
	case []string:
		return strings.Join(v, ", ")
	case map[string]any:
		b, _ := json.Marshal(v) // decoded JSON always encodes
		return string(b)
	}
	return fmt.Sprint(v)
}

func (g grid) printCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	if err := out.Write(g.columns); err != nil {
		return err
	}
	for _, row := range g.rows {
		cells := make([]string, len(row))
		for i, v := range row {
			cells[i] = cell(v)
			if t, ok := v.(time.Time); ok && !t.IsZero() {
				cells[i] = t.UTC().Format(time.RFC3339Nano)
			}
		}
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// printJSON prints an array of objects whose keys stand in the order of columns.
func (g grid) printJSON(w io.Writer) error {
	var b strings.Builder
	b.WriteString("[")
	for i, row := range g.rows {
		if i > 0 {
			b.WriteString(",")
		}
		b.WriteString("\n  {")
		for j, v := range row {
			if t, ok := v.(time.Time); ok && t.IsZero() {
				v = nil
			}
			value, err := json.Marshal(v)
			if err != nil {
				return fmt.Errorf("column %s: %w", g.columns[j], err)
			}
			if j > 0 {
				b.WriteString(", ")
			}
			fmt.Fprintf(&b, "%q: %s", g.columns[j], value)
		}
		b.WriteString("}")
	}
	if len(g.rows) > 0 {
		b.WriteString("\n")
	}
	b.WriteString("]\n")
	_, err := io.WriteString(w, b.String())
	return err
}
