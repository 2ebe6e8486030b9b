// Command train estimates shares of weights.txt, of which two records are weighed, from
// tables of people of which some stand in several times, slightly wrong:
//
//	go run ./internal/identity/train people.csv ...
//
// A table is CSV; its header names columns as source_contacts does (first_name,
// last_name, full_name, gender, age_range or the date of birth in it, city, region,
// postal_code, country, others being ignored), and household, if it is known. Each is
// trained by itself; the shares are the mean, weighted by the pairs found.
//
// It needs no truth. Pairs that agree in one trait are two mixed, those of one person and
// the others, and the mixture is estimated after Fellegi and Sunter by expectation and
// maximisation, from the traits beside that one. What it writes has the form of
// weights.txt: the shares for one person, for relatives (pairs of one household that are
// no person's) and for strangers, by pairs drawn at random.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	flag.Usage = func() { fmt.Fprintln(flag.CommandLine.Output(), "usage: train people.csv ...") }
	flag.Parse()
	if flag.NArg() == 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(os.Stdout, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "train:", err)
		os.Exit(1)
	}
}

func run(out io.Writer, paths []string) error {
	var all estimate
	for _, path := range paths {
		table, err := os.Open(path)
		if err != nil {
			return err
		}
		people, err := readPeople(table)
		table.Close()
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		e := train(people)
		if _, err := fmt.Fprintf(out, "# %s: %d records, %.0f pairs of one person, %.0f of relatives\n",
			path, len(people), e.same.pairs, e.relative.pairs); err != nil {
			return err
		}
		all.add(e)
	}
	return all.write(out)
}
