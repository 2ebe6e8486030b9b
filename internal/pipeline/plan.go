package pipeline

import (
	"context"
	"errors"
	"io/fs"
	"os"

	"contactsync/extract"
	"contactsync/internal/config"
	"contactsync/load/duckdb"
)

// toofrPlan is what a run would buy.
type toofrPlan struct {
	searches []extract.PlannedSearch
	cost     int64 // the most that it can cost; -1 = no bound is set
	warnings []string
}

func (r *Runner) planToofr(ctx context.Context, p *config.Pipeline, o Options) (plan toofrPlan, err error) {
	err = r.plan(ctx, p, o, func(w *duckdb.Warehouse, state extract.State) error {
		search, warnings, err := r.toofr(ctx, p, w, o)
		if err != nil {
			return err
		}
		searches, err := search.Plan(state, r.Now())
		plan = toofrPlan{searches, search.MaxCost(searches), warnings}
		return err
	})
	return plan, err
}

// builtAudience is the audience of StatSocial that a run would read; 0: it would be
// built first.
func (r *Runner) builtAudience(ctx context.Context, p *config.Pipeline, o Options) (id int64, err error) {
	if p.StatSocial.AudienceID > 0 {
		return p.StatSocial.AudienceID, nil
	}
	err = r.plan(ctx, p, o, func(_ *duckdb.Warehouse, state extract.State) error {
		id, err = p.StatSocial.Definition().Built(state)
		return err
	})
	return id, err
}

// plan calls do with where a run of the pipeline would begin; without a warehouse
// where there is none yet.
func (r *Runner) plan(ctx context.Context, p *config.Pipeline, o Options, do func(*duckdb.Warehouse, extract.State) error) error {
	if _, err := os.Stat(r.Config.Warehouse.Path.Full); errors.Is(err, fs.ErrNotExist) {
		return do(nil, extract.State{})
	}
	return r.Read(ctx, func(reader *Reader) error {
		positions, err := reader.Positions(ctx, p.Name)
		if err != nil {
			return err
		}
		state, _ := stateOf(positions, o.Full)
		return do(reader.Warehouse, state)
	})
}
