package pipeline

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"contactsync/extract"
	"contactsync/internal/config"
	"contactsync/load"
	"contactsync/schema"
)

// open makes the source of a pipeline.
func (r *Runner) open(ctx context.Context, p *config.Pipeline, w *load.Warehouse, o Options, env extract.Env) (extract.Source, error) {
	switch {
	case p.Toofr != nil:
		search, err := r.toofr(ctx, p, w, o)
		if err != nil {
			return nil, err
		}
		return search.Source(env), nil
	case p.Intent != nil:
		return r.intent(p, o).Source(env), nil
	case p.StatSocial != nil:
		return p.StatSocial.Definition().Source(env), nil
	case p.Segments != nil:
		return p.Segments.Definition().Source(env), nil
	case p.Members != nil:
		return p.Members.Definition().Source(env), nil
	case p.Audiences != nil:
		return (extract.AudienceLabAudiences{}).Source(env), nil
	case p.Pixels != nil:
		return (extract.AudienceLabPixels{}).Source(env), nil
	}
	return nil, fmt.Errorf("pipeline %s: no source reads the stream %s", p.Name, p.Stream)
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
func (r *Runner) toofr(ctx context.Context, p *config.Pipeline, w *load.Warehouse, o Options) (extract.ToofrProspects, error) {
	websites, err := r.websites(ctx, p.Toofr.Websites, w)
	if err != nil {
		return extract.ToofrProspects{}, fmt.Errorf("pipeline %s: websites: %w", p.Name, err)
	}
	search := p.Toofr.Definition(websites)
	search.Full = o.Full
	if p.Toofr.MaxCreditsPerMonth > 0 && w != nil {
		spent, err := w.Credits(ctx, p.Name, monthStart(r.Now().In(r.Config.Timezone)))
		if err != nil {
			return search, err
		}
		search.MonthCreditsLeft = max(p.Toofr.MaxCreditsPerMonth-spent, 0)
	}
	return search, nil
}

func monthStart(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, t.Location())
}

// websites are the sites to search: listed, from a file, or from the warehouse.
func (r *Runner) websites(ctx context.Context, sites config.Websites, w *load.Warehouse) ([]string, error) {
	switch {
	case !sites.File.IsZero():
		return websitesFromFile(sites.File.Full, sites.Column)
	case sites.Query != "":
		if w == nil {
			return nil, errors.New("the query needs a warehouse; run a pipeline first")
		}
		return w.Strings(ctx, sites.Query)
	}
	return sites.List, nil
}

// websitesFromFile reads one column of a CSV file with a header.
func websitesFromFile(path, column string) ([]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows := csv.NewReader(f)
	header, err := rows.Read()
	if err != nil {
		return nil, fmt.Errorf("%s: header: %w", path, err)
	}
	at := slices.Index(header, column)
	if at < 0 {
		return nil, fmt.Errorf("%s: no column %q; its columns are %q", path, column, header)
	}
	var sites []string
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return sites, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if row[at] != "" {
			sites = append(sites, row[at])
		}
	}
}

// Options of an invocation of run.
type Options struct {
	Full  bool        // forget incremental state first
	Since schema.Date // backfill from this day on, where the stream has dates
	Until schema.Date
	Wait  bool // wait for the warehouse's lock
}
