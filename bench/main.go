// Command bench measures sync as its users see it: the built binary in a process of
// its own, against a fake vendor in another, whole nights with exports and snapshot.
// Beside it, in the same round, runs the floor: fetching the same pages and letting
// DuckDB read them. Figures are medians over rounds, ratios medians of each round's
// ratio to its floor, so a machine that is slow today is slow for both.
//
//	make bench                                            10,000 records
//	make bench BENCH_RECORDS=10000,100000,1000000         and their growth
//	make bench BENCH_WRITE=1                              into docs/performance.md
//	make bench BENCH_PEERS=1                              dlt and PyAirbyte as well
//	make bench BENCH_VIEWS=1000000                        the views for analysts instead, of so many people
//
// The program starts itself for the vendor, the floor and each question to the views:
//
//	bench vendor --records 5000      serve until stdin ends; the address on stdout
//	bench vendor --short             a few fields, and no file, however many records
//	bench floor --segment URL --dir DIR
//	bench universe --people 1000000 --dir DIR
//	bench ask --file SNAPSHOT --query "FROM hot_accounts"
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := command(ctx, os.Args[1:]); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// command runs the part of the program that its first argument names.
func command(ctx context.Context, args []string) error {
	name := ""
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		name, args = args[0], args[1:]
	}
	switch name {
	case "":
		o, err := parse(args)
		if err != nil {
			return err
		}
		return compare(ctx, o, os.Stdout, os.Stderr)
	case "vendor":
		flags := flag.NewFlagSet("vendor", flag.ContinueOnError)
		records := flags.Int("records", 10_000, "how many records the segment has")
		dir := flags.String("dir", "", "a directory for the records; default: a temporary one")
		short := flags.Bool("short", false, "serve the night \"short\" alone: a few fields, and no file, however many records there are")
		if err := flags.Parse(args); err != nil {
			return err
		}
		return serveVendor(*dir, *records, *short, os.Stdin, os.Stdout)
	case "floor":
		flags := flag.NewFlagSet("floor", flag.ContinueOnError)
		segment := flags.String("segment", "", "the address of the segment")
		pageSize := flags.Int("page-size", defaultPageSize, "records a page")
		dir := flags.String("dir", "", "a directory for the pages and the database")
		if err := flags.Parse(args); err != nil {
			return err
		}
		return floor(ctx, *segment, *pageSize, *dir)
	case "views":
		o, err := parseViews(args)
		if err != nil {
			return err
		}
		return views(ctx, o, os.Stdout, os.Stderr)
	case "universe":
		flags := flag.NewFlagSet("universe", flag.ContinueOnError)
		people := flags.Int("people", 1_000_000, "how many people the snapshot has")
		dir := flags.String("dir", "", "a directory for it")
		if err := flags.Parse(args); err != nil {
			return err
		}
		return universe(ctx, *people, *dir)
	case "ask":
		flags := flag.NewFlagSet("ask", flag.ContinueOnError)
		file := flags.String("file", "", "the snapshot")
		query := flags.String("query", "", "what to ask; default: what the data page shows")
		if err := flags.Parse(args); err != nil {
			return err
		}
		return ask(ctx, *file, *query)
	default:
		return fmt.Errorf("%q: want vendor, floor, views, universe, ask, or only flags", name)
	}
}

// defaultPageSize is that of sync, which is what AudienceLab documents.
const defaultPageSize = 100

// options say what is compared.
type options struct {
	binary   string // sync
	records  []int
	rounds   int
	pageSize int
	json     string // a file for the report; "": none
	document string // a document to write the report into; "": none
	peers    string // the directory with the programs of the peers; "": none
	dir      string // for the data
	command  string // how to ask for the same again
}

func parse(args []string) (o options, err error) {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.StringVar(&o.binary, "sync", "bin/sync", "the binary to measure")
	records := flags.String("records", "10000", "records of the segment; several numbers are measured in turn: 10000,100000")
	flags.IntVar(&o.rounds, "rounds", 3, "rounds, of which the medians are taken")
	flags.IntVar(&o.pageSize, "page-size", defaultPageSize, "records a page")
	flags.StringVar(&o.json, "json", "", "write the report as JSON to this file")
	flags.StringVar(&o.document, "write", "", "write the report into this document, between its markers")
	flags.StringVar(&o.peers, "peers", "", "run the peers of this directory as well: bench/peers")
	flags.StringVar(&o.dir, "dir", "", "a directory for the data, with room for ten times the JSON; default: the system's temporary one")
	flags.StringVar(&o.command, "command", "", "the command that the report shows; default: this one")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("%q: want flags only", flags.Arg(0))
	}
	for text := range strings.SplitSeq(*records, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || n < 1 {
			return o, fmt.Errorf("--records %q: want whole numbers of at least 1, with commas between", *records)
		}
		o.records = append(o.records, n)
	}
	if o.rounds < 1 || o.pageSize < 1 {
		return o, errors.New("--rounds and --page-size: want at least 1")
	}
	if o.command == "" {
		o.command = strings.Join(append([]string{"bench"}, args...), " ")
	}
	return o, nil
}

// compare measures all sizes in turn and reports.
func compare(ctx context.Context, o options, out, progress io.Writer) error {
	report, err := newReport(ctx, o)
	if err != nil {
		return err
	}
	for _, records := range o.records {
		result, err := measure(ctx, o, records, progress)
		if err != nil {
			return fmt.Errorf("%d records: %w", records, err)
		}
		report.Results = append(report.Results, result)
	}
	if _, err := io.WriteString(out, report.tables()); err != nil {
		return err
	}
	return errors.Join(report.writeJSON(o.json), report.writeInto(o.document))
}
