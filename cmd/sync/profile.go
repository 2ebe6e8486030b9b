package main

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"contactsync/internal/run"
	"contactsync/load/duckdb/report"

	"github.com/spf13/cobra"
)

func (a *app) profile() *cobra.Command {
	c := &cobra.Command{
		Use:     "profile",
		Short:   "The quality of the data: fill rates, invalid and top values, overlap of vendors",
		Long:    "profile measures each column of each vendor's records and of the merged contacts. Values of columns that point to a person are never shown.",
		Example: "  sync profile\n  sync profile -o json",
		Args:    cobra.NoArgs,
	}
	format := outputFlag(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		r, err := a.runner(a.logger(false))
		if err != nil {
			return err
		}
		var p run.Profile
		err = r.Read(c.Context(), func(reader *run.Reader) error {
			p, err = run.ReadProfile(c.Context(), reader)
			return err
		})
		if err != nil {
			return err
		}
		switch *format {
		case "json":
			return a.profileJSON(p)
		case "csv":
			return columnsGrid(p, math.MaxInt).print(a.stdout, *format)
		}
		for _, section := range []struct {
			title string
			g     grid
		}{
			{"Columns by vendor, without those that it leaves empty; all is the merged contacts", filledOnly(columnsGrid(p, 3))},
			{"What normalising dropped or repaired", notesGrid(p)},
			{"Overlap: people whom exactly these vendors know", overlapGrid(p)},
		} {
			fmt.Fprintf(a.stdout, "\n%s\n", section.title)
			if err := section.g.print(a.stdout, *format); err != nil {
				return err
			}
		}
		return nil
	}
	return c
}

// sourceName is how a profile's rows name their source.
func sourceName(v report.VendorProfile) string {
	if v.Source == "" {
		return "all"
	}
	return v.Source
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
			g.rows = append(g.rows, []any{sourceName(v), c.Column, c.Filled, percent(c.Filled, v.Records), c.Distinct, c.Invalid, strings.Join(top, ", ")})
		}
	}
	return g
}

// filledOnly leaves out the columns without a value, for people to read.
func filledOnly(g grid) grid {
	g.rows = slices.DeleteFunc(g.rows, func(row []any) bool { return row[2] == int64(0) })
	return g
}

func notesGrid(p run.Profile) grid {
	g := grid{columns: []string{"source", "what", "records", "percent"}}
	for _, v := range p.Vendors {
		for note, n := range v.Notes {
			g.rows = append(g.rows, []any{sourceName(v), note, n, percent(n, v.Records)})
		}
	}
	slices.SortFunc(g.rows, func(a, b []any) int {
		return strings.Compare(a[0].(string)+" "+a[1].(string), b[0].(string)+" "+b[1].(string))
	})
	return g
}

func overlapGrid(p run.Profile) grid {
	g := grid{columns: []string{"vendors", "people", "percent"}}
	all := int64(0)
	for _, o := range p.Overlaps {
		all += o.People
	}
	for _, o := range p.Overlaps {
		g.rows = append(g.rows, []any{strings.Join(o.Sources, " + "), o.People, percent(o.People, all)})
	}
	return g
}

// The form of `sync profile -o json`.
type (
	profileDocument struct {
		Sources  []profileSource  `json:"sources"`
		Overlaps []profileOverlap `json:"overlaps"`
	}
	profileSource struct {
		Source  string           `json:"source"`
		Records int64            `json:"records"`
		Columns []profileColumn  `json:"columns"`
		Notes   map[string]int64 `json:"notes,omitempty"`
	}
	profileColumn struct {
		Column   string         `json:"column"`
		Filled   int64          `json:"filled"`
		Distinct int64          `json:"distinct"`
		Invalid  int64          `json:"invalid"`
		Top      []profileValue `json:"top_values,omitempty"`
	}
	profileValue struct {
		Value string `json:"value"`
		Count int64  `json:"count"`
	}
	profileOverlap struct {
		Sources []string `json:"sources"`
		People  int64    `json:"people"`
	}
)

func (a *app) profileJSON(p run.Profile) error {
	var d profileDocument
	for _, v := range p.Vendors {
		s := profileSource{Source: sourceName(v), Records: v.Records, Notes: v.Notes}
		for _, c := range v.Columns {
			column := profileColumn{Column: c.Column, Filled: c.Filled, Distinct: c.Distinct, Invalid: c.Invalid}
			for _, t := range c.Top {
				column.Top = append(column.Top, profileValue(t))
			}
			s.Columns = append(s.Columns, column)
		}
		d.Sources = append(d.Sources, s)
	}
	for _, o := range p.Overlaps {
		d.Overlaps = append(d.Overlaps, profileOverlap(o))
	}
	encoder := json.NewEncoder(a.stdout)
	encoder.SetIndent("", "  ")
	return encoder.Encode(d)
}
