package main

import (
	"errors"
	"io"
	"log/slog"
	"os"
	"regexp"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"contactsync/internal/config"
	"contactsync/internal/mask"
	"contactsync/internal/privacy"
	"contactsync/internal/run"

	"github.com/lmittmann/tint"
	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// app is what all commands share.
type app struct {
	stdout, stderr io.Writer
	stdin          io.Reader

	configPath string
	logLevel   string
	logFormat  string
	noColor    bool
	started    bool           // the command line was understood and its command runs
	verb       string         // that command, as in "sync run"
	invoked    string         // how the program was called, such as bin/sync; "": as sync
	commands   *regexp.Regexp // of the program, as texts name them

	working atomic.Bool                   // it runs what an interrupt does not end at once
	shown   atomic.Pointer[display]       // of the run under way
	secrets mask.Secrets                  // nothing on stderr shows them
	zone    atomic.Pointer[time.Location] // of the config; nil: none was read
}

// command is the root of the command line.
func (a *app) command() *cobra.Command {
	root := &cobra.Command{
		Use:   "sync",
		Short: "Contact data of four vendors in one DuckDB warehouse, every night",
		Long: "sync pulls contact data from Toofr, Leadpipe intent, StatSocial and AudienceLab, keeps one clean,\n" +
			"merged picture of every person in a DuckDB file, and writes Parquet for BI.",
		Example: "  sync demo          the whole product, offline, in a minute\n" +
			"  sync init          write a commented pipelines.yaml\n  sync run           run all pipelines now",
		Args:          noSuchCommand,
		RunE:          helpRun,
		SilenceErrors: true,
		SilenceUsage:  true,
		Version:       version(),
		PersistentPreRunE: func(c *cobra.Command, _ []string) error {
			a.started, a.verb = true, defaultName+strings.TrimPrefix(c.CommandPath(), c.Root().Name())
			return errors.Join(a.checkFlags(), checkOutput(c))
		},
	}
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	root.SetVersionTemplate("{{.Version}}\n")
	root.SetFlagErrorFunc(wrongFlag)
	flags := root.PersistentFlags()
	flags.StringVarP(&a.configPath, "config", "c", "pipelines.yaml", "config file")
	flags.StringVar(&a.logLevel, "log-level", "info", "debug, info, warn or error")
	flags.StringVar(&a.logFormat, "log-format", "text", "text or json")
	flags.BoolVar(&a.noColor, "no-color", os.Getenv("NO_COLOR") != "", "no colours (also by NO_COLOR)")
	root.AddCommand(
		a.demo(), a.init(), a.check(), a.run(), a.serve(), a.alert(), a.status(), a.runs(), a.rejects(), a.replay(), a.export(),
		a.forget(), a.suppress(), a.access(), a.backup(), a.restore(), a.repair(), a.resolve(), a.review(),
		a.explain(), a.enrich(), a.profile(), a.sql(), a.mcp(), a.docs(), a.simulate(), a.intent(), a.statsocial(),
		a.version(),
	)
	complete(root)
	a.rename(root)
	return root
}

func (a *app) checkFlags() error {
	if err := new(slog.LevelVar).UnmarshalText([]byte(a.logLevel)); err != nil {
		return usage("--log-level %q: want debug, info, warn or error", a.logLevel)
	}
	if a.logFormat != "text" && a.logFormat != "json" {
		return usage("--log-format %q: want text or json", a.logFormat)
	}
	return nil
}

// logger writes to stderr; quiet leaves out all below warnings, for when a live
// display says the rest.
func (a *app) logger(quiet bool) *slog.Logger {
	var level slog.LevelVar
	_ = level.UnmarshalText([]byte(a.logLevel)) // checked by checkFlags
	if quiet && level.Level() == slog.LevelInfo {
		level.Set(slog.LevelError + 1)
	}
	shown := a.cleared()
	if a.logFormat == "json" {
		return slog.New(slog.NewJSONHandler(shown, &slog.HandlerOptions{Level: &level, ReplaceAttr: func(groups []string, attr slog.Attr) slog.Attr {
			return readableDuration(groups, a.zoned(groups, attr))
		}}))
	}
	plain := a.noColor || !isTerminal(a.stderr)
	return slog.New(tint.NewTextHandler(shown, &tint.Options{Level: &level, NoColor: plain, TimeFormat: logTime, ReplaceAttr: a.zoned}))
}

// logTime is how a line of the log begins: a file of many nights needs the day, and
// whoever reads it elsewhere the zone.
const logTime = "2006-01-02 15:04:05 MST"

// zoned moves the time of a log line into the config's time zone, once that is known.
func (a *app) zoned(groups []string, attr slog.Attr) slog.Attr {
	if zone := a.zone.Load(); zone != nil && len(groups) == 0 && attr.Key == slog.TimeKey && attr.Value.Kind() == slog.KindTime {
		attr.Value = slog.TimeValue(attr.Value.Time().In(zone))
	}
	return attr
}

// readableDuration writes durations as 1.5s, which is what the text log does, not
// as a number of nanoseconds.
func readableDuration(_ []string, a slog.Attr) slog.Attr {
	if a.Value.Kind() == slog.KindDuration {
		a.Value = slog.StringValue(a.Value.Duration().String())
	}
	return a
}

// runner reads the config and makes its runner.
func (a *app) runner(log *slog.Logger) (*run.Runner, error) {
	c, err := a.config()
	if err != nil {
		return nil, err
	}
	r := a.newRunner(c, log)
	r.TellsErrors = true // printReport does
	return r, nil
}

func (a *app) newRunner(c *config.Config, log *slog.Logger) *run.Runner {
	boundHeap(c.Warehouse.MemoryLimit)
	r := run.NewRunner(c, log)
	r.Publishing, r.Erase, r.Command, r.Version = publicFiles, privacy.Overdue, a.verb, release
	return r
}

// boundHeap makes the garbage collector keep the heap within its share of memory_limit;
// GOMEMLIMIT overrules it.
func boundHeap(limit config.Size) {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(run.HeapMemory(limit))
	}
}

// warn prints what a person should look at in the config.
func (a *app) warn(c *config.Config) {
	for _, w := range c.Warnings {
		a.caution(a.called(), w)
	}
}

// isTerminal reports whether a stream is a terminal.
func isTerminal(stream any) bool {
	f, ok := stream.(interface{ Fd() uintptr })
	return ok && term.IsTerminal(int(f.Fd()))
}
