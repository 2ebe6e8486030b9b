package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"contactsync/internal/durable"
	"contactsync/internal/words"
	"contactsync/load/duckdb"
	"contactsync/load/duckdb/report"
)

// questions are what is asked of the snapshot, each by a process of its own.
var questions = []struct{ name, query string }{
	{"opening it", "SELECT 1"},
	{"`hot_accounts`", "FROM hot_accounts"},
	{"`rising_topics`", "FROM rising_topics"},
	{"`new_contacts`", "FROM new_contacts"},
	{"`job_changes`", "FROM job_changes"},
	{"`reachable_contacts`", "FROM reachable_contacts"},
	{"`audience_overlap`", "FROM audience_overlap"},
	{"`vendor_overlap`", "FROM vendor_overlap"},
	{"`audience_movement`", "FROM audience_movement"},
	{"`accounts`", "FROM accounts"},
	{"first 100 of `contacts`", "FROM contacts LIMIT 100"},
	{"the data page", ""},
}

// viewOptions say what is asked of how many people.
type viewOptions struct {
	people, rounds int
	dir            string
	document       string // to write the figures into; "": none
	command        string // how to ask for the same again
}

func parseViews(args []string) (o viewOptions, err error) {
	flags := flag.NewFlagSet("views", flag.ContinueOnError)
	flags.IntVar(&o.people, "people", 1_000_000, "people of the snapshot")
	flags.IntVar(&o.rounds, "rounds", 3, "rounds, of which the medians are taken")
	flags.StringVar(&o.dir, "dir", "", "a directory for the snapshot; default: the system's temporary one")
	flags.StringVar(&o.document, "write", "", "write the figures into this document, between their markers")
	flags.StringVar(&o.command, "command", "", "the command that the report shows; default: this one")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if o.people < 1 || o.rounds < 1 {
		return o, errors.New("--people and --rounds: want at least 1")
	}
	if o.command == "" {
		o.command = strings.Join(append([]string{"bench", "views"}, args...), " ")
	}
	return o, nil
}

// views measures what analysts and the data page ask.
func views(ctx context.Context, o viewOptions, out, progress io.Writer) (err error) {
	dir, err := os.MkdirTemp(o.dir, "sync-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	fmt.Fprintf(progress, "%s people: the snapshot is written\n", thousands(o.people))
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if _, _, err := spend(ctx, dir, self, "universe", "-people", strconv.Itoa(o.people), "-dir", dir); err != nil {
		return err
	}
	var taken series[usage]
	file := filepath.Join(dir, snapshotFile)
	for round := range o.rounds {
		fmt.Fprintf(progress, "%s people: round %d of %d\n", thousands(o.people), round+1, o.rounds)
		for _, q := range questions {
			u, _, err := spend(ctx, dir, self, "ask", "-file", file, "-query", q.query)
			if err != nil {
				return fmt.Errorf("%s: %w", q.name, err)
			}
			taken.add(q.name, u)
		}
	}
	size, err := treeSize(file)
	if err != nil {
		return err
	}
	text := o.table(taken, size)
	if _, err := io.WriteString(out, text); err != nil || o.document == "" {
		return err
	}
	document, err := os.ReadFile(o.document)
	if err != nil {
		return err
	}
	section := fmt.Sprintf("Measured on %s by\n\n```\n%s\n```\n\n%s", time.Now().UTC().Format(time.DateOnly), o.command, text)
	written, err := between(string(document), section, viewsStart, viewsEnd)
	if err != nil {
		return fmt.Errorf("%s: %w", o.document, err)
	}
	return durable.WriteFile(o.document, []byte(written), 0o644)
}

func (o viewOptions) table(taken series[usage], size int64) string {
	rows := [][]string{{"", "seconds", "CPU seconds", "peak MB"}}
	for _, name := range taken.names {
		list := taken.values[name]
		peak := "?"
		if most := median(list, func(u usage) float64 { return float64(u.peak) }); most > 0 {
			peak = megabytes(int64(most))
		}
		rows = append(rows, []string{
			name, figure(median(list, func(u usage) float64 { return u.wall.Seconds() })),
			figure(median(list, func(u usage) float64 { return u.cpu.Seconds() })), peak,
		})
	}
	return fmt.Sprintf("%s contacts, a snapshot of %s MB; DuckDB %s, %s; %s, medians of %s.\n\n%s", thousands(o.people), megabytes(size),
		duckdb.EngineVersion(), runtime.Version(), words.Counted(runtime.NumCPU(), "processor", "processors"),
		words.Counted(o.rounds, "round", "rounds"), markdown(rows))
}

// ask asks a snapshot one thing, with the settings by which sync reads it, and has all rows
// of the answer; no query: what the data page shows.
func ask(ctx context.Context, file, query string) (err error) {
	w, err := duckdb.Open(ctx, file, duckdb.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	if query == "" {
		_, err := report.ReadData(ctx, w, "UTC")
		return err
	}
	conn, err := w.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	_, err = conn.ExecContext(ctx, "CREATE TEMP TABLE answer AS "+query)
	return err
}
