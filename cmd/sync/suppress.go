package main

import (
	"cmp"

	"contactsync/internal/privacy"
	"contactsync/internal/roster"
	"contactsync/internal/selector"
	"contactsync/load"
	"contactsync/schema"

	"github.com/spf13/cobra"
)

func (a *app) suppress() *cobra.Command {
	c := &cobra.Command{
		Use:   "suppress --file LIST",
		Short: "Keep the people of an opt-out list out for good",
		Long: "suppress reads an opt-out list: e-mail addresses, hashes of them (MD5, SHA-1 or SHA-256) and links to profiles,\n" +
			"one a line or several, or a table, with commas, semicolons or tabs, with or without a header, as Excel and mail\n" +
			"programs write it. Nobody on it is ever stored again, and whoever is in the warehouse already is erased as by\n" +
			"`sync forget`. Only hashes are kept. It says what was read; a line that cannot be read is told and holds up\n" +
			"nobody else, unless --strict; the exit code is 1 then.",
		Example: "  sync suppress --file optout.csv\n  sync suppress --strict --file optout.csv\n  cut -f2 unsubscribed.tsv | sync suppress",
		Args:    arguments(0, 0),
	}
	flags := a.listFlags(c, "the list; - or left out: stdin")
	dryRun := c.Flags().Bool("dry-run", false, "list who would be erased, change nothing")
	wait, format := waitFlag(c), outputFlag(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		l, err := a.optOut(flags)
		if err != nil {
			return err
		}
		entries := l.Identifiers()
		r, err := a.runner(a.logger(false))
		if err != nil {
			return err
		}
		if *dryRun {
			requests := []load.Request{{Selector: schema.ByList, Keys: entries}}
			return l.ended(a.previewErasure(c.Context(), r, []selector.Name{{Place: "list"}}, requests, *format))
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
		return l.ended(a.printForgotten(c.Context(), r, f))
	}
	return c
}

func (a *app) optOut(flags listFlags) (list, error) {
	if *flags.file == "" && isTerminal(a.stdin) {
		return list{}, usage("no list is given: name it with --file, or pipe it in")
	}
	return a.readList(cmp.Or(*flags.file, "-"), *flags.strict, roster.OptOut)
}
