// Package run is where extract, transform, identity and load meet: it reads
// each pipeline's source page by page, commits what the pages change together
// with the checkpoint they lead to, merges at the end of each run, and then
// publishes the snapshot and the exports.
//
// Order. Pipelines of one source run one after another, those of different
// sources side by side; but runs merge in the order of the config, whatever
// vendor answers first, so the same data gives the same tables.
//
// Ends. Every run ends in one status, and its staged rows are merged however it
// ends: paid rows are visible at once. A run that is killed leaves its rows
// staged; the next run of the pipeline goes on from its last commit and merges
// both.
package run

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"maps"
	"strings"
	"sync"
	"time"

	"contactsync/extract"
	"contactsync/internal/config"
	"contactsync/internal/schedule"
	"contactsync/load/duckdb"
	"contactsync/schema"
	"contactsync/transform"
)

// Runner runs the pipelines of one config.
type Runner struct {
	Config   *config.Config
	Log      *slog.Logger
	Now      func() time.Time
	Progress func(Progress) // called from several goroutines; must be quick

	// Anew lets a warehouse that has vanished be begun anew.
	Anew             bool
	TellsErrors      bool   // the caller tells how runs failed, once all have ended; the log need not
	Command, Version string // which command of which version of the program this is, for notes

	// Publishing is called before the snapshot and the exports are written, and
	// what it returns after that: they are made for others to read.
	Publishing func() (done func())

	// Erase erases whom a session's warehouse must not hold, by their suppressions, and may
	// close it. Without it, an older copy that holds such people is refused.
	Erase func(ctx context.Context, s *Session, overdue []schema.Suppression) error

	// Wake ends waits for what a vendor prepares, by source; nil: none does.
	Wake func(source string) <-chan struct{}

	mu        sync.Mutex // guards the rest
	clients   map[string]*extract.Client
	overrides Overrides // as they stood when the warehouse was opened last
}

// NewRunner makes a runner.
func NewRunner(c *config.Config, log *slog.Logger) *Runner {
	return &Runner{Config: c, Log: log, Now: time.Now, Progress: func(Progress) {}, Publishing: func() func() { return func() {} }, clients: map[string]*extract.Client{}}
}

// Client is the source's one client, which all its pipelines share.
func (r *Runner) Client(source string) (*extract.Client, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if c := r.clients[source]; c != nil {
		return c, nil
	}
	settings, err := r.Config.Settings(source)
	if err != nil {
		return nil, err
	}
	c := extract.NewClient(settings)
	r.clients[source] = c
	return c, nil
}

// Clients are the clients made so far, by source.
func (r *Runner) Clients() map[string]*extract.Client {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.clients)
}

// KeepClients takes over the clients of another runner whose settings are the same
// here, with their rate, their pauses and their counts.
func (r *Runner) KeepClients(of *Runner) {
	for source, client := range of.Clients() {
		if settings, err := r.Config.Settings(source); err == nil && settings.WithDefaults().Equal(client.Settings()) {
			r.clients[source] = client
		}
	}
}

// Options are those that the config asks for.
func (r *Runner) Options(readOnly bool) duckdb.Options {
	limit := r.Config.Warehouse.MemoryLimit
	memory := EngineMemory(limit)
	return duckdb.Options{
		MemoryLimit: memory.String(), BatchMemory: batchMemory(limit).String(), PartialMemory: partialMemory(limit).String(),
		Threads: engineThreads(memory), ReadOnly: readOnly, Now: r.Now, Rules: transform.Version, EventsBefore: r.retention().EventsBefore,
	}
}

// NewRunID makes an id that sorts by the time of the run's start.
func NewRunID(at time.Time) string {
	var random [3]byte
	_, _ = rand.Read(random[:]) // never fails
	return strings.Replace(at.UTC().Format("20060102T150405.000000Z"), ".", "", 1) + "-" + hex.EncodeToString(random[:])
}

// open makes the source of a pipeline, with what a person should look at in its
// definition.
func (r *Runner) open(ctx context.Context, p *config.Pipeline, w *duckdb.Warehouse, o Options, env extract.Env) (extract.Source, []string, error) {
	run := r.Ask(p, o)
	run.Query = func(ctx context.Context, query string) (extract.Rows, error) { return r.query(ctx, w, query) }
	run.Known = func(ctx context.Context) (extract.Known, error) { return KnownBy(ctx, w, p.Name) }
	run.Spent = func(ctx context.Context, since time.Time) (int64, error) {
		return w.Progress().Credits(ctx, p.Name, since)
	}
	return p.Definition.Open(ctx, run, env)
}

// Ask is what an invocation asks of a pipeline, without a warehouse.
func (r *Runner) Ask(p *config.Pipeline, o Options) extract.Run {
	return extract.Run{
		Pipeline: p.Name, Section: r.Config.Sources[p.Source], Full: o.Full, Since: o.Since, Until: o.Until, Now: r.Now().In(r.Config.Timezone),
		Known: func(context.Context) (extract.Known, error) { return known(nil), nil },
	}
}

// Options of an invocation of run.
type Options struct {
	Full  bool        // forget incremental state first
	Since schema.Date // backfill from this day on, where the stream has dates
	Until schema.Date
	Wait  bool // wait for the warehouse's lock
}

// ScheduleOf is the schedule of a pipeline; ok is false where it has none.
func ScheduleOf(p *config.Pipeline, zone *time.Location) (s schedule.Schedule, ok bool) {
	if p.Schedule == "" {
		return s, false
	}
	spec, err := config.ParseSchedule(p.Schedule)
	if err != nil {
		return s, false // the config refused it
	}
	return schedule.New(spec, zone), true
}
