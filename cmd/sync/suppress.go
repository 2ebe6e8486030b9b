package main

import (
	"fmt"

	"contactsync/internal/privacy"
	"contactsync/internal/selector"
	"contactsync/load"
	"contactsync/schema"

	"github.com/spf13/cobra"
)

func (a *app) suppress() *cobra.Command {
	var file string
	var dryRun, wait bool
	c := &cobra.Command{
		Use:   "suppress --file LIST",
		Short: "Keep the people of an opt-out list out for good",
		Long: "suppress reads an opt-out list: an e-mail address or a hash of one (MD5, SHA-1 or SHA-256) in each line, or\n" +
			"CSV with a header that names a column email or hash. Nobody on it is ever stored again, and whoever is in the\n" +
			"warehouse already is erased as by `sync forget`. Only hashes are kept. A line that holds neither stops it all.",
		Example: "  sync suppress --file optout.csv\n  cut -f2 unsubscribed.tsv | sync suppress",
		Args:    cobra.NoArgs,
	}
	c.Flags().StringVar(&file, "file", "", "the list; - or left out: stdin")
	c.Flags().BoolVar(&dryRun, "dry-run", false, "list who would be erased, change nothing")
	c.Flags().BoolVar(&wait, "wait", false, "wait while another process writes the warehouse")
	format := outputFlag(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		entries, err := a.optOut(file)
		if err != nil {
			return err
		}
		r, err := a.runner(a.logger(false))
		if err != nil {
			return err
		}
		if dryRun {
			found, err := privacy.Find(c.Context(), r, []load.Request{{Selector: schema.ByList, Keys: entries}})
			if err != nil {
				return err
			}
			if err := foundGrid([]selector.Name{{Place: "list"}}, found.Records).print(a.stdout, *format); err != nil {
				return err
			}
			a.say("would erase " + extent(found) + "; nothing was changed")
			return nil
		}
		f, err := privacy.Suppress(c.Context(), r, entries, wait)
		if err != nil {
			return err
		}
		g := grid{columns: []string{"suppressed_identifiers", "contacts", "records"}}
		g.rows = append(g.rows, []any{f.Suppressions, f.Notes[0].Contacts, f.Notes[0].Records})
		if err := g.print(a.stdout, *format); err != nil {
			return err
		}
		return a.printForgotten(f)
	}
	return c
}

func (a *app) optOut(file string) ([]schema.Identifier, error) {
	if file == "" && isTerminal(a.stdin) {
		return nil, &exitError{exitUsage, "no list is given: name it with --file, or pipe it in"}
	}
	if file == "" {
		file = "-"
	}
	input, err := a.input(file)
	if err != nil {
		return nil, err
	}
	defer input.Close()
	entries, err := selector.ReadOptOut(input)
	if err != nil {
		return nil, fmt.Errorf("nothing was suppressed:\n%w", err)
	}
	if len(entries) == 0 {
		return nil, &exitError{exitUsage, "the list is empty"}
	}
	return entries, nil
}
