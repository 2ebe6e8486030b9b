package main

import (
	"fmt"
	"strings"

	"contactsync/schema"

	"github.com/spf13/cobra"
)

func (a *app) docs() *cobra.Command {
	return &cobra.Command{
		Use:     "docs",
		Short:   "The data dictionary, as Markdown",
		Example: "  sync docs > dictionary.md",
		Args:    arguments(0, 0),
		Run:     func(*cobra.Command, []string) { fmt.Fprint(a.stdout, dictionary()) },
	}
}

// dictionary is the data dictionary, from the one list of columns.
func dictionary() string {
	var b strings.Builder
	b.WriteString("# Data dictionary\n\nTimes are UTC. Text is NFC, trimmed and never empty: what is not known is NULL.\n")
	for _, t := range schema.Dictionary() {
		fmt.Fprintf(&b, "\n## %s\n\nA row is %s.\n\n| column | type | meaning |\n| --- | --- | --- |\n", t.Name, t.Doc)
		for _, c := range t.Columns {
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", c.Name, c.Type, strings.ReplaceAll(c.Doc, "|", "\\|"))
		}
	}
	return b.String()
}
