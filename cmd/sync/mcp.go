package main

import (
	"context"
	"errors"
	"time"

	"contactsync/internal/mcp"
	"contactsync/internal/run"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func (a *app) mcp() *cobra.Command {
	c := &cobra.Command{
		Use:   "mcp",
		Short: "The snapshot for language-model clients, read-only, over stdio",
		Long: "mcp answers a client of the Model Context Protocol on stdin and stdout: which tables there are, what their columns\n" +
			"mean, and queries that only read. It reads the snapshot, or the warehouse where there is none, and no other file.\n" +
			"What it answers goes to the client and to the model behind it: --pii=false hides all columns that name a person.",
		Example: "  sync mcp -c /etc/contactsync/pipelines.yaml --pii=false\n" +
			"  claude mcp add contacts -- contactsync -c $PWD/pipelines.yaml mcp --pii=false",
		Args: arguments(0, 0),
	}
	var flags mcpFlags
	c.Flags().BoolVar(&flags.pii, "pii", true, "show columns that name a person; default mcp.pii")
	c.Flags().IntVar(&flags.rows, "max-rows", 0, "the most rows of an answer; default mcp.max_rows")
	c.Flags().DurationVar(&flags.timeout, "timeout", 0, "the longest that a question may take; default mcp.timeout")
	c.PreRunE = func(*cobra.Command, []string) error { return flags.check(c.Flags()) }
	return a.withRunner(c, func(ctx context.Context, r *run.Runner, _ []string) (err error) {
		flags.overrule(c.Flags(), r)
		settings := r.Config.MCP
		server := mcp.New(mcp.Options{
			Runner: r, PII: settings.PII, Limits: mcp.Limits{Rows: settings.MaxRows, Timeout: settings.Timeout}, Version: release,
		})
		defer func() { err = errors.Join(err, server.Close()) }()
		if isTerminal(a.stdin) {
			a.caution(a.called(), "this is for programs: a client of the Model Context Protocol starts it and speaks to it; Ctrl-C ends it")
		}
		r.Log.Info("answering on stdin and stdout", "pii", settings.PII, "max_rows", settings.MaxRows, "timeout", settings.Timeout)
		return server.Serve(ctx, a.stdin, a.stdout)
	})
}

// mcpFlags are what the command line says in the place of the config.
type mcpFlags struct {
	pii     bool
	rows    int
	timeout time.Duration
}

func (f *mcpFlags) check(given *pflag.FlagSet) error {
	if given.Changed("max-rows") {
		if err := atLeast("max-rows", f.rows, 1); err != nil {
			return err
		}
	}
	if given.Changed("timeout") {
		return atLeast("timeout", f.timeout, time.Second)
	}
	return nil
}

func (f *mcpFlags) overrule(given *pflag.FlagSet, r *run.Runner) {
	if given.Changed("pii") {
		r.Config.MCP.PII = f.pii
	}
	if given.Changed("max-rows") {
		r.Config.MCP.MaxRows = f.rows
	}
	if given.Changed("timeout") {
		r.Config.MCP.Timeout = f.timeout
	}
}
