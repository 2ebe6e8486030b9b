package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"

	"contactsync/internal/run"

	"github.com/spf13/cobra"
)

// group makes a command of those that it holds; alone it shows its help.
func group(c *cobra.Command, verbs ...*cobra.Command) *cobra.Command {
	c.Args, c.RunE = noSuchCommand, helpRun
	c.AddCommand(verbs...)
	return c
}

// withRunner gives a command its work, which needs the config's runner.
func (a *app) withRunner(c *cobra.Command, do func(ctx context.Context, r *run.Runner, args []string) error) *cobra.Command {
	c.RunE = func(c *cobra.Command, args []string) error {
		r, err := a.runner(a.logger(false))
		if err != nil {
			return err
		}
		return do(c.Context(), r, args)
	}
	return c
}

// page is what a command prints, kept until the warehouse is closed.
type page struct {
	bytes.Buffer
	width int // of the terminal that it is for; 0: it is for none
}

// widthOf is the width of the terminal that a writer writes to, 0 if it is none.
func widthOf(w io.Writer) int {
	switch w := w.(type) {
	case *page:
		return w.width
	default:
		if !isTerminal(w) {
			return 0
		}
		return terminalWidth(w)
	}
}

// read opens the warehouse for do. What do writes is printed when the warehouse is
// closed, so that a pager that waits holds up no run.
func (a *app) read(ctx context.Context, r *run.Runner, do func(*run.Reader, *page) error) error {
	out := page{width: widthOf(a.stdout)}
	err := r.Read(ctx, func(reader *run.Reader) error { return do(reader, &out) })
	_, printErr := out.WriteTo(a.stdout)
	return errors.Join(err, printErr)
}

// printJSON prints a document for programs.
func printJSON(w io.Writer, document any) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(document)
}
