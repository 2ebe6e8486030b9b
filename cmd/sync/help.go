package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// helpRun shows the help of a group of commands.
func helpRun(c *cobra.Command, _ []string) error { return c.Help() }

// help is cobra's command of that name, but it fails where there is no help.
func help() *cobra.Command {
	return &cobra.Command{
		Use:     "help [COMMAND]",
		Short:   "Help about any command",
		Example: "  sync help run\n  sync help rejects list",
		RunE: func(c *cobra.Command, args []string) error {
			found, rest, err := c.Root().Find(args)
			switch {
			case err == nil && len(rest) > 0 && found.HasSubCommands():
				return usage("%v", noSuchCommand(found, rest))
			case err != nil || len(rest) > 0:
				return usage("there is no command %q; `sync help` lists them", strings.Join(args, " "))
			}
			return found.Help()
		},
		ValidArgsFunction: completeCommands,
	}
}

// completeCommands completes names of commands in shells.
func completeCommands(c *cobra.Command, args []string, _ string) (names []string, _ cobra.ShellCompDirective) {
	if found, _, err := c.Root().Find(args); err == nil {
		for _, sub := range found.Commands() {
			names = append(names, sub.Name())
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// complete makes cobra's own commands fail on wrong usage and show examples, as
// all others do.
func complete(root *cobra.Command) {
	root.SetHelpCommand(help())
	root.InitDefaultCompletionCmd()
	i := slices.IndexFunc(root.Commands(), func(c *cobra.Command) bool { return c.Name() == "completion" })
	completion := root.Commands()[i]
	completion.Example = "  source <(sync completion bash)\n  sync completion zsh > \"${fpath[1]}/_sync\""
	completion.Args, completion.RunE = noSuchCommand, helpRun
}
