package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"contactsync/internal/privacy"
	"contactsync/internal/run"
	"contactsync/internal/selector"
	"contactsync/internal/words"
	"contactsync/load"

	"github.com/spf13/cobra"
)

func (a *app) access() *cobra.Command {
	c := &cobra.Command{
		Use:   "access PERSON...",
		Short: "All that is held of people, for an answer to them",
		Long: "access prints all that is held of a person, as one JSON document each: records with payloads, identifiers,\n" +
			"memberships, intent, events, changes, quarantined records, the runs that brought them, the exports that hold\n" +
			"them, and whether they are suppressed. A person is named as for `sync forget`. With --to it writes a folder\n" +
			"of files with a README for the person. It prints personal data, and changes nothing.",
		Example: "  sync access ann.lee@example.com\n  sync access --to answer c_5f0c1f6d2f0c8a7b9e1d\n" +
			"  sync access --file requests.txt --to answers",
	}
	flags := a.listFlags(c, "list of people, one a line or a table; - is stdin")
	to := c.Flags().String("to", "", "folder for the files, new or empty; of several people a folder each in it")
	c.RunE = func(c *cobra.Command, args []string) error {
		p, err := a.people(args, flags)
		if err != nil {
			return err
		}
		r, err := a.runner(a.logger(false))
		if err != nil {
			return err
		}
		if *to != "" {
			if err := privacy.MakeFolder(*to); err != nil {
				return usage("%v", err)
			}
		}
		for i, request := range p.requests {
			if err := a.tellHeld(c.Context(), r, p.names[i], request, folderOf(*to, p.names, i)); err != nil {
				return err
			}
		}
		return p.list.ended(nil)
	}
	return c
}

// folderOf is the folder of the answer about one of some people; "" where they are printed.
func folderOf(to string, names []selector.Name, i int) string {
	if to == "" || len(names) == 1 {
		return to
	}
	dir := strings.NewReplacer(" ", "-", ":", "-").Replace(filepath.Base(names[i].Place))
	before := 0 // of the same line of a list, which may name several people
	for _, n := range names[:i] {
		if n.Place == names[i].Place {
			before++
		}
	}
	if before > 0 {
		dir += fmt.Sprintf("-%d", before+1)
	}
	return filepath.Join(to, dir)
}

// tellHeld prints what is held of a person, or writes it into a folder. The warehouse is
// closed before that, so that a pager that waits holds up no run.
func (a *app) tellHeld(ctx context.Context, r *run.Runner, name selector.Name, request load.Request, dir string) error {
	var held privacy.Access
	if err := r.Read(ctx, func(reader *run.Reader) (err error) {
		held, err = privacy.Held(ctx, r, reader, request)
		return err
	}); err != nil {
		return err
	}
	if dir == "" {
		text, err := held.JSON(name.Place, name.Text)
		if err != nil {
			return err
		}
		if _, err := a.stdout.Write(text); err != nil {
			return err
		}
	} else if err := writeAnswer(held, dir, name); err != nil {
		return err
	}
	a.sayHeld(held, name.Place)
	return nil
}

func writeAnswer(held privacy.Access, dir string, name selector.Name) error {
	if err := privacy.MakeFolder(dir); err != nil {
		return err
	}
	return held.Write(dir, name.Text, time.Now())
}

// sayHeld says in short what is held, never of whom.
func (a *app) sayHeld(held privacy.Access, place string) {
	if !held.AsOf.IsZero() {
		a.say(place + ": a run is on, so this is the snapshot's of " + held.AsOf.Format(time.RFC3339))
	}
	line := place + ": nothing is held of this person"
	if held.Known() {
		var parts []string
		for _, s := range held.Subjects {
			if len(s.Rows) > 0 {
				parts = append(parts, fmt.Sprintf("%s %d", s.Name, len(s.Rows)))
			}
		}
		line = place + ": " + strings.Join(parts, ", ")
	}
	if held.Suppressed() {
		line += "; suppressed: no run stores this person"
	}
	a.say(line)
	for _, e := range held.Exports {
		if e.Problem != "" {
			a.caution(place, "whether it holds this person is not known: "+e.Problem)
		}
	}
	if n := len(held.Mentions); n > 0 {
		a.caution(place, words.Counted(n, "record of somebody else names", "records of somebody else name")+
			" this person; look through them before you hand this over")
	}
}
