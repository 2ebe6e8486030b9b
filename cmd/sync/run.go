package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"contactsync/internal/config"
	"contactsync/internal/run"
	"contactsync/internal/words"
	"contactsync/load/export"
	"contactsync/schema"

	"github.com/spf13/cobra"
)

func (a *app) run() *cobra.Command {
	c := &cobra.Command{
		Use:   "run [PIPELINE...]",
		Short: "Run pipelines now, all if none is named",
		Example: "  sync run\n  sync run saas-leaders --dry-run\n  sync run crm-intent --since 2026-11-01 --until 2026-11-07\n" +
			"  sync run golang-fans --full",
		ValidArgsFunction: a.completePipelines,
	}
	full := c.Flags().Bool("full", false, "forget incremental state first (Toofr: buys again, within max_credits)")
	since := c.Flags().String("since", "", "backfill from this day on, YYYY-MM-DD, where the stream has dates")
	until := c.Flags().String("until", "", "backfill to this day")
	dryRun := c.Flags().Bool("dry-run", false, "read one page, print it normalised, write nothing; Toofr: only plan")
	anew := c.Flags().Bool("new", false, "begin a new warehouse where the one of before has vanished")
	yes := c.Flags().BoolP("yes", "y", false, "do not ask before --full")
	wait, format := waitFlag(c), outputFlag(c)
	c.RunE = func(c *cobra.Command, names []string) error {
		o := run.Options{Full: *full, Wait: *wait}
		if err := setDays(&o, *since, *until); err != nil {
			return err
		}
		if *dryRun {
			return a.dryRun(c.Context(), names, o, *format)
		}
		if *anew {
			if err := a.vanished(c.Context()); err != nil {
				return err
			}
		}
		if *full && !*yes && !a.confirm("forget where these pipelines stand and read everything again (Toofr buys again)?") {
			return usage("nothing was started")
		}
		return a.runPipelines(c.Context(), names, o, *anew, *format)
	}
	return c
}

// vanished fails where a warehouse is there: --new in a nightly job would begin one anew
// in silence, the night that it vanishes.
func (a *app) vanished(ctx context.Context) error {
	r, err := a.runner(a.logger(true))
	if err != nil {
		return err
	}
	if begun, _ := run.Begun(ctx, r); begun {
		return usage("--new begins a warehouse where the one of before has vanished, but %s is there", r.Config.Warehouse.Place())
	}
	return nil
}

// setDays reads the days of a backfill.
func setDays(o *run.Options, since, until string) (err error) {
	if o.Since, err = day("since", since); err != nil {
		return err
	}
	if o.Until, err = day("until", until); err != nil {
		return err
	}
	if !o.Since.IsZero() && !o.Until.IsZero() && o.Until.Before(o.Since.Time) {
		return usage("--until %s is before --since %s: there is no day between them", until, since)
	}
	return nil
}

// datedOnly leaves of a backfill's pipelines those whose streams have dates: the
// others would ignore the days, and at Toofr buy meanwhile.
func (a *app) datedOnly(c *config.Config, names []string, o run.Options) ([]string, error) {
	if o.Since.IsZero() && o.Until.IsZero() {
		return names, nil
	}
	var dated, others []string
	for i := range c.Pipelines {
		switch p := &c.Pipelines[i]; {
		case len(names) > 0 && !slices.Contains(names, p.Name):
		case p.Traits.Days:
			dated = append(dated, p.Name)
		default:
			others = append(others, p.Name)
		}
	}
	if len(others) > 0 && (len(names) > 0 || len(dated) == 0) {
		return nil, usage("--since and --until are for streams with dates, which is intent.matches; without dates: %s",
			strings.Join(others, ", "))
	}
	if len(others) > 0 {
		a.caution(a.called(), "without dates, so left out of the backfill: "+strings.Join(others, ", "), "pipelines", others)
		return dated, nil
	}
	return names, nil
}

// runPipelines runs, shows progress and prints what happened. With anew a warehouse that
// has vanished is begun anew.
func (a *app) runPipelines(ctx context.Context, names []string, o run.Options, anew bool, format string) error {
	live := isTerminal(a.stderr) && a.logFormat == "text"
	r, err := a.runner(a.logger(live))
	if err != nil {
		return err
	}
	r.Anew = anew
	if names, err = a.datedOnly(r.Config, names, o); err != nil {
		return err
	}
	a.warn(r.Config)
	stop := func() {}
	if live {
		var d *display
		d, stop = newDisplay(a.stderr, a.noColor)
		r.Progress = d.show
		a.shown.Store(d)
	}
	a.working.Store(true)
	report, err := run.Pipelines(ctx, r, names, o)
	a.working.Store(false)
	stop()
	if len(report.Runs) > 0 {
		err = errors.Join(err, a.printReport(report, format))
	}
	return endOf(report, err)
}

// printReport prints a row per pipeline, then what a person should know.
func (a *app) printReport(report run.Report, format string) error {
	g := grid{
		columns: []string{"pipeline", "status", "read", "new", "changed", "unchanged", "rejected", "requests", "credits", "seconds"},
		spare:   []string{"requests", "unchanged", "seconds"},
	}
	for _, r := range report.Runs {
		g.add(r.Pipeline, r.Status, r.RowsRead, r.RowsNew, r.RowsChanged, r.RowsUnchanged, r.RowsRejected, r.Requests, r.Credits,
			secondsOf(r.FinishedAt.Sub(r.StartedAt)))
	}
	if err := g.print(a.stdout, format); err != nil {
		return err
	}
	a.tellFailures(report.Runs)
	for _, r := range report.Runs {
		for _, w := range r.Warnings {
			a.caution(r.Pipeline, w, "pipeline", r.Pipeline)
		}
	}
	a.sayPublished(report.Published)
	return nil
}

// sayPublished tells what was written for others to read.
func (a *app) sayPublished(p run.Published) {
	if p.Retired.OfPeople() > 0 {
		a.say("retention: "+p.Retired.String()+" went, which were old enough", "people", p.Retired.People, "rows", p.Retired.Pruned.OfPeople())
	}
	for _, e := range p.Exports {
		a.say(exportLine(e), "export", e.Name, "rows", e.Rows, "files", e.Files, "bytes", e.Bytes, "unchanged", e.Unchanged, "path", e.Path)
		a.cautionExport(e)
	}
	if p.Snapshot != "" {
		a.say("snapshot "+p.Snapshot, "path", p.Snapshot)
	}
}

// tellFailures tells each error once, with the pipelines that met it: a full disk is
// one problem, however many pipelines meet it.
func (a *app) tellFailures(runs []schema.Run) {
	met := map[string][]string{}
	for _, r := range runs {
		met[r.Error] = append(met[r.Error], r.Pipeline)
	}
	for _, r := range runs {
		if pipelines := met[r.Error]; r.Error != "" && pipelines[0] == r.Pipeline {
			a.tell(slog.LevelError, strings.Join(pipelines, ", ")+": ", r.Error, "pipelines", pipelines)
		}
	}
}

// cautionExport tells what readers of an export should know.
func (a *app) cautionExport(e export.Result) {
	if warning := e.Warning(); warning != "" {
		a.caution("export "+e.Name, warning, "export", e.Name)
	}
}

func exportLine(e export.Result) string {
	line := fmt.Sprintf("export %s: %s in %s, %s: %s", e.Name, words.Counted(e.Rows, "row", "rows"),
		words.Counted(e.Files, "file", "files"), words.Counted(e.Bytes, "byte", "bytes"), e.Path)
	if e.List {
		line += fmt.Sprintf(" (%d added, %d removed)", e.Added, e.Removed)
	}
	if e.Unchanged {
		line += " (unchanged)"
	}
	return line
}

// confirm asks on a terminal; elsewhere the answer is yes.
func (a *app) confirm(question string) bool {
	if !isTerminal(a.stdin) {
		return true
	}
	fmt.Fprintf(a.stderr, "%s [y/N] ", question)
	var answer string
	_, _ = fmt.Fscanln(a.stdin, &answer) // no answer is no
	return answer == "y" || answer == "yes"
}

// completePipelines completes names of pipelines in shells.
func (a *app) completePipelines(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	c, err := a.config()
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	return (&run.Runner{Config: c}).Names(), cobra.ShellCompDirectiveNoFileComp
}
