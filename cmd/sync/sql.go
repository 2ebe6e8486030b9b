package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"contactsync/internal/box"
	"contactsync/internal/prompt"
	"contactsync/internal/run"
	"contactsync/load/duckdb/console"

	"github.com/spf13/cobra"
)

func (a *app) sql() *cobra.Command {
	c := &cobra.Command{
		Use:   "sql [QUERY]",
		Short: "Ask the warehouse, read-only: queries, or a prompt without any",
		Long: "sql asks the warehouse, or its snapshot while a run is on. Without a query it reads queries, each ended by a\n" +
			"semicolon, from a prompt with history and completion, from a file, or from standard input. It can only read:\n" +
			"whatever writes, be it a file, is refused. On a terminal answers are made to fit; elsewhere they are whole.\n" +
			"Of several queries each answer is a table of its own; -o json and -o csv are for one query, with any SET before it.\n" +
			"Of a warehouse that Spark holds it fetches the tables that a query reads, and asks them in DuckDB's SQL; with --spark\n" +
			"Spark itself answers, in Spark's SQL, and nothing is fetched.",
		Example: "  sync sql \"SELECT count(*) FROM contacts\"\n  sync sql \"FROM 'exports/contacts/*.parquet' LIMIT 5\"\n" +
			"  sync sql -f report.sql\n  sync sql -o csv \"SELECT email, job_title FROM contacts\" > contacts.csv",
		Args: arguments(0, 1),
	}
	file := c.Flags().StringP("file", "f", "", "read the queries from a file, - for standard input")
	bySpark := c.Flags().Bool("spark", false, "have Spark answer, in its own SQL, where it holds the warehouse")
	format := outputFlag(c)
	return a.withRunner(c, func(ctx context.Context, r *run.Runner, args []string) error {
		if *bySpark {
			return a.answerBySpark(ctx, r, *file, args, *format)
		}
		switch {
		case len(args) == 1 && *file != "":
			return usage("a query and --file at once: ask the one or the other")
		case len(args) == 1 && strings.TrimSpace(args[0]) == "":
			return usage("the query is empty")
		case len(args) == 1:
			return a.answer(ctx, r, args[0], *format)
		case *file != "":
			return a.answerFile(ctx, r, *file, *format)
		case isTerminal(a.stdin) && isTerminal(a.stdout) && *format == "table" && os.Getenv("TERM") != "dumb":
			return a.stay(ctx, r, func(s *prompt.Session) error { return s.Run(ctx) })
		case isTerminal(a.stdin):
			return a.plainPrompt(ctx, a.stdin, a.stderr, func(text string) error { return a.answer(ctx, r, text, *format) })
		}
		return a.answerFile(ctx, r, "-", *format)
	})
}

// answerFile answers the queries of a file. An error says where in it the query is.
func (a *app) answerFile(ctx context.Context, r *run.Runner, name, format string) error {
	input, err := a.input(name)
	if err != nil {
		return err
	}
	defer input.Close()
	content, err := io.ReadAll(input)
	if err != nil {
		return err
	}
	text := string(content)
	err = a.answer(ctx, r, text, format)
	if wrong, ok := errors.AsType[*console.StatementError](err); ok && name != "-" {
		return fmt.Errorf("%s, query on line %d: %w", name, console.Pieces(text)[wrong.Index].Line, err)
	}
	return err
}

// stay makes a session at the terminal for as long as do runs, or for one question. A
// warehouse that Spark holds is opened once: that disturbs nobody, and what was fetched for
// one question serves the next. It stays as it was then.
func (a *app) stay(ctx context.Context, r *run.Runner, do func(*prompt.Session) error) error {
	if !r.Config.Warehouse.InLake() {
		return do(a.session(func(ctx context.Context, do func(console.Source) error) error {
			return r.Read(ctx, func(reader *run.Reader) error { return do(reader) })
		}, nil))
	}
	return r.Read(ctx, func(reader *run.Reader) error {
		return do(a.session(func(_ context.Context, do func(console.Source) error) error { return do(reader) },
			func(ctx context.Context, statements []string) error { return run.BringFor(ctx, reader, statements...) }))
	})
}

// session is a stay at the terminal, or what answers one question there.
func (a *app) session(
	open func(context.Context, func(console.Source) error) error, fetch func(context.Context, []string) error,
) *prompt.Session {
	return prompt.New(prompt.Session{
		Open: open, Fetch: fetch,
		Cell: cell, Number: isNumber, Err: a.stderr,
		Screen: prompt.Screen{
			Out:    a.stdout,
			Width:  func() int { return terminalWidth(a.stdout) },
			Height: func() int { return terminalHeight(a.stdout) },
		},
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
	if format == "table" && isTerminal(a.stdout) {
		return a.stay(ctx, r, func(s *prompt.Session) error { return s.Ask(ctx, text) })
	}
	return a.read(ctx, r, func(reader *run.Reader, out *page) error {
		if err := run.BringFor(ctx, reader, statements...); err != nil {
			return err
		}
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

// plainPrompt answers queries as they are typed where there is no terminal to edit them
// on, such as with stdout in a file; a wrong one does not end it. The warehouse is open
// only while a query runs.
func (a *app) plainPrompt(ctx context.Context, in io.Reader, out io.Writer, answer func(string) error) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	text := ""
	for fmt.Fprint(out, "sql> "); lines.Scan(); {
		if prompt.Leaves(lines.Text()) {
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
			fmt.Fprintln(out, box.Visible(a.prefix()+a.asCalled(err.Error())))
		}
		if text = ""; ctx.Err() != nil {
			return ctx.Err()
		}
		fmt.Fprint(out, "sql> ")
	}
	fmt.Fprintln(out)
	return errors.Join(lines.Err(), answer(text))
}
