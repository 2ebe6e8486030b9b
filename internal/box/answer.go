package box

import (
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"
)

// Columns of an answer are cut to short before any is left out; more stands for what
// was cut or left out.
const (
	short = 20
	more  = "…"
)

// Answer draws the table in a width as an answer to a query, and tells how many of its
// columns are shown. Lines of values become one.
func (t Table) Answer(width int) (drawn string, shown int) {
	flat := t.flat()
	widths := flat.widths()
	floors := make([]int, len(widths))
	for i, w := range widths {
		floors[i] = min(w, short)
	}
	if limits, ok := narrowed(widths, floors, width); ok {
		return flat.cut(limits).Whole(), len(widths)
	}
	first, last := ends(floors, width)
	part := flat.elided(first, last)
	widths, floors = part.widths(), nil
	for _, w := range widths {
		floors = append(floors, min(w, short))
	}
	limits, ok := narrowed(widths, floors, width)
	if !ok { // a single column is too much for so narrow a screen
		limits, _ = narrowed(widths, make([]int, len(widths)), width)
	}
	return part.cut(limits).Whole(), first + last
}

// ends is how many of the first and of the last columns fit, with a column between them
// that stands for the others.
func ends(widths []int, width int) (first, last int) {
	left := width - border - (1 + gap)
	for first+last < len(widths) {
		at := first
		if first > last {
			at = len(widths) - 1 - last
		}
		if left -= widths[at] + gap; left < 0 && first > 0 {
			break
		}
		if first > last {
			last++
		} else {
			first++
		}
	}
	return first, last
}

// elided keeps the first and the last columns.
func (t Table) elided(first, last int) Table {
	n := len(t.Columns)
	if first+last == n {
		return t
	}
	out := Table{Columns: slices.Concat(t.Columns[:first], []Column{{Name: more}}, t.Columns[n-last:])}
	for _, row := range t.Rows {
		out.Rows = append(out.Rows, slices.Concat(row[:first], []string{more}, row[n-last:]))
	}
	return out
}

func (t Table) flat() Table {
	line := strings.NewReplacer("\n", `\n`)
	out := Table{Columns: slices.Clone(t.Columns)}
	for i := range out.Columns {
		out.Columns[i].Name = line.Replace(out.Columns[i].Name)
	}
	for _, row := range t.Rows {
		cells := make([]string, len(row))
		for i, value := range row {
			cells[i] = line.Replace(value)
		}
		out.Rows = append(out.Rows, cells)
	}
	return out
}

// cut shortens names and values.
func (t Table) cut(limits []int) Table {
	out := Table{Columns: slices.Clone(t.Columns)}
	for i := range out.Columns {
		out.Columns[i].Name = text.Snip(out.Columns[i].Name, limits[i], more)
	}
	for _, row := range t.Rows {
		cells := make([]string, len(row))
		for i, value := range row {
			cells[i] = text.Snip(value, limits[i], more)
		}
		out.Rows = append(out.Rows, cells)
	}
	return out
}
