package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"contactsync/internal/explain"
	"contactsync/internal/identity"
	"contactsync/internal/run"
	"contactsync/internal/words"
	"contactsync/schema"

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
	return a.withRunner(c, func(ctx context.Context, r *run.Runner, args []string) error {
		return a.read(ctx, r, func(reader *run.Reader, out *bytes.Buffer) error {
			overrides, err := r.Overrides()
			if err != nil {
				return err
			}
			e, err := explain.Explain(ctx, reader, args[0], overrides, identity.Rules{Priority: r.Config.Identity.Priority})
			if err != nil {
				return err
			}
			if *format == "json" {
				return printJSON(out, e)
			}
			return printExplanation(out, e)
		})
	})
}

// printExplanation prints sections for a terminal, each with aligned columns.
func printExplanation(out io.Writer, e explain.Explanation) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "%s  %s\n%s, first seen %s, last seen %s\n", e.ContactID, cmp.Or(e.FullName, "(no name)"),
		words.Counted(len(e.Records), "record", "records"), dayOf(e.FirstSeenAt), dayOf(e.LastSeenAt))
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
	printHistory(w, e)
	return w.Flush()
}

// printHistory prints what has happened to the person, as far as anything has.
func printHistory(w *tabwriter.Writer, e explain.Explanation) {
	if len(e.Memberships) > 0 {
		section(w, "Audiences")
	}
	for _, m := range e.Memberships {
		until := "now"
		if !m.To.IsZero() {
			until = dayOf(m.To)
		}
		fmt.Fprintf(w, "  %s\t%s\t%s\t%s to %s\n", m.Ref, m.AudienceID, m.Name, dayOf(m.From), until)
	}
	if len(e.Interests) > 0 {
		section(w, "Intent by topic, oldest day first")
		printInterests(w, e.Interests)
	}
	if len(e.Moves) > 0 {
		section(w, "Merges and splits")
	}
	for _, m := range e.Moves {
		fmt.Fprintf(w, "  %s\t%s\t%s\tfrom %s to %s\n", dayOf(m.At), m.Change, m.Ref, m.From, m.To)
	}
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
			fmt.Fprintf(w, "  %s\tis %s\tby %s\t\n", l.Record, l.With, l.Override)
			continue
		}
		fmt.Fprintf(w, "  %s\tshares %s\twith %s\t%s\n", l.Record, named(l.Kind, l.Value, l.Address), l.With, l.Evidence.Sentence)
	}
	for i, r := range e.Records {
		if i > 0 && !linked[r.Ref] {
			fmt.Fprintf(w, "  %s\tis linked no longer; sync resolve will part it\t\t\n", r.Ref)
		}
	}
	for _, place := range e.KeptApart {
		fmt.Fprintf(w, "  kept apart from another person\tby %s\t\t\n", place)
	}
}

// named is an identifier as people read it: the address where it is known in
// clear, else the value, long ones shortened.
func named(kind schema.Kind, value, address string) string {
	if address != "" {
		return "the address " + address
	}
	if len(value) > 24 {
		value = value[:16] + "..."
	}
	return string(kind) + " " + value
}

// refusals says which identifiers of kinds that link do not, and why.
func refusals(e explain.Explanation) (lines []string) {
	why := map[string]string{
		"role":    "is a role address, masked or a placeholder",
		"shared":  "is carried under too many surnames",
		"blocked": "would join people whom identity.overrides keeps apart",
	}
	for _, id := range e.Identifiers {
		if id.Refused != "" {
			name, others := named(id.Kind, id.Value, id.Address), words.Counted(id.Elsewhere, "other person", "other people")
			lines = append(lines, fmt.Sprintf("  %s\t%s\tcarried by %s", name, why[id.Refused], others))
		}
	}
	return slices.Compact(lines) // the hashes of one address read the same
}

// printInterests prints a line per topic: its days and the last scores.
func printInterests(w io.Writer, interests []explain.Interest) {
	const shown = 10
	byTopic := map[string][]explain.Interest{}
	for _, i := range interests {
		byTopic[i.Topic] = append(byTopic[i.Topic], i)
	}
	for _, topic := range slices.Sorted(maps.Keys(byTopic)) {
		list := byTopic[topic]
		var scores []string
		for _, i := range list[max(0, len(list)-shown):] {
			scores = append(scores, cell(i.Score))
		}
		fmt.Fprintf(w, "  topic %s\t%s to %s\tscores %s\n", topic, list[0].Day, list[len(list)-1].Day, strings.Join(scores, " "))
	}
}
