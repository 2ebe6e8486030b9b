package pipeline

import (
	"context"
	"fmt"
	"time"

	"contactsync/extract"
	"contactsync/internal/config"
	"contactsync/load/duckdb"
	"contactsync/schema"
)

// open makes the source of a pipeline, with what a person should look at in its
// definition.
func (r *Runner) open(ctx context.Context, p *config.Pipeline, w *duckdb.Warehouse, o Options, env extract.Env) (extract.Source, []string, error) {
	switch {
	case p.Toofr != nil:
		search, warnings, err := r.toofr(ctx, p, w, o)
		if err != nil {
			return nil, nil, err
		}
		return search.Source(env), warnings, nil
	case p.Intent != nil:
		return r.intent(p, o).Source(env), nil, nil
	case p.StatSocial != nil:
		return p.StatSocial.Definition().Source(env), nil, nil
	case p.Segments != nil:
		return p.Segments.Definition().Source(env), nil, nil
	case p.Members != nil:
		return p.Members.Definition().Source(env), nil, nil
	case p.Audiences != nil:
		return (extract.AudienceLabAudiences{}).Source(env), nil, nil
	case p.Pixels != nil:
		return (extract.AudienceLabPixels{}).Source(env), nil, nil
	}
	return nil, nil, fmt.Errorf("pipeline %s: no source reads the stream %s", p.Name, p.Stream)
}

// intent is the query of a pipeline, narrowed to the days of a backfill.
func (r *Runner) intent(p *config.Pipeline, o Options) extract.IntentMatches {
	api := ""
	if r.Config.Sources.Intent != nil {
		api = r.Config.Sources.Intent.API
	}
	matches := p.Intent.Definition(api)
	if !o.Since.IsZero() {
		matches.Since = o.Since
	}
	matches.Until = o.Until
	return matches
}

// toofr is the search of a pipeline with its websites looked up and what is left
// of its budget.
func (r *Runner) toofr(ctx context.Context, p *config.Pipeline, w *duckdb.Warehouse, o Options) (search extract.ToofrProspects, warnings []string, err error) {
	websites, warnings, err := websites(ctx, p.Toofr.Websites, w)
	if err != nil {
		return search, nil, fmt.Errorf("pipeline %s: websites: %w", p.Name, err)
	}
	search = p.Toofr.Definition(websites)
	search.Full = o.Full
	if p.Toofr.MaxCreditsPerMonth > 0 && w != nil {
		spent, err := w.Credits(ctx, p.Name, monthStart(r.Now().In(r.Config.Timezone)))
		if err != nil {
			return search, nil, err
		}
		search.MonthCreditsLeft = max(p.Toofr.MaxCreditsPerMonth-spent, 0)
	}
	return search, warnings, nil
}

func monthStart(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, t.Location())
}

// Options of an invocation of run.
type Options struct {
	Full  bool        // forget incremental state first
	Since schema.Date // backfill from this day on, where the stream has dates
	Until schema.Date
	Wait  bool // wait for the warehouse's lock
}
