package run

import (
	"context"
	"time"

	"contactsync/extract"
	"contactsync/internal/config"
	"contactsync/load/duckdb"
	"contactsync/load/duckdb/report"
	"contactsync/schema"
)

// open makes the source of a pipeline, with what a person should look at in its
// definition.
func (r *Runner) open(ctx context.Context, p *config.Pipeline, w *duckdb.Warehouse, o Options, env extract.Env) (extract.Source, []string, error) {
	run := r.Ask(p, o)
	run.Query = func(ctx context.Context, query string) ([]string, error) { return report.Strings(ctx, w, query) }
	run.Spent = func(ctx context.Context, since time.Time) (int64, error) { return w.Credits(ctx, p.Name, since) }
	return p.Definition.Open(ctx, run, env)
}

// Ask is what an invocation asks of a pipeline, without a warehouse.
func (r *Runner) Ask(p *config.Pipeline, o Options) extract.Run {
	return extract.Run{
		Pipeline: p.Name, Section: r.Config.Sources[p.Source], Full: o.Full, Since: o.Since, Until: o.Until, Now: r.Now().In(r.Config.Timezone),
	}
}

// Options of an invocation of run.
type Options struct {
	Full  bool        // forget incremental state first
	Since schema.Date // backfill from this day on, where the stream has dates
	Until schema.Date
	Wait  bool // wait for the warehouse's lock
}
