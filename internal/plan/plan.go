package plan

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"time"

	"contactsync/extract"
	"contactsync/internal/config"
	"contactsync/internal/run"
	"contactsync/schema"
)

// planOf says what a run of the pipeline would do. The warehouse is opened only for
// what the definition asks of it, so that a stream which needs nothing can be
// planned while a run is on.
func planOf(ctx context.Context, r *run.Runner, p *config.Pipeline, o run.Options) (extract.Plan, error) {
	ask := r.Ask(p, o)
	ask.State = func(context.Context) (extract.State, error) { return extract.State{}, nil }
	if _, err := os.Stat(r.Config.Warehouse.Path.Full); !errors.Is(err, fs.ErrNotExist) {
		ask.State = func(ctx context.Context) (state extract.State, err error) {
			err = r.Read(ctx, func(reader *run.Reader) error {
				positions, err := reader.Progress().Positions(ctx, p.Name)
				state, _ = run.StateOf(positions, p.Traits, o.Full)
				return err
			})
			return state, err
		}
		ask.Query = func(ctx context.Context, query string) (rows extract.Rows, err error) {
			err = r.Read(ctx, func(reader *run.Reader) error {
				rows, err = run.Query(ctx, reader, query)
				return err
			})
			return rows, err
		}
		ask.Known = func(ctx context.Context) (known extract.Known, err error) { return knownBy(ctx, r, p) }
		ask.Spent = func(ctx context.Context, since time.Time) (credits int64, err error) {
			err = r.Read(ctx, func(reader *run.Reader) error {
				credits, err = reader.Progress().Credits(ctx, p.Name, since)
				return err
			})
			return credits, err
		}
	}
	return p.Definition.Plan(ctx, ask)
}

// knownBy asks the warehouse at once for what it knows of people, and answers from
// that when it is closed again.
func knownBy(ctx context.Context, r *run.Runner, p *config.Pipeline) (known extract.Known, err error) {
	var asked []schema.Asked
	var jobs []schema.Enrichment
	err = r.Read(ctx, func(reader *run.Reader) error {
		if known, err = run.KnownBy(ctx, reader, p.Name); err != nil {
			return err
		}
		if asked, err = known.Asked(ctx, time.Time{}); err != nil {
			return err
		}
		jobs, err = known.Jobs(ctx, time.Time{})
		return err
	})
	known.Asked = func(_ context.Context, since time.Time) ([]schema.Asked, error) {
		return slices.DeleteFunc(slices.Clone(asked), func(a schema.Asked) bool { return a.AskedAt.Before(since) }), nil
	}
	known.Jobs = func(_ context.Context, since time.Time) ([]schema.Enrichment, error) {
		return slices.DeleteFunc(slices.Clone(jobs), func(j schema.Enrichment) bool { return j.BookedAt.Before(since) }), nil
	}
	return known, err
}
