package main

import (
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
	"contactsync/load"
	"contactsync/load/duckdb/report"
	"contactsync/schema"

	"github.com/spf13/cobra"
)

func (a *app) explain() *cobra.Command {
	c := &cobra.Command{
		Use:   "explain CONTACT",
		Short: "Why these records are one person, and where each value comes from",
		Long: "explain takes a contact id, an e-mail address, a LinkedIn URL, or source:id. It prints personal data.\n" +
			"A contact of more than 20 records is shortened; --all and -o json show everything.",
		Example: "  sync explain ann.lee@acme.example\n  sync explain toofr:1042\n  sync explain c_0123456789abcdef0123 -o json",
		Args:    arguments(1, 1),
	}
	all := c.Flags().Bool("all", false, "show all of a contact of many records")
	format := outputFlagOf(c, []string{"text", "json"})
	return a.withRunner(c, func(ctx context.Context, r *run.Runner, args []string) error {
		return a.read(ctx, r, func(reader *run.Reader, out *page) error {
			overrides, err := r.Overrides()
			if err != nil {
				return err
			}
			if err := run.BringPeople(ctx, reader); err != nil {
				return err
			}
			e, err := explain.Explain(ctx, reader, args[0], overrides, identity.Rules{Priority: r.Config.Identity.Priority})
			if err != nil {
				return err
			}
			if *format == "json" {
				return printJSON(out, e)
			}
			return printExplanation(out, e, *all)
		})
	})
}

// fewRecords is up to how many records a contact is shown whole; of a larger one this
// many lines of each kind are.
const fewRecords = 20

// story prints sections for a terminal, each with aligned columns.
type story struct {
	*tabwriter.Writer
	e     explain.Explanation
	whole bool
}

func printExplanation(out io.Writer, e explain.Explanation, all bool) error {
	s := story{tabwriter.NewWriter(out, 0, 0, 2, ' ', 0), e, all || len(e.Records) <= fewRecords}
	fmt.Fprintf(s, "%s  %s\n%s, first seen %s, last seen %s\n", e.ContactID, cmp.Or(e.FullName, "(no name)"),
		words.Counted(len(e.Records), "record", "records"), dayOf(e.FirstSeenAt), dayOf(e.LastSeenAt))
	s.records()
	s.section("Why they are one person", s.links())
	s.section("What links nobody", s.refusals())
	s.section("Who may be the same person", s.matches())
	var values []string
	for _, v := range e.Values {
		values = append(values, fmt.Sprintf("  %s\t%s\t%s", v.Field, v.Value, v.From))
	}
	s.section("Values and who gave them", values)
	s.history()
	return s.Flush()
}

// section prints the lines of a section, if there are any, or the first of them; columns
// align within it.
func (s story) section(title string, lines []string) {
	if len(lines) == 0 {
		return
	}
	_ = s.Flush() // the last Flush reports what cannot be written
	fmt.Fprintf(s, "\n%s\n", title)
	shown := lines
	if !s.whole {
		shown = lines[:min(len(lines), fewRecords)]
	}
	for _, line := range shown {
		fmt.Fprintln(s, line)
	}
	if left := len(lines) - len(shown); left > 0 {
		fmt.Fprintf(s, "  and %d more; --all shows them\n", left)
	}
}

// records prints the records; where they are not shown whole, first what they are of and
// what holds most of them together.
func (s story) records() {
	if !s.whole {
		s.section("Records by vendor", s.counts())
		s.section("What holds most of them together", s.holders())
	}
	var lines []string
	for _, r := range s.e.Records {
		lines = append(lines, fmt.Sprintf("  %s\t%s\t%s\tsince %s", r.Ref, r.FullName, r.Email, dayOf(r.FirstSeenAt)))
	}
	s.section("Records", lines)
}

func (s story) counts() (lines []string) {
	counts := map[string]int{}
	for _, r := range s.e.Records {
		counts[r.Source]++
	}
	for _, source := range slices.Sorted(maps.Keys(counts)) {
		lines = append(lines, fmt.Sprintf("  %s\t%d", source, counts[source]))
	}
	return lines
}

// holders are the identifiers that link most of the records.
func (s story) holders() (lines []string) {
	const named = 5
	ids := slices.DeleteFunc(slices.Clone(s.e.Identifiers), func(id explain.Identifier) bool { return !id.Links || len(id.Records) < 2 })
	slices.SortStableFunc(ids, func(a, b explain.Identifier) int { return cmp.Compare(len(b.Records), len(a.Records)) })
	for _, id := range ids {
		line := fmt.Sprintf("  %s\tcarried by %d of the records", idText(id.Kind, id.Value, id.Address), len(id.Records))
		if !slices.Contains(lines, line) && len(lines) < named { // the hashes of one address read the same
			lines = append(lines, line)
		}
	}
	return lines
}

// history prints what has happened to the person, as far as anything has.
func (s story) history() {
	var memberships, moves []string
	for _, m := range s.e.Memberships {
		until := "now"
		if !m.To.IsZero() {
			until = dayOf(m.To)
		}
		memberships = append(memberships, fmt.Sprintf("  %s\t%s\t%s\t%s to %s", m.Ref, m.AudienceID, m.Name, dayOf(m.From), until))
	}
	for _, m := range s.e.Moves {
		moves = append(moves, fmt.Sprintf("  %s\t%s\t%s\tfrom %s to %s", dayOf(m.At), m.Change, m.Ref, m.From, m.To))
	}
	s.section("Audiences", memberships)
	s.section("Intent by topic, oldest day first", interests(s.e.Interests))
	s.section("Merges and splits", moves)
}

func dayOf(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// links says why each record is the person's, and what the guard, which only warns, thinks
// of that.
func (s story) links() (lines []string) {
	if len(s.e.Records) == 1 {
		lines = append(lines, "  there is only one")
	}
	warned := map[[2]explain.Ref]explain.Doubt{}
	for _, d := range s.e.Doubts {
		if s.e.Guard == load.GuardWarn && d.Reason == schema.PairGuard && d.Contact == "" {
			warned[[2]explain.Ref{d.Record, d.With}] = d
		}
	}
	linked := map[explain.Ref]bool{}
	for _, l := range s.e.Links {
		linked[l.Record] = true
		said := l.Evidence.Sentence
		for _, pair := range [][2]explain.Ref{{l.Record, l.With}, {l.With, l.Record}} {
			if d, ok := warned[pair]; ok && l.Kind != "" {
				said = d.Evidence.Sentence + wouldPart
				delete(warned, pair)
			}
		}
		switch {
		case l.Override != "":
			lines = append(lines, fmt.Sprintf("  %s\tis %s\tby %s\t", l.Record, l.With, l.Override))
		case l.Match:
			lines = append(lines, fmt.Sprintf("  %s\tshares no identifier, but matches\t%s\t%s", l.Record, l.With, said))
		default:
			lines = append(lines, fmt.Sprintf("  %s\tshares %s\twith %s\t%s", l.Record, idText(l.Kind, l.Value, l.Address), l.With, said))
		}
	}
	for _, d := range s.e.Doubts {
		if _, ok := warned[[2]explain.Ref{d.Record, d.With}]; ok {
			lines = append(lines, fmt.Sprintf("  %s\tshares %s\twith %s\t%s",
				d.Record, idText(d.Kind, d.Value, d.Address), d.With, d.Evidence.Sentence+wouldPart))
		}
	}
	for i, r := range s.e.Records {
		if i > 0 && !linked[r.Ref] {
			lines = append(lines, fmt.Sprintf("  %s\tis linked no longer; sync resolve will part it\t\t", r.Ref))
		}
	}
	for _, place := range s.e.KeptApart {
		lines = append(lines, fmt.Sprintf("  kept apart from another person\tby %s\t\t", place))
	}
	return lines
}

const wouldPart = " The guard would part them."

// idText is an identifier as people read it: the address where it is known in
// clear, else the value, long ones shortened.
func idText(kind schema.Kind, value, address string) string {
	if address != "" {
		return "the address " + address
	}
	if len(value) > 24 {
		value = value[:16] + "..."
	}
	return string(kind) + " " + value
}

var refused = map[string]string{
	report.Role:         "is a role address, masked or a placeholder",
	schema.WarnShared:   "is carried under too many surnames",
	schema.WarnBlocked:  "would join people whom identity.overrides keeps apart",
	schema.WarnDoubtful: "is carried by records that speak for different people",
	schema.WarnLarge:    "would make a person of too many records or names",
}

// refusals says which identifiers of kinds that link do not, or not all who carry them, and
// why; of doubtful ones, whom they do not link.
func (s story) refusals() (lines []string) {
	for _, id := range s.e.Identifiers {
		if id.Refused == "" {
			continue
		}
		others := words.Counted(id.Elsewhere, "other person", "other people")
		if len(id.Others) > 0 {
			others += ": " + strings.Join(id.Others, ", ")
		}
		if len(id.Others) > 0 && id.Elsewhere > int64(len(id.Others)) {
			others += ", ..."
		}
		lines = append(lines, fmt.Sprintf("  %s\t%s\tcarried by %s", idText(id.Kind, id.Value, id.Address), refused[id.Refused], others))
	}
	lines = slices.Compact(lines) // the hashes of one address read the same
	for _, d := range s.e.Doubts {
		if d.Reason == schema.PairGuard && d.Contact != "" {
			lines = append(lines, fmt.Sprintf("  %s\tdoes not link %s\twith %s of %s\t%s",
				idText(d.Kind, d.Value, d.Address), d.Record, d.With, d.Contact, d.Evidence.Sentence))
		}
	}
	return lines
}

// matches says who shares no identifier with the person, but may be the same.
func (s story) matches() (lines []string) {
	for _, d := range s.e.Doubts {
		if d.Reason == schema.PairMatch && d.Contact != "" {
			lines = append(lines, fmt.Sprintf("  %s\tmatches %s\tof %s\t%s", d.Record, d.With, d.Contact, d.Evidence.Sentence))
		}
	}
	return lines
}

// interests says of each topic its days and the last scores.
func interests(list []explain.Interest) (lines []string) {
	const shown = 10
	byTopic := map[string][]explain.Interest{}
	for _, i := range list {
		byTopic[i.Topic] = append(byTopic[i.Topic], i)
	}
	for _, topic := range slices.Sorted(maps.Keys(byTopic)) {
		days := byTopic[topic]
		var scores []string
		for _, i := range days[max(0, len(days)-shown):] {
			scores = append(scores, cell(i.Score))
		}
		lines = append(lines, fmt.Sprintf("  topic %s\t%s to %s\tscores %s",
			topic, days[0].Day, days[len(days)-1].Day, strings.Join(scores, " ")))
	}
	return lines
}
