package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"contactsync/extract"
	"contactsync/internal/config"
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
			return nil, &UnknownPipelineError{Name: name, Known: r.names()}
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
		c.Detail, c.Cost, err = r.planToofr(ctx, p, Options{})
	case p.Intent != nil:
		c.Detail = "the days of " + intentOf(p.Intent)
	case p.StatSocial != nil:
		c.Detail = statSocialOf(p.StatSocial)
		if p.StatSocial.AudienceID == 0 {
			c.Cost = 1
		}
	case p.Segments != nil:
		c.Detail = fmt.Sprintf("a complete sweep of %d segments", len(p.Segments.Segments))
	case p.Members != nil:
		c.Detail = fmt.Sprintf("a complete sweep of the members of %d audiences", len(p.Members.Audiences))
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
	what := fmt.Sprintf("%d topics", len(m.TopicIDs))
	if m.AudienceID != "" {
		what = "audience " + m.AudienceID
	}
	if !m.Since.IsZero() {
		what += " since " + m.Since.String()
	}
	return what
}

func statSocialOf(s *config.StatSocialOutputs) string {
	what := fmt.Sprintf("the outputs of audience %d", s.AudienceID)
	if s.AudienceID == 0 {
		what = fmt.Sprintf("the outputs of %q, built once from %d parameters", s.Audience.Name, len(s.Parameters))
	}
	if len(s.Outputs) > 0 {
		what += ": " + strings.Join(s.Outputs, ", ")
	}
	return what
}

// planToofr says what a run would ask Toofr for.
func (r *Runner) planToofr(ctx context.Context, p *config.Pipeline, o Options) (detail string, cost int64, err error) {
	searches, cost, err := r.ToofrPlan(ctx, p, o)
	if err != nil {
		return "", 0, err
	}
	due := 0
	for _, s := range searches {
		if s.Page > 0 {
			due++
		}
	}
	detail = fmt.Sprintf("%d of %d searches, the others rest until refresh (%s) has passed", due, len(searches), p.Toofr.Refresh.Round(time.Hour))
	return detail, cost, nil
}

// ToofrPlan lists the searches that a run would buy, and the most they can cost;
// -1 = no bound is set.
func (r *Runner) ToofrPlan(ctx context.Context, p *config.Pipeline, o Options) (searches []extract.PlannedSearch, cost int64, err error) {
	plan := func(reader *Reader) error {
		state := extract.State{}
		search, err := r.toofr(ctx, p, nil, o)
		if reader != nil {
			if search, err = r.toofr(ctx, p, reader.Warehouse, o); err != nil {
				return err
			}
			positions, err := reader.Positions(ctx, p.Name)
			if err != nil {
				return err
			}
			for partition, at := range positions {
				state[partition] = at.Checkpoint
			}
		}
		if err != nil {
			return err
		}
		if searches, err = search.Plan(state, r.Now()); err != nil {
			return err
		}
		cost = search.MaxCost(searches)
		return nil
	}
	if _, err := os.Stat(r.Config.Warehouse.Path.Full); errors.Is(err, fs.ErrNotExist) {
		return searches, cost, plan(nil)
	}
	err = r.Read(ctx, plan)
	return searches, cost, err
}
