// Package plan says what runs would do: `sync check` and `sync run --dry-run`. It
// writes nothing, and asks no vendor for anything that costs.
package plan

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"contactsync/extract"
	"contactsync/extract/vendors"
	"contactsync/internal/config"
	"contactsync/internal/run"
	"contactsync/load/export"
)

// Checked is what `sync check` says of one source or pipeline.
type Checked struct {
	Kind    string // warehouse, source, pipeline, retention or export
	Name    string
	OK      bool
	Detail  string // what was found, or what it would read
	Cost    int64  // the most that a run can cost, in the vendor's credits; -1 = no bound
	Problem error
}

// Check checks the credentials of the sources that the named pipelines use, each
// by the vendor's cheapest free call, asks the vendor for what the pipelines name, says
// what each pipeline would read and the most that it can cost, and whether every export
// can be written; of a warehouse that Spark holds, whether all is there that it rests on.
// Offline it asks no vendor and no bucket, and takes such a warehouse for one not begun.
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
	if !offline {
		list = checkLake(ctx, r)
	}
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
		list = append(list, checkPipeline(ctx, r, p, offline))
	}
	ask(ctx, r, list)
	if !offline || !r.Config.Warehouse.InLake() {
		list = append(list, checkRetention(ctx, r)...)
	}
	return list, run.EachExport(ctx, r, func(e config.Export, spec export.Spec, err error) {
		if err == nil && !offline {
			err = probe(ctx, spec)
		}
		list = append(list, Checked{Kind: "export", Name: e.Name, OK: err == nil, Detail: exportOf(e), Problem: err})
	})
}

// ask asks the vendors of the sources on a list, all at once, and then those that take
// the credential for what the pipelines name.
func ask(ctx context.Context, r *run.Runner, list []Checked) {
	envs := map[string]extract.Env{}
	var asking sync.WaitGroup
	for i := range list {
		if list[i].Kind == "source" {
			env, err := envOf(r, list[i].Name)
			if list[i].Problem = err; err != nil {
				continue
			}
			envs[list[i].Name] = env
			asking.Go(func() { checkSource(ctx, env, &list[i]) })
		}
	}
	asking.Wait()
	refused := map[string]bool{}
	for _, c := range list {
		refused[c.Name] = refused[c.Name] || c.Kind == "source" && !c.OK
	}
	for i := range list {
		if p, ok := r.Config.Pipeline(list[i].Name); list[i].Kind == "pipeline" && ok && list[i].OK && !refused[p.Source] {
			if env, asked := envs[p.Source]; asked {
				asking.Go(func() { verify(ctx, r, env, p, &list[i]) })
			}
		}
	}
	asking.Wait()
}

// verify asks for what a pipeline names. A vendor that does not answer such a question
// says nothing against it.
func verify(ctx context.Context, r *run.Runner, env extract.Env, p *config.Pipeline, c *Checked) {
	named, ok := p.Definition.(extract.Verifier)
	if !ok {
		return
	}
	problems, err := named.Verify(ctx, env)
	if err != nil {
		c.Detail += "; whether the vendor has it could not be asked"
		return
	}
	c.Problem = r.Config.ProblemsOf(p.Name, problems)
	c.OK = c.Problem == nil
}

// probeTime is how long a check waits for a bucket.
const probeTime = 20 * time.Second

func probe(ctx context.Context, spec export.Spec) error {
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	return export.Probe(ctx, spec)
}

// checkAttempts is how often a check asks a vendor that does not answer: a person
// waits for it.
const checkAttempts = 2

func envOf(r *run.Runner, source string) (extract.Env, error) {
	settings, err := r.Config.Settings(source)
	if err != nil {
		return extract.Env{}, err
	}
	settings.MaxAttempts = min(settings.MaxAttempts, checkAttempts)
	return extract.Env{Client: extract.NewClient(settings), Log: r.Log, Now: r.Now}, nil
}

func checkSource(ctx context.Context, env extract.Env, c *Checked) {
	vendor, _ := vendors.Of(c.Name) // the config knows no other source
	account, err := vendor.Check(ctx, env)
	c.OK, c.Detail, c.Problem = err == nil, account.Detail, err
}

func checkPipeline(ctx context.Context, r *run.Runner, p *config.Pipeline, offline bool) Checked {
	c := Checked{Kind: "pipeline", Name: p.Name, OK: true}
	plan, err := planOf(ctx, r, p, run.Options{}, offline && r.Config.Warehouse.InLake())
	if err == nil {
		c.Detail, c.Cost = strings.Join(append([]string{plan.Detail}, plan.Warnings...), "; "), plan.MaxCost
	}
	c.OK, c.Problem = err == nil, err
	return c
}

func exportOf(e config.Export) string {
	what := "a query"
	switch {
	case e.For != "":
		what = "a match list for " + e.For
	case e.Query == "":
		what = e.Table
	}
	path, _, _ := strings.Cut(e.Path.Written, "?") // the parameters of a URL are nobody's business
	return what + " to " + path
}
