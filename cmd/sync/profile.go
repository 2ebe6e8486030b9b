package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"contactsync/internal/run"

	"github.com/spf13/cobra"
)

func (a *app) profile() *cobra.Command {
	c := &cobra.Command{
		Use:   "profile",
		Short: "The quality of the data: fill rates, invalid and top values, causes of repairs, overlap of vendors, doubts about identity",
		Long: "profile measures each column of each vendor's records and of the merged contacts. " +
			"Values of columns that point to a person are never shown, and contacts are named by their ids alone. " +
			"What normalising could not take as sent is counted " +
			"per cause: dropped, repaired, or kept without linking anybody. The last part is identity: contacts by size, " +
			"what holds them together, and what is in doubt.",
		Example: "  sync profile\n  sync profile -o json",
		Args:    arguments(0, 0),
	}
	format := outputFlag(c)
	return a.withRunner(c, func(ctx context.Context, r *run.Runner, _ []string) error {
		return a.read(ctx, r, func(reader *run.Reader, out *page) error {
			overrides, err := r.Overrides()
			if err != nil {
				return err
			}
			p, err := run.ReadProfile(ctx, reader, overrides)
			if err != nil {
				return err
			}
			return printProfile(out, p, *format)
		})
	})
}

// topFields is how many fields of a cause are named to people.
const topFields = 3

// profileSection is a table of the profile under its title.
type profileSection struct {
	title string
	g     grid
}

// printProfile prints sections for people; for programs the whole, or as CSV the columns.
func printProfile(w io.Writer, p run.Profile, format string) error {
	for i := range p.Vendors {
		p.Vendors[i].Source = cmp.Or(p.Vendors[i].Source, "all")
	}
	switch format {
	case "json":
		return printJSON(w, p)
	case "csv":
		return columnsGrid(p, math.MaxInt).print(w, format)
	}
	for _, s := range append([]profileSection{
		{"Columns by vendor, without those that it leaves empty; all is the merged contacts", filledOnly(columnsGrid(p, 3))},
		{"What normalising dropped or repaired, by cause; unlinked is kept, but links nobody", causesGrid(p)},
		{"Overlap: people whom exactly these vendors know", overlapGrid(p)},
	}, identitySections(p.Identity)...) {
		fmt.Fprintf(w, "\n%s\n", s.title)
		if err := s.g.print(w, format); err != nil {
			return err
		}
	}
	return nil
}

func percent(part, whole int64) any {
	if whole == 0 {
		return nil
	}
	return math.Round(1000*float64(part)/float64(whole)) / 10
}

// columnsGrid shows as many top values as are asked for.
func columnsGrid(p run.Profile, values int) grid {
	g := grid{columns: []string{"source", "column", "filled", "percent", "distinct", "invalid", "top_values"}}
	for _, v := range p.Vendors {
		for _, c := range v.Columns {
			var top []string
			for _, t := range c.Top[:min(len(c.Top), values)] {
				top = append(top, fmt.Sprintf("%s %d", t.Value, t.Count))
			}
			g.add(v.Source, c.Column, c.Filled, percent(c.Filled, v.Records), c.Distinct, c.Invalid, strings.Join(top, ", "))
		}
	}
	return g
}

// filledOnly leaves out the columns without a value, for people to read.
func filledOnly(g grid) grid {
	g.rows = slices.DeleteFunc(g.rows, func(row []any) bool { return row[2] == int64(0) })
	return g
}

// causesGrid shows a row per vendor and cause, with the most frequent fields; then the
// causes over all vendors.
func causesGrid(p run.Profile) grid {
	g := grid{columns: []string{"source", "cause", "outcome", "column", "records", "percent", "fields"}}
	all := int64(0)
	for _, v := range p.Vendors[:len(p.Vendors)-1] { // the last are the contacts
		all += v.Records
		for _, c := range v.Causes {
			var fields []string
			for _, f := range c.Fields[:min(len(c.Fields), topFields)] {
				fields = append(fields, fmt.Sprintf("%s %d", f.Field, f.Records))
			}
			g.add(v.Source, string(c.Cause), string(c.Outcome), c.Column, c.Records, percent(c.Records, v.Records), strings.Join(fields, ", "))
		}
	}
	for _, c := range p.Causes {
		g.add("all", string(c.Cause), string(c.Outcome), c.Column, c.Records, percent(c.Records, all), "")
	}
	return g
}

func overlapGrid(p run.Profile) grid {
	g := grid{columns: []string{"vendors", "people", "percent"}}
	all := int64(0)
	for _, o := range p.Overlaps {
		all += o.People
	}
	for _, o := range p.Overlaps {
		g.add(strings.Join(o.Sources, " + "), o.People, percent(o.People, all))
	}
	return g
}
