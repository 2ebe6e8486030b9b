package plan

import (
	"context"
	"time"

	"contactsync/extract"
	"contactsync/internal/config"
	"contactsync/internal/run"
)

// planOf says what a run of the pipeline would do. The warehouse is opened only for
// what the definition asks of it, so that a stream which needs nothing can be
// planned while a run is on; with anew it is not looked for.
func planOf(ctx context.Context, r *run.Runner, p *config.Pipeline, o run.Options, anew bool) (extract.Plan, error) {
	ask := r.Ask(p, o)
	ask.State = func(context.Context) (extract.State, error) { return extract.State{}, nil }
	begun := false
	if !anew {
		var err error
		if begun, err = run.Begun(ctx, r); err != nil {
			return extract.Plan{}, err
		}
	}
	if begun {
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
				rows, err = run.Ask(ctx, reader, query)
				return err
			})
			return rows, err
		}
		ask.Known = func(ctx context.Context) (known extract.Known, err error) {
			err = r.Read(ctx, func(reader *run.Reader) error {
				known, err = run.KnownBy(ctx, reader, p.Name)
				return err
			})
			return known, err
		}
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
