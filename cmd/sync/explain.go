package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"contactsync/internal/explain"
	"contactsync/internal/identity"
	"contactsync/internal/run"
	"contactsync/internal/selector"
	"contactsync/internal/words"

	"github.com/spf13/cobra"
)

func (a *app) explain() *cobra.Command {
	c := &cobra.Command{
		Use:     "explain CONTACT",
		Short:   "Why these records are one person, and where each value comes from",
		Long:    "explain takes a contact id, an e-mail address, a LinkedIn URL, or source:id. It prints personal data.",
		Example: "  sync explain ann.lee@acme.example\n  sync explain toofr:1042\n  sync explain c_0123456789abcdef0123 -o json",
		Args:    cobra.ExactArgs(1),
	}
	format := outputFlagOf(c, []string{"text", "json"})
	c.RunE = func(c *cobra.Command, args []string) error {
		r, err := a.runner(a.logger(false))
		if err != nil {
			return err
		}
		var e explain.Explanation
		err = r.Read(c.Context(), func(reader *run.Reader) error {
			overrides, err := r.Overrides()
			if err != nil {
				return err
			}
			e, err = explain.Explain(c.Context(), reader, args[0], overrides, identity.Rules{Priority: r.Config.Identity.Priority})
			return err
		})
		if usage, ok := errors.AsType[*selector.Error](err); ok {
			return &exitError{exitUsage, usage.Error()}
		}
		if err != nil {
			return err
		}
		if *format == "json" {
			encoder := json.NewEncoder(a.stdout)
			encoder.SetIndent("", "  ")
			return encoder.Encode(e)
		}
		return printExplanation(a.stdout, e)
	}
	return c
}

// printExplanation prints sections for a terminal, each with aligned columns.
func printExplanation(out io.Writer, e explain.Explanation) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	name := e.FullName
	if name == "" {
		name = "(no name)"
	}
	fmt.Fprintf(w, "%s  %s\n%s, first seen %s, last seen %s\n", e.ContactID, name, words.Counted(len(e.Records), "record", "records"), dayOf(e.FirstSeenAt), dayOf(e.LastSeenAt))

	section(w, "Records")
	for _, r := range e.Records {
		fmt.Fprintf(w, "  %s\t%s\t%s\tsince %s\n", r.Ref, r.FullName, r.Email, dayOf(r.FirstSeenAt))
	}
	section(w, "Why they are one person")
	printLinks(w, e)
	if refused := refusals(e); len(refused) > 0 {
		section(w, "What links nobody")
		for _, line := range refused {
			fmt.Fprintln(w, line)
		}
	}
	section(w, "Values and who gave them")
	for _, v := range e.Values {
		fmt.Fprintf(w, "  %s\t%s\t%s\n", v.Field, v.Value, v.From)
	}
	if len(e.Memberships) > 0 {
		section(w, "Audiences")
		for _, m := range e.Memberships {
			until := "now"
			if !m.To.IsZero() {
				until = dayOf(m.To)
			}
			fmt.Fprintf(w, "  %s\t%s\t%s\t%s to %s\n", m.Ref, m.AudienceID, m.Name, dayOf(m.From), until)
		}
	}
	if len(e.Interests) > 0 {
		section(w, "Intent by topic, oldest day first")
		printInterests(w, e.Interests)
	}
	if len(e.Moves) > 0 {
		section(w, "Merges and splits")
		for _, m := range e.Moves {
			fmt.Fprintf(w, "  %s\t%s\t%s\tfrom %s to %s\n", dayOf(m.At), m.Change, m.Ref, m.From, m.To)
		}
	}
	return w.Flush()
}

// section begins a section; columns align within it.
func section(w *tabwriter.Writer, title string) {
	_ = w.Flush() // the last Flush reports what cannot be written
	fmt.Fprintf(w, "\n%s\n", title)
}

func dayOf(t time.Time) string { return t.UTC().Format(time.DateOnly) }

func printLinks(w io.Writer, e explain.Explanation) {
	if len(e.Records) == 1 {
		fmt.Fprintln(w, "  there is only one")
	}
	linked := map[explain.Ref]bool{}
	for _, l := range e.Links {
		linked[l.Record] = true
		if l.Override != "" {
			fmt.Fprintf(w, "  %s\tis %s\tby %s\n", l.Record, l.With, l.Override)
			continue
		}
		fmt.Fprintf(w, "  %s\tshares %s\twith %s\n", l.Record, named(string(l.Kind), l.Value, l.Address), l.With)
	}
	for i, r := range e.Records {
		if i > 0 && !linked[r.Ref] {
			fmt.Fprintf(w, "  %s\tis linked no longer; sync resolve will part it\t\n", r.Ref)
		}
	}
	for _, place := range e.KeptApart {
		fmt.Fprintf(w, "  kept apart from another person\tby %s\t\n", place)
	}
}

// named is an identifier as people read it: the address where it is known in
// clear, else the value, long ones shortened.
func named(kind, value, address string) string {
	if address != "" {
		return "the address " + address
	}
	if len(value) > 24 {
		value = value[:16] + "..."
	}
	return kind + " " + value
}

// refusals says which identifiers of kinds that link do not, and why.
func refusals(e explain.Explanation) (lines []string) {
	why := map[string]string{
		"role":    "is a role address",
		"shared":  "is carried under too many surnames",
		"blocked": "would join people whom identity.overrides keeps apart",
	}
	for _, id := range e.Identifiers {
		if id.Refused == "" {
			continue
		}
		lines = append(lines, fmt.Sprintf("  %s\t%s\tcarried by %s", named(string(id.Kind), id.Value, id.Address), why[id.Refused], words.Counted(id.Elsewhere, "other person", "other people")))
	}
	return slices.Compact(lines) // the hashes of one address read the same
}

// printInterests prints a line per topic: its days and the last scores.
func printInterests(w io.Writer, interests []explain.Interest) {
	const shown = 10
	byTopic := map[string][]explain.Interest{}
	var topics []string
	for _, i := range interests {
		if byTopic[i.Topic] == nil {
			topics = append(topics, i.Topic)
		}
		byTopic[i.Topic] = append(byTopic[i.Topic], i)
	}
	slices.Sort(topics)
	for _, topic := range topics {
		list := byTopic[topic]
		var scores []string
		for _, i := range list[max(0, len(list)-shown):] {
			scores = append(scores, cell(i.Score))
		}
		fmt.Fprintf(w, "  topic %s\t%s to %s\tscores %s\n", topic, list[0].Day, list[len(list)-1].Day, strings.Join(scores, " "))
	}
}
