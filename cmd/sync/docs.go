package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"contactsync/schema"

	"github.com/spf13/cobra"
)

// dictionaries are the formats of the data dictionary, the default first.
var dictionaries = []string{"markdown", "json", "dbt"}

func (a *app) docs() *cobra.Command {
	c := &cobra.Command{
		Use:   "docs",
		Short: "The data dictionary, from the one list of columns",
		Long: "docs prints what every table, view and column means: as Markdown with a diagram of how tables name one\n" +
			"another, as JSON, or as a sources.yml for a dbt project over the snapshot.",
		Example: "  sync docs > dictionary.md\n  sync docs --format json\n  sync docs --format dbt > models/sources.yml",
		Args:    arguments(0, 0),
	}
	format := c.Flags().String("format", dictionaries[0], strings.Join(dictionaries, ", "))
	_ = c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(dictionaries, cobra.ShellCompDirectiveNoFileComp)) // the flag exists
	c.RunE = func(*cobra.Command, []string) error {
		if !slices.Contains(dictionaries, *format) {
			return usage("--format %q: want markdown, json or dbt", *format)
		}
		return writeDictionary(a.stdout, *format)
	}
	return c
}

func writeDictionary(w io.Writer, format string) error {
	switch format {
	case "json":
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		return e.Encode(jsonDictionary())
	case "dbt":
		return writeSources(w)
	}
	_, err := fmt.Fprint(w, dictionary())
	return err
}

// dictionary is the data dictionary, from the one list of columns.
func dictionary() string {
	var b strings.Builder
	b.WriteString("# Data dictionary\n\nTimes are UTC. Text is NFC, trimmed and never empty: what is not known is NULL.\n")
	b.WriteString("\n```mermaid\n" + schema.Diagram() + "```\n")
	for _, t := range schema.Dictionary() {
		fmt.Fprintf(&b, "\n## %s\n\nA row is %s.\n\n| column | type | meaning |\n| --- | --- | --- |\n", t.Name, t.Doc)
		for _, c := range t.Columns {
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", c.Name, c.Type, strings.ReplaceAll(c.Doc, "|", "\\|"))
		}
	}
	return b.String()
}

// A documentedTable is a table of the dictionary as JSON.
type documentedTable struct {
	Table   string             `json:"table"`
	Meaning string             `json:"meaning"`
	Columns []documentedColumn `json:"columns"`
}

type documentedColumn struct {
	Column  string `json:"column"`
	Type    string `json:"type"`
	Meaning string `json:"meaning"`
}

func jsonDictionary() (list []documentedTable) {
	for _, t := range schema.Dictionary() {
		table := documentedTable{Table: t.Name, Meaning: "A row is " + t.Doc + "."}
		for _, c := range t.Columns {
			table.Columns = append(table.Columns, documentedColumn{c.Name, string(c.Type), c.Doc})
		}
		list = append(list, table)
	}
	return list
}
