package main

import (
	"context"
	"fmt"

	"contactsync/internal/pipeline"

	"github.com/spf13/cobra"
)

func (a *app) sql() *cobra.Command {
	c := &cobra.Command{
		Use:     "sql QUERY",
		Short:   "Ask the warehouse, read-only",
		Example: "  sync sql \"SELECT count(*) FROM contacts\"\n  sync sql -o csv \"SELECT email, job_title FROM contacts\" > contacts.csv",
		Args:    cobra.ExactArgs(1),
	}
	format := outputFlag(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		r, err := a.runner(a.logger(false))
		if err != nil {
			return err
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
	if err != nil {
		return g, fmt.Errorf("%w", err)
	}
	return g, nil
}
