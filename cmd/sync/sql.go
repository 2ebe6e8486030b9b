package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"contactsync/internal/run"
	"contactsync/load/duckdb/console"

	"github.com/spf13/cobra"
)

func (a *app) sql() *cobra.Command {
	c := &cobra.Command{
		Use:   "sql [QUERY]",
		Short: "Ask the warehouse, read-only: queries, or a prompt without any",
		Long: "sql asks the warehouse, or its snapshot while a run is on. Without a query it reads queries, each ended by a\n" +
			"semicolon, from a prompt or from standard input. It can only read: whatever writes, be it a file, is refused.\n" +
			"Of several queries each answer is a table of its own; -o json and -o csv are for one query, with any SET before it.",
		Example: "  sync sql \"SELECT count(*) FROM contacts\"\n  sync sql \"FROM 'exports/contacts/*.parquet' LIMIT 5\"\n" +
			"  sync sql -o csv \"SELECT email, job_title FROM contacts\" > contacts.csv",
		Args: cobra.MaximumNArgs(1),
	}
	format := outputFlag(c)
	return a.withRunner(c, func(ctx context.Context, r *run.Runner, args []string) error {
		answer := func(text string) error { return a.answer(ctx, r, text, *format) }
		switch {
		case len(args) == 1 && strings.TrimSpace(args[0]) == "":
			return usage("the query is empty")
		case len(args) == 1:
			return answer(args[0])
		case isTerminal(a.stdin):
			return prompt(ctx, a.stdin, a.stderr, answer)
		}
		text, err := io.ReadAll(a.stdin)
		if err != nil {
			return err
		}
		return answer(string(text))
	})
}

// forms are what the formats are made of.
var forms = map[string]console.Form{"table": console.FormTable, "csv": console.FormCSV, "json": console.FormJSON}

// answer asks the warehouse, or its snapshot while a run is on, and prints what
// each query answers.
func (a *app) answer(ctx context.Context, r *run.Runner, text, format string) error {
	statements, rest := console.Statements(text)
	if rest != "" {
		statements = append(statements, rest)
	}
	if n := console.Answering(statements); n > 1 && format != "table" {
		return usage("-o %s prints one table, and these are %d queries: ask them one by one, or without -o", format, n)
	}
	return a.read(ctx, r, func(reader *run.Reader, out *page) error {
		return console.Ask(ctx, reader, statements, forms[format], func(result console.Result) error {
			whole := out.Len()
			err := printResult(out, format, result)
			if err != nil {
				out.Truncate(whole)
			}
			return err
		})
	})
}

func printResult(w io.Writer, format string, result console.Result) error {
	s := newSheet(w, format, result.Columns)
	for row, err := range result.Rows {
		if err != nil {
			return err
		}
		if err := s.row(row); err != nil {
			return err
		}
	}
	return s.end()
}

// farewells leave the prompt.
var farewells = []string{"exit", "quit", ".exit", ".quit", `\q`}

// prompt answers queries as they are typed; a wrong one does not end it. The
// warehouse is open only while a query runs.
func prompt(ctx context.Context, in io.Reader, out io.Writer, answer func(string) error) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	text := ""
	for fmt.Fprint(out, "sql> "); lines.Scan(); {
		line := strings.ToLower(strings.TrimRight(strings.TrimSpace(lines.Text()), ";"))
		if text == "" && slices.Contains(farewells, line) {
			return nil
		}
		text += lines.Text() + "\n"
		if strings.TrimSpace(text) == "" {
			text = ""
		}
		if text != "" && !console.Complete(text) {
			fmt.Fprint(out, "...> ")
			continue
		}
		if err := answer(text); err != nil {
			fmt.Fprintln(out, "sync: "+err.Error())
		}
		if text = ""; ctx.Err() != nil {
			return ctx.Err()
		}
		fmt.Fprint(out, "sql> ")
	}
	fmt.Fprintln(out)
	return errors.Join(lines.Err(), answer(text))
}
