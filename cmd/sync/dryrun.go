package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"contactsync/internal/pipeline"
	"contactsync/schema"
)

// dryRun prints what a run would read: rows of the first page, or what it would buy.
func (a *app) dryRun(ctx context.Context, names []string, o pipeline.Options, format string) error {
	r, err := a.runner(a.logger(false))
	if err != nil {
		return err
	}
	previews, err := r.DryRun(ctx, names, o)
	for _, p := range previews {
		if err := a.printPreview(p, format); err != nil {
			return err
		}
	}
	return err
}

func (a *app) printPreview(p pipeline.Preview, format string) error {
	for _, w := range p.Warnings {
		fmt.Fprintf(a.stderr, "%s: %s\n", p.Pipeline, w)
	}
	switch {
	case p.Note != "":
		fmt.Fprintf(a.stderr, "%s: %s\n", p.Pipeline, p.Note)
		return nil
	case p.Rows == nil && p.Rejected == nil:
		bound := fmt.Sprintf("at most %d credits", p.MaxCost)
		if p.MaxCost < 0 {
			bound = "without a bound: set max_credits"
		}
		fmt.Fprintf(a.stderr, "%s: nothing was asked; a run would cost %s\n", p.Pipeline, bound)
		g := grid{columns: []string{"search", "websites", "industries", "titles", "from_page", "pages", "max_credits", "rests_until"}}
		for _, s := range p.Planned {
			g.rows = append(g.rows, []any{s.ID, s.Websites, s.Industries, s.Titles, known(s.Page), known(s.Pages), known(int(s.MaxCredits)), s.Rests})
		}
		return g.print(a.stdout, format)
	}
	fmt.Fprintf(a.stderr, "%s: %d rows of the first page, %d rejected; nothing was written\n", p.Pipeline, len(p.Rows), len(p.Rejected))
	return previewGrid(p.Rows, format == "table").print(a.stdout, format)
}

// known is a number of which zero and below mean that it is not known yet.
func known(n int) any {
	if n <= 0 {
		return nil
	}
	return n
}

// previewGrid shows rows: for people the columns that tell most.
func previewGrid(rows []schema.SourceContact, brief bool) grid {
	var g grid
	shown := map[string]bool{"source_id": true, "full_name": true, "email": true, "phone": true, "job_title": true, "seniority": true, "company_name": true, "region": true}
	for _, c := range schema.SourceContactColumns {
		if !brief || shown[c.Name] {
			g.columns = append(g.columns, c.Name)
		}
	}
	for _, r := range rows {
		var row []any
		for _, c := range schema.SourceContactColumns {
			if !brief || shown[c.Name] {
				row = append(row, valueOf(c.Field(&r), c.Type()))
			}
		}
		g.rows = append(g.rows, row)
	}
	return g
}

// valueOf is the value behind a field pointer, nil where it is not known.
func valueOf(field any, t schema.Type) any {
	switch v := field.(type) {
	case *string:
		switch {
		case *v == "":
			return nil
		case t == schema.JSON:
			return json.RawMessage(*v)
		}
		return *v
	case *[]string:
		return *v
	case **bool:
		if *v == nil {
			return nil
		}
		return **v
	case *time.Time:
		return *v
	case *int64:
		return *v
	case *float64:
		return *v
	}
	return nil
}
