package main

import (
	"cmp"
	"context"

	"contactsync/internal/run"
	"contactsync/load/export"

	"github.com/spf13/cobra"
)

func (a *app) export() *cobra.Command {
	c := &cobra.Command{
		Use:     "export [EXPORT...]",
		Short:   "Write the exports now, all if none is named",
		Example: "  sync export\n  sync export contacts",
	}
	wait, format := waitFlag(c), outputFlag(c)
	return a.withRunner(c, func(ctx context.Context, r *run.Runner, names []string) error {
		results, err := run.Exports(ctx, r, names, *wait)
		if err == nil || len(results) > 0 {
			err = cmp.Or(err, exportGrid(results).print(a.stdout, *format))
		}
		for _, e := range results {
			a.cautionExport(e)
		}
		return err
	})
}

func exportGrid(results []export.Result) grid {
	g := grid{
		columns: []string{"export", "rows", "added", "removed", "files", "bytes", "unchanged", "seconds", "path"},
		spare:   []string{"bytes", "files", "seconds"},
	}
	for _, e := range results {
		var added, removed any // of a match list
		if e.List {
			added, removed = e.Added, e.Removed
		}
		g.add(e.Name, e.Rows, added, removed, e.Files, e.Bytes, e.Unchanged, secondsOf(e.Duration), e.Path)
	}
	return g
}
