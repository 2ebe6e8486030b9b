package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"contactsync/internal/config"
	"contactsync/internal/review"
	"contactsync/internal/run"
	"contactsync/internal/words"

	"github.com/spf13/cobra"
)

// reviewing is how `sync review` was called.
type reviewing struct {
	format  string
	file    string
	limit   int
	resolve bool
	wait    bool
}

func (a *app) review() *cobra.Command {
	var o reviewing
	c := &cobra.Command{
		Use:   "review",
		Short: "Doubtful pairs, side by side: one person, or two people?",
		Long: "review shows pairs of records on which identifiers and evidence do not say the same, the most valuable first:\n" +
			"with intent, then those who can be reached. In a terminal it asks; else it prints them. Answers go to the file of\n" +
			"identity.overrides, as always or never; what stands there is not asked again. The next run applies them, or\n" +
			"--resolve at once. For a sheet, -o csv has a column decision to fill with same or different, and --file reads it\n" +
			"back. It prints personal data.",
		Example: "  sync review\n  sync review -o csv > sheet.csv\n  sync review --file sheet.csv --resolve",
		Args:    arguments(0, 0),
		PreRunE: func(c *cobra.Command, _ []string) error {
			if o.file != "" && (c.Flags().Changed("output") || c.Flags().Changed("limit")) {
				return usage("--file reads answers: it goes without -o and --limit")
			}
			return atLeast("limit", o.limit, 0)
		},
	}
	c.Flags().StringVar(&o.file, "file", "", "a sheet with answers, as CSV; - is stdin")
	c.Flags().IntVar(&o.limit, "limit", 0, "how many pairs (default: 20, with -o json and csv all)")
	c.Flags().BoolVar(&o.resolve, "resolve", false, "apply the answers at once, as sync resolve does")
	c.Flags().BoolVar(&o.wait, "wait", false, "with --resolve: wait while another process writes the warehouse")
	format := outputFlagOf(c, []string{"text", "json", "csv"})
	return a.withRunner(c, func(ctx context.Context, r *run.Runner, _ []string) error {
		o.format = *format
		desk := review.Desk{Overrides: r.Config.Identity.Overrides, MaxNames: r.Config.Identity.MaxNames}
		switch {
		case o.file != "":
			return a.takeSheet(ctx, r, desk, o)
		case o.format != "text":
			return a.printQueue(ctx, r, desk, o)
		case isTerminal(a.stdin) && isTerminal(a.stdout):
			return a.ask(ctx, r, desk, o)
		}
		return a.listQueue(ctx, r, desk, o)
	})
}

// writable fails where answers could not be written, with the place in the config.
func writable(c *config.Config, desk review.Desk) error {
	if err := desk.Writable(); err != nil {
		return c.Problem("identity.overrides", err)
	}
	return nil
}

// takeSheet writes the answers of a sheet, all or none.
func (a *app) takeSheet(ctx context.Context, r *run.Runner, desk review.Desk, o reviewing) error {
	if err := writable(r.Config, desk); err != nil {
		return err
	}
	input, err := a.input(o.file)
	if err != nil {
		return err
	}
	defer input.Close()
	name := filepath.Base(o.file)
	if o.file == "-" {
		name = "stdin"
	}
	decisions, err := review.ReadSheet(name, input)
	if err != nil {
		return err
	}
	w, err := desk.Decide(ctx, decisions)
	if err != nil {
		return err
	}
	return a.settle(ctx, r, w, o)
}

// settle says what became of the answers, and applies them if asked to.
func (a *app) settle(ctx context.Context, r *run.Runner, w review.Written, o reviewing) error {
	file := r.Config.Identity.Overrides.Written
	line := words.Counted(w.New+w.Replaced, "answer", "answers") + " written to " + file
	if w.Replaced > 0 {
		line += fmt.Sprintf(", %d of them in the place of the contrary", w.Replaced)
	}
	if w.Known > 0 {
		line += fmt.Sprintf("; %d stood there already", w.Known)
	}
	changed := w.New+w.Replaced > 0
	if changed && !o.resolve {
		line += "; the next run applies them, or `sync resolve`"
	}
	a.say(line, "written", w.New+w.Replaced, "replaced", w.Replaced, "known", w.Known)
	if !o.resolve {
		return nil
	}
	return a.runResolve(ctx, r, run.ResolveOptions{Wait: o.wait}, "table")
}

// readQueue reads the first open pairs; none is all.
func (a *app) readQueue(ctx context.Context, r *run.Runner, desk review.Desk, limit int) (q review.Queue, err error) {
	err = r.Read(ctx, func(reader *run.Reader) error {
		if err := run.BringPeople(ctx, reader); err != nil {
			return err
		}
		q, err = desk.Queue(ctx, reader, limit)
		return err
	})
	return q, err
}

// printQueue prints a sheet.
func (a *app) printQueue(ctx context.Context, r *run.Runner, desk review.Desk, o reviewing) error {
	q, err := a.readQueue(ctx, r, desk, o.limit)
	if err != nil {
		return err
	}
	g := grid{columns: review.Columns}
	for _, p := range q.Pairs {
		g.add(p.Row()...)
	}
	format := o.format
	if format == "csv" {
		format = inertCSV
	}
	if err := g.print(a.stdout, format); err != nil {
		return err
	}
	a.sayMore(q)
	return nil
}

func (a *app) sayMore(q review.Queue) {
	if more := q.Open - len(q.Pairs); more > 0 {
		a.say(words.Counted(more, "more pair is", "more pairs are")+" open", "open", q.Open)
	}
}

// shownPairs is how many pairs people are shown unless they ask for more.
const shownPairs = 20

// listQueue prints the pairs where nobody can be asked, and how to answer.
func (a *app) listQueue(ctx context.Context, r *run.Runner, desk review.Desk, o reviewing) error {
	q, err := a.readQueue(ctx, r, desk, cmp.Or(o.limit, shownPairs))
	if err != nil {
		return err
	}
	var out bytes.Buffer
	for i, p := range q.Pairs {
		printPair(&out, p, fmt.Sprintf("%d of %d", i+1, q.Open), a.pairStyle())
	}
	if _, err := out.WriteTo(a.stdout); err != nil {
		return err
	}
	if q.Open == 0 {
		a.say("no pair is open")
		return nil
	}
	a.sayMore(q)
	a.say("to answer: `sync review` in a terminal, or `sync review -o csv > sheet.csv`, same or different into the column decision, " +
		"and `sync review --file sheet.csv`")
	if err := writable(r.Config, desk); err != nil {
		a.caution(a.called(), err.Error())
	}
	return nil
}

// ask shows one pair after the other and writes each answer at once, so that none is lost
// whenever people leave. The warehouse is closed meanwhile.
func (a *app) ask(ctx context.Context, r *run.Runner, desk review.Desk, o reviewing) error {
	if err := writable(r.Config, desk); err != nil {
		return err
	}
	q, err := a.readQueue(ctx, r, desk, cmp.Or(o.limit, shownPairs))
	if err != nil {
		return err
	}
	if err := desk.Begin(ctx); err != nil {
		return err
	}
	if q.Open == 0 {
		a.say("no pair is open")
		return nil
	}
	w, err := interview(ctx, q, a.stdin, a.stdout, a.pairStyle(), func(d review.Decision) (review.Written, error) {
		return desk.Decide(ctx, []review.Decision{d})
	})
	if err != nil {
		return err
	}
	a.sayMore(q)
	return a.settle(ctx, r, w, o)
}

// keys are what people may answer.
const keys = "1 same person · 2 two people · Enter skip · q quit: "

// interview asks for an answer to each pair.
func interview(
	ctx context.Context, q review.Queue, in io.Reader, out io.Writer, style pairStyle, decide func(review.Decision) (review.Written, error),
) (total review.Written, err error) {
	lines := bufio.NewScanner(in)
	for i, p := range q.Pairs {
		printPair(out, p, fmt.Sprintf("%d of %d", i+1, q.Open), style)
		answer, ok := answerOf(lines, out)
		if !ok || ctx.Err() != nil {
			return total, lines.Err()
		}
		if answer == "" {
			continue
		}
		records := p.Records()
		w, err := decide(review.Decision{Record: records[0], Other: records[1], Same: answer == review.Same})
		if err != nil {
			return total, err
		}
		total.New, total.Replaced, total.Known = total.New+w.New, total.Replaced+w.Replaced, total.Known+w.Known
	}
	return total, nil
}

// answerOf asks until it understands; "" is a pair that is skipped. ok is false where
// people leave.
func answerOf(lines *bufio.Scanner, out io.Writer) (answer string, ok bool) {
	for fmt.Fprint(out, keys); lines.Scan(); fmt.Fprint(out, keys) {
		switch strings.ToLower(strings.TrimSpace(lines.Text())) {
		case "1", review.Same:
			return review.Same, true
		case "2", review.Different:
			return review.Different, true
		case "", "s", "skip":
			return "", true
		case "q", "quit":
			return "", false
		}
	}
	fmt.Fprintln(out)
	return "", false
}
