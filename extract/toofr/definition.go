// Package toofr reads the people whom Toofr finds for websites or industries and
// titles. Every prospect costs a credit, each time it is served, and there is no
// way to ask for news only. So a search is bought once, page by page, and rests
// until refresh is over.
//
// A partition is one search. Websites are searched in batches; a website stays in
// the batch in which it was first bought, so that a longer list buys only what is
// new.
package toofr

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"contactsync/extract"
	"contactsync/internal/suggest"
	"contactsync/internal/words"
)

// Prospects are searches by website or industry, and title.
type Prospects struct {
	Websites           extract.Websites `yaml:"websites" doc:"sites whose people to find: a list, or file and column, or query; or give industries"`
	Industries         []string         `yaml:"industries" jsonschema:"minItems=1,uniqueItems=true" doc:"industry categories of Toofr; or give websites"`
	Titles             []string         `yaml:"titles" jsonschema:"minItems=1,uniqueItems=true" doc:"title categories of Toofr; left out: all"`
	Batch              int              `yaml:"batch" jsonschema:"default=25,minimum=1" doc:"websites per search"`
	MaxCredits         int64            `yaml:"max_credits" jsonschema:"minimum=1" doc:"the most that one run may cost: no page is asked for that could pass it; left out: no limit"`
	MaxCreditsPerMonth int64            `yaml:"max_credits_per_month" jsonschema:"minimum=1" doc:"the most that the runs of a calendar month may cost; left out: no limit"`
	Refresh            time.Duration    `yaml:"refresh" jsonschema:"default=30d" doc:"a finished search is not paid for again before this has passed"`
}

// Problems implements [extract.Definition].
func (p *Prospects) Problems(extract.Section) []extract.Problem {
	var found extract.Problems
	switch {
	case !p.Websites.IsZero() && len(p.Industries) > 0:
		found.Add("industries", "websites and industries are both given, and Toofr would ignore the industries; keep one of them, or make two pipelines")
	case p.Websites.IsZero() && len(p.Industries) == 0:
		found.Add("websites", "neither websites nor industries are given; name at least one")
	}
	if p.Batch < 0 {
		found.Add("batch", "%d websites per search is impossible; leave it out for %d", p.Batch, defaultBatch)
	}
	for i, w := range p.Websites.List {
		if _, ok := extract.Website(w); !ok {
			found.Add(fmt.Sprintf("websites[%d]", i), "%q is no website; a domain such as example.com, or its URL", w)
		}
	}
	known := p.Words()
	categories(&found, "industries", "industry", p.Industries, known["industries"])
	categories(&found, "titles", "title", p.Titles, known["titles"])
	return found
}

// categories requires every value to be a category of the vendor.
func categories(into *extract.Problems, path, what string, values, known []string) {
	for i, v := range values {
		if !slices.Contains(known, v) {
			*into = append(*into, extract.Problem{
				Path: fmt.Sprintf("%s[%d]", path, i), Message: fmt.Sprintf("%q is no %s category of Toofr, which must match exactly", v, what),
				Suggest: suggest.Nearest(v, known), Unknown: extract.Unknown{What: what, Value: v, Known: known},
			})
		}
	}
}

// Words implements [extract.Worded].
func (p *Prospects) Words() map[string][]string {
	return map[string][]string{"titles": Titles, "industries": Industries}
}

// Advice implements [extract.Adviser].
func (p *Prospects) Advice() []extract.Problem {
	switch {
	case p.MaxCredits == 0:
		return []extract.Problem{{Message: "has no max_credits, so a run may spend without limit"}}
	case p.MaxCredits < pageCost:
		return []extract.Problem{{Path: "max_credits", Message: fmt.Sprintf("is below %d, the price of a full page, so nothing will be bought", pageCost)}}
	}
	return nil
}

// Open implements [extract.Definition].
func (p *Prospects) Open(ctx context.Context, run extract.Run, env extract.Env) (extract.Source, []string, error) {
	o, warnings, err := p.order(ctx, run)
	if err != nil {
		return nil, nil, err
	}
	return o.source(env), warnings, nil
}

// Plan implements [extract.Definition]. A dry run asks for nothing, since every page costs.
func (p *Prospects) Plan(ctx context.Context, run extract.Run) (extract.Plan, error) {
	from, err := run.State(ctx)
	if err != nil {
		return extract.Plan{}, err
	}
	o, warnings, err := p.order(ctx, run)
	if err != nil {
		return extract.Plan{}, err
	}
	searches, err := o.plan(from, run.Now)
	if err != nil {
		return extract.Plan{Warnings: warnings}, err
	}
	due := 0
	for _, s := range searches {
		if s.Page > 0 {
			due++
		}
	}
	return extract.Plan{
		Detail: toBuy(due, len(searches), p.Refresh), MaxCost: o.maxCost(searches), Searches: searches, Warnings: warnings,
	}, nil
}

// order is the definition with its websites looked up and what is left of its budget.
func (p *Prospects) order(ctx context.Context, run extract.Run) (o order, warnings []string, err error) {
	websites, warnings, err := p.Websites.Read(ctx, run.Query)
	if err != nil {
		return o, nil, fmt.Errorf("pipeline %s: websites: %w", run.Pipeline, err)
	}
	o = order{
		websites: websites, industries: p.Industries, titles: p.Titles, batch: p.Batch, refresh: p.Refresh, full: run.Full,
		maxCredits: cmp.Or(p.MaxCredits, -1), monthCreditsLeft: cmp.Or(p.MaxCreditsPerMonth, -1),
	}
	if p.MaxCreditsPerMonth > 0 && run.Spent != nil {
		month := time.Date(run.Now.Year(), run.Now.Month(), 1, 0, 0, 0, 0, run.Now.Location())
		spent, err := run.Spent(ctx, month)
		if err != nil {
			return o, nil, err
		}
		o.monthCreditsLeft = max(p.MaxCreditsPerMonth-spent, 0)
	}
	return o, warnings, nil
}

// toBuy says how many of a pipeline's searches are due.
func toBuy(due, all int, refresh time.Duration) string {
	rest := ""
	switch {
	case due == all:
		return words.Counted(all, "search", "searches")
	case all == 1:
		return fmt.Sprintf("no search: the only one rests until refresh (%s) has passed", words.Exact(refresh))
	case due == 0:
		rest = "they rest"
	case all-due == 1:
		rest = "the other rests"
	default:
		rest = "the others rest"
	}
	return fmt.Sprintf("%d of %d searches; %s until refresh (%s) has passed", due, all, rest, words.Exact(refresh))
}
