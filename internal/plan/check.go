// Package plan says what runs would do: `sync check` and `sync run --dry-run`. It
// writes nothing, and asks no vendor for anything that costs.
package plan

import (
	"context"
	"slices"
	"strings"
	"sync"

	"contactsync/extract"
	"contactsync/extract/vendors"
	"contactsync/internal/config"
	"contactsync/internal/run"
)

// Checked is what `sync check` says of one source or pipeline.
type Checked struct {
	Kind    string // source, pipeline, retention or export
	Name    string
	OK      bool
	Detail  string // what was found, or what it would read
	Cost    int64  // the most that a run can cost, in the vendor's credits; -1 = no bound
	Problem error
}

// Check checks the credentials of the sources that the named pipelines use, each
// by the vendor's cheapest free call, says what each pipeline would read and the
// most that it can cost, and whether every export can be written. Offline it asks
// no vendor.
func Check(ctx context.Context, r *run.Runner, names []string, offline bool) ([]Checked, error) {
	for _, name := range names {
		if _, ok := r.Config.Pipeline(name); !ok {
			return nil, &run.UnknownPipelineError{Name: name, Known: r.Names()}
		}
	}
	if _, err := r.Overrides(); err != nil {
		return nil, err
	}
	var list []Checked
	asked := map[string]bool{}
	for i := range r.Config.Pipelines {
		p := &r.Config.Pipelines[i]
		if len(names) > 0 && !slices.Contains(names, p.Name) {
			continue
		}
		if !asked[p.Source] && !offline {
			asked[p.Source] = true
			list = append(list, Checked{Kind: "source", Name: p.Source})
		}
		list = append(list, checkPipeline(ctx, r, p))
	}
	var asking sync.WaitGroup
	for i := range list {
		if list[i].Kind == "source" {
			asking.Go(func() { checkSource(ctx, r, &list[i]) })
		}
	}
	asking.Wait()
	list = append(list, checkRetention(ctx, r)...)
	return list, run.EachExport(ctx, r, func(e config.Export, err error) {
		list = append(list, Checked{Kind: "export", Name: e.Name, OK: err == nil, Detail: exportOf(e), Problem: err})
	})
}

// checkAttempts is how often a check asks a vendor that does not answer: a person
// waits for it.
const checkAttempts = 2

func checkSource(ctx context.Context, r *run.Runner, c *Checked) {
	settings, err := r.Config.Settings(c.Name)
	if err != nil {
		c.Problem = err
		return
	}
	settings.MaxAttempts = min(settings.MaxAttempts, checkAttempts)
	vendor, _ := vendors.Of(c.Name) // the config knows no other source
	account, err := vendor.Check(ctx, extract.Env{Client: extract.NewClient(settings), Log: r.Log, Now: r.Now})
	c.OK, c.Detail, c.Problem = err == nil, account.Detail, err
}

func checkPipeline(ctx context.Context, r *run.Runner, p *config.Pipeline) Checked {
	c := Checked{Kind: "pipeline", Name: p.Name, OK: true}
	plan, err := planOf(ctx, r, p, run.Options{})
	if err == nil {
		c.Detail, c.Cost = strings.Join(append([]string{plan.Detail}, plan.Warnings...), "; "), plan.MaxCost
	}
	c.OK, c.Problem = err == nil, err
	return c
}

func exportOf(e config.Export) string {
	what := "a query"
	if e.Query == "" {
		what = e.Table
	}
	path, _, _ := strings.Cut(e.Path.Written, "?") // the parameters of a URL are nobody's business
	return what + " to " + path
}
