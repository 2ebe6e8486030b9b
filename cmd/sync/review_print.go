package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"contactsync/internal/review"
	"contactsync/load/duckdb/report"
	"contactsync/schema"

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

// trait is a line of the comparison: what each of the two says.
type trait struct {
	name  string
	sides [2][]string
}

// traits are what people compare.
func traits(p review.Pair) []trait {
	line := func(name string, of func(*report.Side) []string) trait {
		return trait{name, [2][]string{of(&p.Sides[0]), of(&p.Sides[1])}}
	}
	one := func(name string, of func(*report.Side) string) trait {
		return line(name, func(s *report.Side) []string {
			if value := of(s); value != "" {
				return []string{value}
			}
			return nil
		})
	}
	return []trait{
		one("name", func(s *report.Side) string { return s.FullName }),
		line("addresses", func(s *report.Side) []string { return listed(s.Emails, s.Email) }),
		line("phones", func(s *report.Side) []string { return listed(s.Phones, s.Phone) }),
		one("company", func(s *report.Side) string { return beside(s.CompanyName, s.CompanyDomain) }),
		one("title", func(s *report.Side) string { return s.JobTitle }),
		one("place", func(s *report.Side) string { return review.Place(s.Profile) }),
		one("age", func(s *report.Side) string { return s.AgeRange }),
		one("gender", func(s *report.Side) string { return s.Gender }),
		one("LinkedIn", func(s *report.Side) string { return strings.TrimPrefix(s.LinkedInURL, "https://www.linkedin.com/in/") }),
		line("known to", func(s *report.Side) []string { return s.Sources }),
	}
}

// listed are the values of a list, or the one beside it where that is empty.
func listed(list []string, single string) []string {
	if len(list) == 0 && single != "" {
		return []string{single}
	}
	return list
}

func beside(name, domain string) string {
	if name == "" || domain == "" {
		return cmp.Or(name, domain)
	}
	return name + " (" + domain + ")"
}

// differs reports whether both tell something, and nothing that is the same.
func (t trait) differs() bool {
	if len(t.sides[0]) == 0 || len(t.sides[1]) == 0 || t.name == "known to" {
		return false
	}
	return !slices.ContainsFunc(t.sides[0], func(a string) bool {
		return slices.ContainsFunc(t.sides[1], func(b string) bool { return strings.EqualFold(a, b) })
	})
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
	t.AppendHeader(table.Row{"", number, visible(records[0].String()), visible(records[1].String())})
	for _, line := range traits(p) {
		if len(line.sides[0])+len(line.sides[1]) == 0 {
			continue
		}
		mark := ""
		if line.differs() {
			mark = "≠"
		}
		cells := table.Row{mark, line.name}
		for _, side := range line.sides {
			value := visible(strings.Join(side, "\n"))
			if mark != "" && style.color {
				value = text.WrapSoft(value, width)
				value = "\x1b[33m" + strings.ReplaceAll(value, "\n", "\x1b[0m\n\x1b[33m") + "\x1b[0m"
			}
			cells = append(cells, value)
		}
		t.AppendRow(cells)
	}
	fmt.Fprintf(out, "%s\n%s\n%s\n\n", t.Render(), visible(commonOf(p)), visible(p.Sentence))
}

// commonOf says what the two have in common, and what it is worth to know.
func commonOf(p review.Pair) string {
	s := "they share no identifier"
	if p.Kind != "" {
		s = "they share " + named(schema.Kind(p.Kind), p.Value, p.Address)
	}
	if p.Joined {
		s += ", and are one person now"
	} else {
		s += ", and are two people now"
	}
	switch {
	case p.Intent:
		s += "; with intent"
	case p.Reachable:
		s += "; reachable"
	}
	return s
}
