package box

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"
)

// least is how narrow a column of texts may become before a report is told row by row.
const least = 16

// Report draws the table in a width, without losing anything that somebody would miss.
func (t Table) Report(width int) string {
	if t.Width() <= width || len(t.Rows) == 0 {
		return t.Whole()
	}
	slim := t.without(t.idle)
	var gone []string
	for {
		limits, ok := narrowed(slim.widths(), slim.floors(), width)
		if ok {
			return slim.wrapped(limits).Whole() + goneLine(gone, width)
		}
		spare := slim.spare()
		if spare < 0 {
			return t.without(t.idle).Records(width)
		}
		gone = append(gone, slim.Columns[spare].Name)
		slim = slim.without(func(i int) bool { return i == spare })
	}
}

// idle reports whether no row says anything in a column; the first names the row.
func (t Table) idle(column int) bool {
	return column > 0 && !slices.ContainsFunc(t.Rows, func(row []string) bool { return row[column] != "" && row[column] != "0" })
}

// floors are the widths below which the columns are not wrapped.
func (t Table) floors() []int {
	floors := t.widths()
	for i, c := range t.Columns {
		if !c.Number && !c.Whole && i > 0 {
			floors[i] = min(floors[i], max(least, widthOf(c.Name)))
		}
	}
	return floors
}

// spare is the column that goes first, -1: none may.
func (t Table) spare() int {
	at := -1
	for i, c := range t.Columns {
		if c.Spare > 0 && (at < 0 || c.Spare > t.Columns[at].Spare) {
			at = i
		}
	}
	return at
}

// wrapped breaks the values into lines.
func (t Table) wrapped(limits []int) Table {
	out := Table{Columns: t.Columns, Rows: make([][]string, len(t.Rows))}
	for r, row := range t.Rows {
		out.Rows[r] = make([]string, len(row))
		for i, value := range row {
			out.Rows[r][i] = wrap(value, limits[i])
		}
	}
	return out
}

// wrap breaks a text at spaces, and where a word is too long within it.
func wrap(s string, width int) string {
	if widthOf(s) <= width {
		return s
	}
	var lines []string
	for line := range strings.SplitSeq(s, "\n") {
		for widthOf(line) > width {
			end := breakOf(line, width)
			lines = append(lines, strings.TrimRight(line[:end], " "))
			line = strings.TrimLeft(line[end:], " ")
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// breakOf is where a line that is too long is broken: at its last space that leaves a part
// which fits, else in the middle of a word.
func breakOf(line string, width int) int {
	used, space := 0, 0
	for at, r := range line {
		if r == ' ' && at > 0 {
			space = at
		}
		if used += text.RuneWidth(r); used > width && at > 0 {
			return cmp.Or(space, at)
		}
	}
	return len(line)
}

func goneLine(gone []string, width int) string {
	if len(gone) == 0 {
		return ""
	}
	return wrap(fmt.Sprintf("not shown for want of width: %s; -o json has all", strings.Join(gone, ", ")), width) + "\n"
}
