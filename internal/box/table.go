// Package box draws tables for people: whole, or fitted to the width of a terminal. A
// table is drawn in one of three ways. Whole is as wide as it needs, for files and
// pipes. A report, which is one of the program's own tables, loses nothing: it leaves
// out what is zero or empty in every row, wraps texts, and becomes a block per row at
// last. An answer to a query is shortened as DuckDB's shell does it: its first and last
// columns, its first and last rows, and the beginning of each value.
package box

import (
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// Column is a column of a table.
type Column struct {
	Name   string
	Number bool // its values stand on the right
	Whole  bool // its values are never wrapped: ids that people copy
	Spare  int  // where a report lacks width it goes, the highest first; 0: it stays
}

// Table is what is drawn. Its texts are drawn as they are: make them [Visible] first.
type Table struct {
	Columns []Column
	Rows    [][]string
}

// gap is what a column takes beside its values: " │ "; the border takes one more.
const (
	gap    = 3
	border = 1
)

// Whole draws all of the table, as wide as it needs.
func (t Table) Whole() string {
	w := table.NewWriter()
	w.SetStyle(table.StyleLight)
	w.Style().Format.Header = text.FormatDefault
	header := make(table.Row, len(t.Columns))
	var configs []table.ColumnConfig
	for i, c := range t.Columns {
		header[i] = c.Name
		if c.Number {
			configs = append(configs, table.ColumnConfig{Number: i + 1, Align: text.AlignRight})
		}
	}
	w.AppendHeader(header)
	w.SetColumnConfigs(configs)
	for _, row := range t.Rows {
		cells := make(table.Row, len(row))
		for i, value := range row {
			cells[i] = value
		}
		w.AppendRow(cells)
	}
	return w.Render() + "\n"
}

// Width is how wide the whole table is.
func (t Table) Width() int { return total(t.widths()) }

// widths are those of the columns, name and values.
func (t Table) widths() []int {
	widths := make([]int, len(t.Columns))
	for i, c := range t.Columns {
		widths[i] = widthOf(c.Name)
		for _, row := range t.Rows {
			widths[i] = max(widths[i], widthOf(row[i]))
		}
	}
	return widths
}

func total(widths []int) int {
	sum := border
	for _, w := range widths {
		sum += w + gap
	}
	return sum
}

// widthOf is the width of the longest line of a text on the screen.
func widthOf(s string) (width int) {
	for line := range strings.SplitSeq(s, "\n") {
		width = max(width, text.StringWidthWithoutEscSequences(line))
	}
	return width
}

// without leaves columns out.
func (t Table) without(leave func(i int) bool) Table {
	var kept []int
	for i := range t.Columns {
		if !leave(i) {
			kept = append(kept, i)
		}
	}
	return t.only(kept)
}

// only keeps these columns.
func (t Table) only(kept []int) Table {
	out := Table{Columns: make([]Column, len(kept)), Rows: make([][]string, len(t.Rows))}
	for at, i := range kept {
		out.Columns[at] = t.Columns[i]
	}
	for r, row := range t.Rows {
		out.Rows[r] = make([]string, len(kept))
		for at, i := range kept {
			out.Rows[r][at] = row[i]
		}
	}
	return out
}

// narrowed shares out width: no column is wider than the widest limit at which all fit,
// and none is cut below its floor. It reports whether that is possible.
func narrowed(widths, floors []int, width int) (limits []int, ok bool) {
	limits = make([]int, len(widths))
	for limit := 0; limit <= width; limit++ {
		next := make([]int, len(widths))
		for i := range widths {
			next[i] = max(min(widths[i], limit), min(floors[i], widths[i]))
		}
		if total(next) > width {
			break
		}
		limits, ok = next, true
	}
	return limits, ok
}
