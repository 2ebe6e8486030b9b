package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"contactsync/extract"
	"contactsync/extract/intent"
	"contactsync/extract/statsocial"
	"contactsync/internal/run"
	"contactsync/schema"

	"github.com/spf13/cobra"
)

// intent groups the commands about the intent vendor.
func (a *app) intent() *cobra.Command {
	topics := &cobra.Command{
		Use:     "topics QUERY",
		Short:   "Find topics by name",
		Example: "  sync intent topics \"data platform\"",
		Args: cobra.MatchAll(arguments(1, 1), func(_ *cobra.Command, args []string) error {
			if strings.TrimSpace(args[0]) == "" {
				return errors.New("the name to look for is empty")
			}
			return nil
		}),
	}
	format := outputFlag(topics)
	a.withVendor(topics, schema.Intent, func(ctx context.Context, env extract.Env, args []string) error {
		found, err := intent.SearchTopics(ctx, env, args[0])
		if err != nil {
			return err
		}
		g := grid{columns: []string{"topic_id", "name", "type", "industry", "category"}}
		for _, t := range found {
			g.add(int64(t.ID), t.Name, t.Type, t.Industry, t.Category)
		}
		return a.printMatches(g, *format, "no topic is called that, or anything like it")
	})
	return group(&cobra.Command{Use: "intent", Short: "Find ids of the intent vendor for the config", Example: topics.Example}, topics)
}

// statsocial groups the commands about StatSocial.
func (a *app) statsocial() *cobra.Command {
	var kinds []string
	for _, k := range statsocial.LookupKinds {
		kinds = append(kinds, k.Name)
	}
	lookup := &cobra.Command{
		Use:     "lookup KIND [QUERY]",
		Short:   "Find " + strings.Join(kinds, ", "),
		Example: "  sync statsocial lookup affinities Lewandowski\n  sync statsocial lookup job-titles \"Analyst, Senior Programmer\"",
		Args: cobra.MatchAll(arguments(1, 2), func(_ *cobra.Command, args []string) error {
			if !slices.Contains(kinds, args[0]) {
				return fmt.Errorf("nothing of the kind %q can be looked up%s; there are %s",
					args[0], didYouMean(args[0], kinds), strings.Join(kinds, ", "))
			}
			return nil
		}),
		ValidArgs: kinds,
	}
	format := outputFlag(lookup)
	a.withVendor(lookup, schema.StatSocial, func(ctx context.Context, env extract.Env, args []string) error {
		found, err := statsocial.Lookup(ctx, env, args[0], strings.Join(args[1:], ""))
		if err != nil {
			return err
		}
		g := grid{columns: []string{"id", "name", "kind", "followers", "can_add"}}
		g.addEntries(found, "", *format == "table")
		return a.printMatches(g, *format, "StatSocial finds nothing of that name")
	})
	return group(&cobra.Command{
		Use: "statsocial", Short: "Find ids of StatSocial for the config", Example: "  sync statsocial lookup affinities Lewandowski",
	}, lookup)
}

// printMatches prints a table, or says that there is nothing in it; programs get the empty one.
func (a *app) printMatches(g grid, format, nothing string) error {
	if len(g.rows) == 0 && format == "table" {
		a.say(nothing)
		return nil
	}
	return g.print(a.stdout, format)
}

// addEntries adds a tree, a row per entry; for people, children are indented
// below their parent.
func (g *grid) addEntries(entries []statsocial.Entry, indent string, tree bool) {
	for _, e := range entries {
		g.add(e.ID, indent+e.Name, e.Kind, e.Followers, e.CanAdd)
		below := indent
		if tree {
			below += "  "
		}
		g.addEntries(e.Children, below, tree)
	}
}

// withVendor gives a command its work, a look-up at one vendor.
func (a *app) withVendor(c *cobra.Command, source string, do func(context.Context, extract.Env, []string) error) {
	a.withRunner(c, func(ctx context.Context, r *run.Runner, args []string) error {
		client, err := r.Client(source)
		if err != nil {
			return err
		}
		return do(ctx, extract.Env{Client: client, Log: r.Log}, args)
	})
}
