package main

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"

	"contactsync/internal/privacy"
	"contactsync/internal/roster"
	"contactsync/internal/run"
	"contactsync/internal/selector"
	"contactsync/internal/words"
	"contactsync/load"
	"contactsync/load/duckdb/report"
	"contactsync/schema"

	"github.com/spf13/cobra"
)

func (a *app) forget() *cobra.Command {
	c := &cobra.Command{
		Use:   "forget PERSON...",
		Short: "Erase people everywhere, and keep them out for good",
		Long: "forget erases every record of the people named from the warehouse, its snapshot and all exports, and\n" +
			"suppresses them: no later run stores them again. A person is an e-mail address or a hash of one, a link to\n" +
			"a profile, a contact id or a record as source:id; also in a list from --file, or from stdin: one a line, or\n" +
			"a table as `sync suppress` reads it. A line that cannot be read is told and holds up nobody else, unless\n" +
			"--strict; the exit code is 1 then. Warehouse and snapshot become new files, since DuckDB keeps deleted rows\n" +
			"inside its file. Who is in an older backup is erased when `sync restore` brings it back; see docs/privacy.md.",
		Example: "  sync forget ann.lee@example.com\n  sync forget --dry-run c_5f0c1f6d2f0c8a7b9e1d\n  sync forget -y --file requests.txt\n  sync forget --history",
	}
	flags := a.listFlags(c, "list of people, one a line or a table; - is stdin")
	dryRun := c.Flags().Bool("dry-run", false, "list what would go, change nothing")
	yes := c.Flags().BoolP("yes", "y", false, "do not ask")
	past := c.Flags().Bool("history", false, "list the erasures so far, those by suppress and by retention included; they name nobody")
	wait, format := waitFlag(c), outputFlag(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		if *past {
			return a.printErasures(c.Context(), len(args) > 0 || *flags.file != "", *format)
		}
		p, err := a.people(args, flags)
		if err != nil {
			return err
		}
		r, err := a.runner(a.logger(false))
		if err != nil {
			return err
		}
		if *dryRun {
			return p.list.ended(a.previewErasure(c.Context(), r, p.names, p.requests, *format))
		}
		if !*yes && isTerminal(a.stdin) {
			found, err := a.printFound(c.Context(), r, p.names, p.requests, *format)
			if err != nil {
				return err
			}
			if !a.confirm("erase " + extent(found) + ", and keep them out for good?") {
				return usage("nothing was erased")
			}
		}
		return p.list.ended(a.runForget(c.Context(), r, p.names, p.requests, *wait, *format))
	}
	return c
}

// printErasures lists what was erased so far, newest first, of nobody by name.
func (a *app) printErasures(ctx context.Context, named bool, format string) error {
	if named {
		return usage("--history names nobody: leave the people out")
	}
	r, err := a.runner(a.logger(false))
	if err != nil {
		return err
	}
	return a.read(ctx, r, func(reader *run.Reader, out *page) error {
		list, err := report.Erasures(ctx, reader)
		if err != nil {
			return err
		}
		return tableOf(schema.Erasures.Columns, list).print(out, format)
	})
}

// previewErasure says what an erasure would erase.
func (a *app) previewErasure(ctx context.Context, r *run.Runner, names []selector.Name, requests []load.Request, format string) error {
	found, err := a.printFound(ctx, r, names, requests, format)
	if err == nil {
		a.say("would erase " + extent(found) + "; nothing was changed")
		a.adviseReplay(ctx, r)
	}
	return err
}

// printFound lists the records that an erasure finds.
func (a *app) printFound(
	ctx context.Context, r *run.Runner, names []selector.Name, requests []load.Request, format string,
) (privacy.Forgotten, error) {
	found, err := privacy.Find(ctx, r, requests)
	if err != nil {
		return found, err
	}
	g := grid{columns: []string{"request", "contact_id", "source", "source_id"}}
	for _, d := range found.Records {
		request := "mentions one of them"
		if d.Request >= 0 && int(d.Request) < len(names) {
			request = names[d.Request].Place
		}
		g.add(request, d.ContactID, d.Source, d.SourceID)
	}
	return found, g.print(a.stdout, format)
}

// named are the people whom a command is to erase.
type named struct {
	names    []selector.Name
	requests []load.Request // of the names, in their order
	list     list
}

// people are those named as arguments, in a list, or, failing both, on stdin.
func (a *app) people(args []string, flags listFlags) (p named, err error) {
	for i, arg := range args {
		p.names = append(p.names, selector.Name{Place: fmt.Sprintf("argument %d", i+1), Text: arg})
	}
	if p.requests, err = selector.ParsePeople(p.names); err != nil {
		return p, err
	}
	file := *flags.file
	if file == "" && len(args) == 0 && !isTerminal(a.stdin) {
		file = "-"
	}
	if file == "" && len(args) == 0 {
		return p, usage("nobody is named: give an e-mail address, a link to a profile or a contact id, or --file")
	}
	if file == "" {
		return p, nil
	}
	if p.list, err = a.readList(file, *flags.strict, roster.People); err != nil {
		return p, err
	}
	for _, n := range p.list.Names {
		request, _ := selector.ParsePerson(n.Text) // it was read before
		p.names, p.requests = append(p.names, n), append(p.requests, request)
	}
	return p, nil
}

// runForget erases, and says how much went, never whom.
func (a *app) runForget(
	ctx context.Context, r *run.Runner, names []selector.Name, requests []load.Request, wait bool, format string,
) error {
	f, err := privacy.Forget(ctx, r, requests, wait)
	if err != nil {
		return err
	}
	g := grid{columns: []string{"request", "named_by", "contacts", "records"}}
	for i, n := range f.Notes {
		g.add(names[i].Place, n.Selector, n.Contacts, n.Records)
		switch {
		case n.Records > 0:
		case n.Selector == schema.ByContact:
			a.say(names[i].Place + ": nobody has this contact id; there was nothing to erase or to suppress")
		case slices.ContainsFunc(f.Records, func(d load.FoundRecord) bool { return d.Request < 0 }):
			a.say(names[i].Place + ": no record is of this person; those that mention somebody who was named went")
		default:
			a.say(names[i].Place + ": nothing was known of this person; from now on nothing will be")
		}
	}
	if err := g.print(a.stdout, format); err != nil {
		return err
	}
	return a.printForgotten(ctx, r, f)
}

// printForgotten says what went, and fails if an export could not be written anew.
func (a *app) printForgotten(ctx context.Context, r *run.Runner, f privacy.Forgotten) error {
	a.adviseReplay(ctx, r)
	a.say(fmt.Sprintf("erased %s; %s suppressed", extent(f), words.Counted(f.Suppressions, "identifier is", "identifiers are")))
	a.sayOverridden(f)
	a.sayPublished(f.Published)
	if len(f.Unwritten) == 0 {
		return nil
	}
	for _, u := range f.Unwritten {
		a.tell(slog.LevelError, a.prefix(), u.String())
	}
	return &exitError{exitFailed, words.Counted(len(f.Unwritten), "export", "exports") + " could not be written; everything else is done"}
}

// sayOverridden says where identity.overrides still names who went: the file is the user's.
func (a *app) sayOverridden(f privacy.Forgotten) {
	if len(f.Overrides) > 0 {
		const text = "pairs of identity.overrides still name who was erased; remove them: "
		a.caution(a.called(), text+strings.Join(f.Overrides, ", "), "places", f.Overrides)
	}
}

// extent says how much goes.
func extent(f privacy.Forgotten) string {
	if len(f.Rows) == 0 {
		return "nothing, for nothing was known"
	}
	rows := int64(0)
	for _, n := range f.Rows {
		rows += n
	}
	people, records := words.Counted(len(f.Contacts), "person", "people"), words.Counted(len(f.Records), "record", "records")
	tables := strings.Join(slices.Sorted(maps.Keys(f.Rows)), ", ")
	return fmt.Sprintf("%s (%s) and in all %s of %s", people, records, words.Counted(rows, "row", "rows"), tables)
}
