package main

import (
	"cmp"
	"fmt"

	"contactsync/internal/privacy"
	"contactsync/internal/selector"
	"contactsync/load"
	"contactsync/schema"

	"github.com/spf13/cobra"
)

func (a *app) suppress() *cobra.Command {
	c := &cobra.Command{
		Use:   "suppress --file LIST",
		Short: "Keep the people of an opt-out list out for good",
		Long: "suppress reads an opt-out list: an e-mail address or a hash of one (MD5, SHA-1 or SHA-256) in each line, or\n" +
			"CSV with a header that names a column email or hash. Nobody on it is ever stored again, and whoever is in the\n" +
			"warehouse already is erased as by `sync forget`. Only hashes are kept. A line that holds neither stops it all.",
		Example: "  sync suppress --file optout.csv\n  cut -f2 unsubscribed.tsv | sync suppress",
		Args:    cobra.NoArgs,
	}
	file := c.Flags().String("file", "", "the list; - or left out: stdin")
	dryRun := c.Flags().Bool("dry-run", false, "list who would be erased, change nothing")
	wait, format := waitFlag(c), outputFlag(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		entries, err := a.optOut(*file)
		if err != nil {
			return err
		}
		r, err := a.runner(a.logger(false))
		if err != nil {
			return err
		}
		if *dryRun {
			requests := []load.Request{{Selector: schema.ByList, Keys: entries}}
			return a.previewErasure(c.Context(), r, []selector.Name{{Place: "list"}}, requests, *format)
		}
		f, err := privacy.Suppress(c.Context(), r, entries, *wait)
		if err != nil {
			return err
		}
		g := grid{columns: []string{"suppressed_identifiers", "contacts", "records"}}
		g.add(f.Suppressions, f.Notes[0].Contacts, f.Notes[0].Records)
		if err := g.print(a.stdout, *format); err != nil {
			return err
		}
		return a.printForgotten(c.Context(), r, f)
	}
	return c
}

func (a *app) optOut(file string) ([]schema.Identifier, error) {
	if file == "" && isTerminal(a.stdin) {
		return nil, usage("no list is given: name it with --file, or pipe it in")
	}
	input, err := a.input(cmp.Or(file, "-"))
	if err != nil {
		return nil, err
	}
	defer input.Close()
	entries, err := selector.ReadOptOut(input)
	if err != nil {
		return nil, fmt.Errorf("nothing was suppressed:\n%w", err)
	}
	if len(entries) == 0 {
		return nil, usage("the list is empty")
	}
	return entries, nil
}
