package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"contactsync/extract"
	"contactsync/extract/intent"
	"contactsync/extract/statsocial"
	"contactsync/schema"

	"github.com/spf13/cobra"
)

// intent groups the commands about the intent vendor.
func (a *app) intent() *cobra.Command {
	group := &cobra.Command{Use: "intent", Short: "Find ids of the intent vendor for the config", Example: "  sync intent topics \"data platform\"", Args: cobra.NoArgs, RunE: helpRun}
	topics := &cobra.Command{
		Use:     "topics QUERY",
		Short:   "Find topics by name",
		Example: "  sync intent topics \"data platform\"",
		Args: cobra.MatchAll(cobra.ExactArgs(1), func(_ *cobra.Command, args []string) error {
			if strings.TrimSpace(args[0]) == "" {
				return errors.New("the name to look for is empty")
			}
			return nil
		}),
	}
	format := outputFlag(topics)
	topics.RunE = func(c *cobra.Command, args []string) error {
		env, err := a.vendor(schema.Intent)
		if err != nil {
			return err
		}
		found, err := intent.SearchTopics(c.Context(), env, args[0])
		if err != nil {
			return err
		}
		g := grid{columns: []string{"topic_id", "name", "type", "industry", "category"}}
		for _, t := range found {
			g.rows = append(g.rows, []any{int64(t.ID), t.Name, t.Type, t.Industry, t.Category})
		}
		return g.print(a.stdout, *format)
	}
	group.AddCommand(topics)
	return group
}

// statsocial groups the commands about StatSocial.
func (a *app) statsocial() *cobra.Command {
	var kinds []string
	for _, k := range statsocial.LookupKinds {
		kinds = append(kinds, k.Name)
	}
	group := &cobra.Command{Use: "statsocial", Short: "Find ids of StatSocial for the config", Example: "  sync statsocial lookup affinities Lewandowski", Args: cobra.NoArgs, RunE: helpRun}
	lookup := &cobra.Command{
		Use:     "lookup KIND [QUERY]",
		Short:   "Find " + strings.Join(kinds, ", "),
		Example: "  sync statsocial lookup affinities Lewandowski\n  sync statsocial lookup job-titles \"Analyst, Senior Programmer\"",
		Args: cobra.MatchAll(cobra.RangeArgs(1, 2), func(_ *cobra.Command, args []string) error {
			if !slices.Contains(kinds, args[0]) {
				return fmt.Errorf("nothing of the kind %q can be looked up; there are %s", args[0], strings.Join(kinds, ", "))
			}
			return nil
		}),
		ValidArgs: kinds,
	}
	format := outputFlag(lookup)
	lookup.RunE = func(c *cobra.Command, args []string) error {
		env, err := a.vendor(schema.StatSocial)
		if err != nil {
			return err
		}
		found, err := statsocial.Lookup(c.Context(), env, args[0], strings.Join(args[1:], ""))
		if err != nil {
			return err
		}
		g := grid{columns: []string{"id", "name", "kind", "followers", "can_add"}}
		g.addEntries(found, "", *format == "table")
		return g.print(a.stdout, *format)
	}
	group.AddCommand(lookup)
	return group
}

// addEntries adds a tree, a row per entry; for people, children are indented
// below their parent.
func (g *grid) addEntries(entries []statsocial.Entry, indent string, tree bool) {
	for _, e := range entries {
		g.rows = append(g.rows, []any{e.ID, indent + e.Name, e.Kind, e.Followers, e.CanAdd})
		below := indent
		if tree {
			below += "  "
		}
		g.addEntries(e.Children, below, tree)
	}
}

// vendor is what a look-up at one vendor needs.
func (a *app) vendor(source string) (extract.Env, error) {
	log := a.logger(false)
	r, err := a.runner(log)
	if err != nil {
		return extract.Env{}, err
	}
	client, err := r.Client(source)
	return extract.Env{Client: client, Log: log}, err
}
