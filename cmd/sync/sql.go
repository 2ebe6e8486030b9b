package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"

	"contactsync/internal/pipeline"

	"github.com/spf13/cobra"
)

func (a *app) sql() *cobra.Command {
	c := &cobra.Command{
		Use:   "sql [QUERY]",
		Short: "Ask the warehouse, read-only: a query, or a prompt without one",
		Long: "sql asks the warehouse, or its snapshot while a run is on. Without a query it reads queries, each ended by a\n" +
			"semicolon, from a prompt or from standard input.",
		Example: "  sync sql \"SELECT count(*) FROM contacts\"\n  sync sql -o csv \"SELECT email, job_title FROM contacts\" > contacts.csv",
		Args:    cobra.MaximumNArgs(1),
	}
	format := outputFlag(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		r, err := a.runner(a.logger(false))
		if err != nil {
			return err
		}
		if len(args) == 0 {
			return a.prompt(c.Context(), r, *format)
		}
		g, err := query(c.Context(), r, args[0])
		if err != nil {
			return err
		}
		return g.print(a.stdout, *format)
	}
	return c
}

// query asks the warehouse, or its snapshot while a run is on.
func query(ctx context.Context, r *pipeline.Runner, text string) (grid, error) {
	var g grid
	err := r.Read(ctx, func(reader *pipeline.Reader) error {
		var err error
		g.columns, g.rows, err = reader.Query(ctx, text)
		return err
	})
	return g, err
}

// prompt answers queries as they are typed; a wrong one does not end it on a
// terminal. The warehouse is open only while a query runs.
func (a *app) prompt(ctx context.Context, r *pipeline.Runner, format string) error {
	interactive := isTerminal(a.stdin)
	ask := func(text string) {
		if interactive {
			fmt.Fprint(a.stderr, text)
		}
	}
	lines := bufio.NewScanner(a.stdin)
	lines.Buffer(nil, 1<<20)
	var text strings.Builder
	answer := func() error {
		q := strings.TrimSpace(text.String())
		text.Reset()
		if q == "" || q == ";" {
			return nil
		}
		g, err := query(ctx, r, q)
		if err == nil {
			err = g.print(a.stdout, format)
		}
		if err != nil && interactive {
			fmt.Fprintln(a.stderr, "sync: "+err.Error())
			err = nil
		}
		return err
	}
	for ask("sql> "); lines.Scan(); {
		text.WriteString(lines.Text() + "\n")
		if !strings.HasSuffix(strings.TrimSpace(lines.Text()), ";") {
			ask("...> ")
			continue
		}
		if err := answer(); err != nil {
			return err
		}
		ask("sql> ")
	}
	ask("\n")
	return errors.Join(lines.Err(), answer())
}
