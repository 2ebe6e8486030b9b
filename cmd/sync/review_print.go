package main

import (
	"fmt"
	"io"
	"strings"

	"contactsync/internal/box"
	"contactsync/internal/review"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// pairStyle is how pairs are shown.
type pairStyle struct {
	color bool
	width int
}

func (a *app) pairStyle() pairStyle {
	return pairStyle{color: !a.noColor && isTerminal(a.stdout), width: terminalWidth(a.stdout)}
}

// printPair shows two records side by side. What differs has a mark, and a colour where
// there are colours.
func printPair(out io.Writer, p review.Pair, number string, style pairStyle) {
	const labels = 20 // what borders, marks and names of the lines take
	records := p.Records()
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.Style().Format.Header = text.FormatDefault
	width := max((style.width-labels)/2, 16)
	t.SetColumnConfigs([]table.ColumnConfig{
		{Number: 3, WidthMax: width, WidthMaxEnforcer: text.WrapSoft}, {Number: 4, WidthMax: width, WidthMaxEnforcer: text.WrapSoft},
	})
	t.AppendHeader(table.Row{"", number, box.Visible(records[0].String()), box.Visible(records[1].String())})
	for _, line := range p.Traits() {
		mark := ""
		if line.Differs {
			mark = "≠"
		}
		cells := table.Row{mark, line.Name}
		for _, side := range line.Sides {
			value := box.Visible(strings.Join(side, "\n"))
			if mark != "" && style.color {
				value = text.WrapSoft(value, width)
				value = "\x1b[33m" + strings.ReplaceAll(value, "\n", "\x1b[0m\n\x1b[33m") + "\x1b[0m"
			}
			cells = append(cells, value)
		}
		t.AppendRow(cells)
	}
	fmt.Fprintf(out, "%s\n%s\n%s\n\n", t.Render(), box.Visible(p.Common()), box.Visible(p.Sentence))
}
