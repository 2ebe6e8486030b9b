package prompt

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"contactsync/internal/box"
	"contactsync/internal/words"
	"contactsync/load/duckdb/console"
)

// Ask asks the statements of a text and shows the answers. What SET says holds for
// later questions, too.
func (s *Session) Ask(ctx context.Context, text string) error {
	var statements []string
	for _, p := range console.Pieces(text) {
		statements = append(statements, p.Text)
	}
	if len(statements) == 0 {
		return nil
	}
	var out strings.Builder
	all := slices.Concat(s.settings, statements)
	err := s.Open(ctx, func(from console.Source) error {
		if s.Fetch != nil {
			if err := s.Fetch(ctx, all); err != nil {
				return err
			}
		}
		begun := time.Now()
		return console.Ask(ctx, from, all, console.FormTable, func(r console.Result) error {
			shown, err := s.shown(r)
			if err != nil {
				return err
			}
			now := time.Now()
			out.WriteString(shown.text)
			out.WriteString(s.footer(shown, now.Sub(begun)))
			begun = now
			return nil
		})
	})
	if err == nil {
		s.remember(statements)
	}
	s.page(ctx, out.String())
	return err
}

// remember keeps the settings among statements.
func (s *Session) remember(statements []string) {
	for _, statement := range statements {
		if console.Sets(statement) {
			s.settings = append(s.settings, statement)
		}
	}
}

// answer is what is shown of a result.
type answer struct {
	text                string
	rows, shownRows     int
	columns, shownWidth int
	plan                bool
}

// shown reads all of a result, and draws what fits.
func (s *Session) shown(r console.Result) (a answer, err error) {
	t := box.Table{Columns: make([]box.Column, len(r.Columns))}
	numbers := make([]bool, len(r.Columns))
	for i, name := range r.Columns {
		t.Columns[i].Name, numbers[i] = box.Visible(name), true
	}
	kept := window{most: s.maxRows}
	for row, err := range r.Rows {
		if err != nil {
			return a, err
		}
		a.rows++
		cells := make([]string, len(row))
		for i, v := range row {
			numbers[i] = numbers[i] && (v == nil || s.Number(v))
			cells[i] = box.Visible(s.Cell(v))
		}
		kept.add(cells)
	}
	for i := range t.Columns {
		t.Columns[i].Number = numbers[i] && a.rows > 0
	}
	a.columns, a.shownWidth, a.plan = len(t.Columns), len(t.Columns), r.Plan
	a.shownRows = len(kept.first) + len(kept.last)
	switch {
	case r.Plan:
		t.Rows = kept.rows(nil)
		for _, row := range t.Rows {
			a.text += row[len(row)-1] + "\n"
		}
	case s.records:
		t.Rows = kept.rows(nil)
		a.text = t.Records(s.Screen.Width())
	default:
		t.Rows = kept.rows(dots(len(t.Columns)))
		a.text, a.shownWidth = t.Answer(s.Screen.Width())
	}
	return a, nil
}

// dots is a row that stands for those that are not shown.
func dots(n int) []string {
	row := make([]string, n)
	for i := range row {
		row[i] = "·"
	}
	return row
}

// footer tells how much there is, how much of it is shown, and how long it took.
func (s *Session) footer(a answer, took time.Duration) string {
	var parts []string
	count := func(n, shown int, one, many string) {
		part := words.Counted(n, one, many)
		if shown < n {
			part += fmt.Sprintf(" (%d shown)", shown)
		}
		parts = append(parts, part)
	}
	if !a.plan {
		count(a.rows, a.shownRows, "row", "rows")
	}
	if a.shownWidth < a.columns {
		count(a.columns, a.shownWidth, "column", "columns")
	}
	if !s.untimed {
		parts = append(parts, fmt.Sprintf("%.3f s", took.Seconds()))
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, ", ") + "\n"
}

// window keeps the first and the last of many rows.
type window struct {
	most        int // 0: all
	first, last [][]string
	gone        bool
}

func (w *window) add(row []string) {
	switch half := w.most / 2; {
	case w.most == 0 || len(w.first) < w.most-half:
		w.first = append(w.first, row)
	case len(w.last) < half:
		w.last = append(w.last, row)
	default:
		w.gone = true
		if half > 0 {
			w.last = append(w.last[1:], row)
		}
	}
}

// rows are those that were kept, with a row between them that stands for the others.
func (w *window) rows(others []string) [][]string {
	rows := w.first
	if w.gone && others != nil {
		rows = append(rows, others)
	}
	return append(rows, w.last...)
}
