package pipeline

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"contactsync/extract"
	"contactsync/internal/config"
	"contactsync/internal/words"
)

// Checked is what `sync check` says of one source or pipeline.
type Checked struct {
	Kind    string // source, pipeline or export
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
func (r *Runner) Check(ctx context.Context, names []string, offline bool) ([]Checked, error) {
	for _, name := range names {
		if _, ok := r.Config.Pipeline(name); !ok {
			return nil, &UnknownPipelineError{Name: name, Known: r.Names()}
		}
	}
	if err := r.readOverrides(); err != nil {
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
		list = append(list, r.checkPipeline(ctx, p))
	}
	var vendors sync.WaitGroup
	for i := range list {
		if list[i].Kind == "source" {
			vendors.Go(func() { r.checkSource(ctx, &list[i]) })
		}
	}
	vendors.Wait()
	return list, r.eachExport(ctx, func(e config.Export, err error) {
		list = append(list, Checked{Kind: "export", Name: e.Name, OK: err == nil, Detail: exportOf(e), Problem: err})
	})
}

// checkAttempts is how often a check asks a vendor that does not answer: a person
// waits for it.
const checkAttempts = 2

func (r *Runner) checkSource(ctx context.Context, c *Checked) {
	settings, err := r.Config.Settings(c.Name)
	if err != nil {
		c.Problem = err
		return
	}
	settings.MaxAttempts = min(settings.MaxAttempts, checkAttempts)
	account, err := extract.Check(ctx, extract.Env{Client: extract.NewClient(settings), Log: r.Log, Now: r.Now})
	c.OK, c.Detail, c.Problem = err == nil, account.Detail, err
}

func (r *Runner) checkPipeline(ctx context.Context, p *config.Pipeline) Checked {
	c := Checked{Kind: "pipeline", Name: p.Name, OK: true}
	var err error
	switch {
	case p.Toofr != nil:
		c.Detail, c.Cost, err = r.checkToofr(ctx, p)
	case p.Intent != nil:
		c.Detail = "the days of " + intentOf(p.Intent)
	case p.StatSocial != nil:
		c.Detail, c.Cost, err = r.checkStatSocial(ctx, p)
	case p.Segments != nil:
		c.Detail = "a complete sweep of " + words.Counted(len(p.Segments.Segments), "segment", "segments")
	case p.Members != nil:
		c.Detail = "a complete sweep of the members of " + words.Counted(len(p.Members.Audiences), "audience", "audiences")
	case p.Audiences != nil:
		c.Detail = "the list of audiences"
	case p.Pixels != nil:
		c.Detail = "the list of pixels"
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

func intentOf(m *config.IntentMatches) string {
	what := words.Counted(len(m.TopicIDs), "topic", "topics")
	if m.AudienceID != "" {
		what = "audience " + m.AudienceID
	}
	if !m.Since.IsZero() {
		what += " since " + m.Since.String()
	}
	return what
}

// checkToofr says what a run would buy.
func (r *Runner) checkToofr(ctx context.Context, p *config.Pipeline) (detail string, cost int64, err error) {
	plan, err := r.planToofr(ctx, p, Options{})
	if err != nil {
		return "", 0, err
	}
	due := 0
	for _, s := range plan.searches {
		if s.Page > 0 {
			due++
		}
	}
	detail = toBuy(due, len(plan.searches), p.Toofr.Refresh)
	return strings.Join(append([]string{detail}, plan.warnings...), "; "), plan.cost, nil
}

// checkStatSocial says which audience a run would read, and whether it would have
// to be built first.
func (r *Runner) checkStatSocial(ctx context.Context, p *config.Pipeline) (detail string, cost int64, err error) {
	id, err := r.builtAudience(ctx, p, Options{})
	if err != nil {
		return "", 0, err
	}
	detail = fmt.Sprintf("the outputs of audience %d", id)
	switch s := p.StatSocial; {
	case id == 0:
		detail, cost = fmt.Sprintf("the outputs of %q, built first from %s", s.Audience.Name, words.Counted(len(s.Parameters), "parameter", "parameters")), 1
	case s.AudienceID == 0:
		detail += fmt.Sprintf(", built from the definition of %q", s.Audience.Name)
	}
	if len(p.StatSocial.Outputs) > 0 {
		detail += ": " + strings.Join(p.StatSocial.Outputs, ", ")
	}
	return detail, cost, nil
}
