package pipeline

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"time"

	"contactsync/extract"
	"contactsync/internal/config"
	"contactsync/load/duckdb/report"
)

// plan says what a run of the pipeline would do. The warehouse is opened only for
// what the definition asks of it, so that a stream which needs nothing can be
// planned while a run is on.
func (r *Runner) plan(ctx context.Context, p *config.Pipeline, o Options) (extract.Plan, error) {
	run := r.ask(p, o)
	run.State = func(context.Context) (extract.State, error) { return extract.State{}, nil }
	if _, err := os.Stat(r.Config.Warehouse.Path.Full); !errors.Is(err, fs.ErrNotExist) {
		run.State = func(ctx context.Context) (state extract.State, err error) {
			err = r.Read(ctx, func(reader *Reader) error {
				positions, err := reader.Positions(ctx, p.Name)
				state, _ = stateOf(positions, p.Traits, o.Full)
				return err
			})
			return state, err
		}
		run.Query = func(ctx context.Context, query string) (values []string, err error) {
			err = r.Read(ctx, func(reader *Reader) error {
				values, err = report.Strings(ctx, reader, query)
				return err
			})
			return values, err
		}
		run.Spent = func(ctx context.Context, since time.Time) (credits int64, err error) {
			err = r.Read(ctx, func(reader *Reader) error {
				credits, err = reader.Credits(ctx, p.Name, since)
				return err
			})
			return credits, err
		}
	}
	return p.Definition.Plan(ctx, run)
}
