package replay

import (
	"context"

	"contactsync/internal/run"
	"contactsync/load"
	"contactsync/schema"
)

// Rejects tries the waiting rejects of the named pipelines again, of all if
// none is named, and publishes. Those that can be normalised now become rows as
// if they had just been fetched; those of people who were suppressed meanwhile
// are dropped; the others stay. Pipelines without a waiting reject have no run in
// the report.
func Rejects(ctx context.Context, r *run.Runner, names []string, wait bool) (run.Report, error) {
	return all(ctx, r, names, wait, kind{
		find: func(ctx context.Context, w load.Warehouse) ([]load.Origin, error) { return w.Rejects().Origins(ctx) },
		do:   rejects,
		end:  func(context.Context, load.Warehouse, []schema.Run) error { return nil },
	})
}

// rejects tries the pipeline's waiting rejects again, some at a time.
func rejects(ctx context.Context, e *run.Execution) error {
	s, err := e.NewStager(ctx)
	if err != nil {
		return err
	}
	for after := ""; ; {
		waiting, err := e.Warehouse().Rejects().Waiting(ctx, e.Pipeline.Name, after, chunk)
		if err != nil {
			return err
		}
		if len(waiting) == 0 {
			s.WarnOfSuppressed()
			return nil
		}
		after = waiting[len(waiting)-1].RejectID
		if err := s.Rejects(ctx, waiting); err != nil {
			return err
		}
		e.Show(func(p *run.Progress) { p.Rows = e.Run.RowsRead })
	}
}
