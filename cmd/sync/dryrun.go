package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"contactsync/extract"
	"contactsync/internal/plan"
	"contactsync/internal/run"
	"contactsync/internal/words"
	"contactsync/schema"
)

// dryRun prints what a run would read: rows of the first page, or what it would
// buy. People get a table for each pipeline, programs one for all.
func (a *app) dryRun(ctx context.Context, names []string, o run.Options, format string) error {
	r, err := a.runner(a.logger(false))
	if err != nil {
		return err
	}
	if names, err = a.datedOnly(r.Config, names, o); err != nil {
		return err
	}
	previews, err := plan.DryRun(ctx, r, names, o)
	for _, p := range previews {
		for _, w := range p.Warnings {
			a.caution(p.Pipeline, w, "pipeline", p.Pipeline)
		}
		a.say(p.Pipeline + ": " + previewed(p))
		if format == "table" && p.Request != nil {
			if err := a.showRequest(p.Request); err != nil {
				return err
			}
		}
		if format == "table" && p.Note == "" {
			if err := previewGrid([]plan.Preview{p}, true).print(a.stdout, format); err != nil {
				return err
			}
		}
	}
	if err != nil || format == "table" {
		return err
	}
	return previewGrid(previews, false).print(a.stdout, format)
}

// showRequest prints a request as it would be sent, with the first few people in it.
func (a *app) showRequest(r *extract.PlannedRequest) error {
	var body bytes.Buffer
	if err := json.Indent(&body, r.Body, "", "  "); err != nil {
		return err
	}
	_, err := fmt.Fprintf(a.stdout, "%s %s\n%s\n", r.Method, r.Path, &body)
	return err
}

// requestColumns are those of a request that would be sent.
var requestColumns = []string{"request", "people", "body"}

// buys reports whether a preview is a plan of what would be bought.
func buys(p plan.Preview) bool { return p.Note == "" && p.Rows == nil && p.Rejected == nil }

// previewed is what a preview shows, in words.
func previewed(p plan.Preview) string {
	switch {
	case p.Request != nil:
		return fmt.Sprintf("%s; a run would begin with this request, of whose %s the first %d are shown", p.Note,
			words.Counted(p.Request.People, "person", "people"), p.Request.Shown)
	case p.Note != "":
		return p.Note
	case buys(p) && p.MaxCost < 0:
		return "nothing was asked; a run would cost without a bound: set max_credits"
	case buys(p):
		return "nothing was asked; a run would cost at most " + words.Counted(p.MaxCost, "credit", "credits")
	}
	return fmt.Sprintf("%s of the first page, %d rejected; nothing was written", words.Counted(len(p.Rows), "row", "rows"), len(p.Rejected))
}

// planColumns are those of a search that would be bought.
var planColumns = []string{"search", "websites", "industries", "titles", "from_page", "pages", "max_credits", "rests_until"}

// searchRow fills planColumns. What a search can cost is not known before its first
// answer; then what the run can cost bounds it.
func searchRow(s extract.PlannedSearch, p plan.Preview) []any {
	var from, credits any
	pages := any(s.Pages)
	if s.Page > 0 {
		from = s.Page
		if s.Pages == 0 {
			pages = nil
		}
	}
	if s.MaxCredits >= 0 {
		credits = s.MaxCredits
	} else if p.MaxCost >= 0 {
		credits = p.MaxCost
	}
	return []any{s.ID, s.Websites, s.Industries, s.Titles, from, pages, credits, s.Rests}
}

// briefColumns are those of a row that tell people most.
var briefColumns = []string{"source_id", "full_name", "email", "phone", "job_title", "seniority", "company_name", "region"}

// previewGrid shows rows and planned searches, with the columns that any of them
// has. In brief there is one pipeline, and its name goes without saying.
func previewGrid(previews []plan.Preview, brief bool) grid {
	var columns []schema.Column[schema.SourceContact]
	if slices.ContainsFunc(previews, func(p plan.Preview) bool { return len(p.Rows) > 0 }) {
		columns = slices.DeleteFunc(slices.Clone(schema.SourceContactColumns), func(c schema.Column[schema.SourceContact]) bool {
			return brief && !slices.Contains(briefColumns, c.Name)
		})
	}
	g := grid{columns: append([]string{"pipeline"}, namesOf(columns)...)}
	var unplanned []any
	if slices.ContainsFunc(previews, buys) {
		g.columns = append(g.columns, planColumns...)
		unplanned = make([]any, len(planColumns))
	}
	var unasked []any
	if slices.ContainsFunc(previews, func(p plan.Preview) bool { return p.Request != nil }) {
		g.columns = append(g.columns, requestColumns...)
		unasked = make([]any, len(requestColumns))
	}
	for _, p := range previews {
		for _, r := range p.Rows {
			g.add(slices.Concat([]any{p.Pipeline}, valuesOf(columns, &r), unplanned, unasked)...)
		}
		for _, s := range p.Planned {
			g.add(slices.Concat([]any{p.Pipeline}, make([]any, len(columns)), searchRow(s, p), unasked)...)
		}
		if r := p.Request; r != nil {
			g.add(slices.Concat([]any{p.Pipeline}, make([]any, len(columns)), unplanned, []any{r.Method + " " + r.Path, r.People, string(r.Body)})...)
		}
	}
	if brief {
		g.columns = g.columns[1:]
		for i := range g.rows {
			g.rows[i] = g.rows[i][1:]
		}
	}
	return g
}
