package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"contactsync/internal/run"
	"contactsync/load/duckdb/console"
	spark "contactsync/load/lake/console"
)

// answerBySpark has Spark answer queries: an argument, or those of a file or of standard input.
func (a *app) answerBySpark(ctx context.Context, r *run.Runner, file string, args []string, format string) error {
	text, err := a.queriesOf(file, args)
	if err != nil {
		return err
	}
	w := r.Config.Warehouse
	if !w.InLake() {
		return usage("--spark is for a warehouse that Spark holds (warehouse.engine: spark); this one is a DuckDB file")
	}
	statements, rest := spark.Statements(text)
	if rest != "" {
		statements = append(statements, rest)
	}
	switch n := len(statements); {
	case n == 0:
		return usage("the query is empty")
	case n > 1 && format != "table":
		return usage("-o %s prints one table, and these are %d queries: ask them one by one, or without -o", format, n)
	}
	source, err := spark.New(spark.Options{Connect: w.Connect.Reveal(), Catalog: w.Catalog, Namespace: w.Namespace})
	if err != nil {
		return err
	}
	err = source.Ask(ctx, statements, forms[format], func(result console.Result) error { return printResult(a.stdout, format, result) })
	if wrong, ok := errors.AsType[*console.StatementError](err); ok && file != "" && file != "-" {
		err = fmt.Errorf("%s, query on line %d: %w", file, spark.Pieces(text)[wrong.Index].Line, err)
	}
	return errors.Join(err, source.Close())
}

// queriesOf are the queries of an argument, a file or standard input.
func (a *app) queriesOf(file string, args []string) (string, error) {
	if len(args) == 1 {
		if file != "" {
			return "", usage("a query and --file at once: ask the one or the other")
		}
		return args[0], nil
	}
	if file == "" {
		file = "-"
	}
	input, err := a.input(file)
	if err != nil {
		return "", err
	}
	defer input.Close()
	content, err := io.ReadAll(input)
	return string(content), err
}
