package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"contactsync/internal/simulate"

	"github.com/spf13/cobra"
)

func (a *app) simulate() *cobra.Command {
	var o simulate.Options
	c := &cobra.Command{
		Use:   "simulate",
		Short: "Serve the built-in simulator of the four vendors on loopback, for development",
		Long: "simulate serves each vendor on its own loopback port, with the documented paths at the root, and prints\n" +
			"the base URLs as a config snippet, or with --write puts config and .env into a folder. It runs until interrupted.\n\n" +
			"Faults that pass hit --faults of the requests, lasting ones are on throughout; VENDOR/FAULT limits one to a vendor.\n" +
			"docs/simulator.md says what each does: " + strings.Join(faultNames(), ", "),
		Example: "  sync simulate\n  sync simulate --write simulated\n  sync simulate --people 50000 --faults 0.2 --latency 20ms --port 9100\n" +
			"  sync simulate --fault audiencelab/overlapping-pages",
		Args: arguments(0, 0),
	}
	worldFlags(c, &o)
	c.Flags().Float64Var(&o.Faults, "faults", 0, "share of answers that fail, 0 to 1")
	kinds := c.Flags().StringSlice("fault", nil, "only these faults, by name")
	c.Flags().DurationVar(&o.Latency, "latency", 0, "of every answer")
	dir := c.Flags().String("write", "", "write pipelines.yaml and .env into this folder, not the config to stdout")
	port := c.Flags().Int("port", 0, "first of four ports; 0: any that are free")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if err := errors.Join(checkSimulation(o), between("port", *port, 0, 65536-len(simulate.Vendors()))); err != nil {
			return err
		}
		for _, kind := range *kinds {
			fault, known := simulate.FaultNamed(kind)
			if !known {
				_, name, found := strings.Cut(kind, "/")
				if !found {
					name = kind
				}
				return usage("--fault %q%s; want one of %s; VENDOR/FAULT limits it to one vendor",
					kind, didYouMean(name, faultNames()), strings.Join(faultNames(), ", "))
			}
			o.FaultKinds = append(o.FaultKinds, fault)
		}
		return a.serveSimulator(c.Context(), o, *port, *dir)
	}
	return c
}

// serveSimulator serves the vendors on the ports from the first on, or any, until
// the context ends. Their config goes into a folder, or to stdout.
func (a *app) serveSimulator(ctx context.Context, o simulate.Options, first int, dir string) error {
	ports := map[string]int{}
	for i, vendor := range simulate.Vendors() {
		if first > 0 {
			ports[vendor] = first + i
		}
	}
	s := simulate.New(o)
	urls, err := s.Start(ctx, ports)
	if err != nil {
		return err
	}
	defer s.Close()
	snippet := s.ConfigSnippet(urls) + simulate.OrderingPipelines()
	if dir == "" {
		fmt.Fprint(a.stdout, "version: 1\n"+snippet)
	} else if err := a.writeSimulated(dir, snippet); err != nil {
		return err
	}
	a.say("serving since " + time.Now().Format(time.TimeOnly) + "; interrupt to stop")
	<-ctx.Done()
	return nil
}

// writtenBySimulate begins a config that may be written anew: the ports are others each time.
const writtenBySimulate = "# Written by sync simulate"

// writeSimulated writes the config of a simulator into a folder.
func (a *app) writeSimulated(dir, snippet string) error {
	path := filepath.Join(dir, "pipelines.yaml")
	was, err := os.ReadFile(path)
	if err == nil && !strings.HasPrefix(string(was), writtenBySimulate) {
		return usage("%s is there and is not one of `sync simulate`: name another folder", path)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	const head = writtenBySimulate + `: vendors that are there while it runs, each time on other ports unless --port says which.
version: 1
warehouse:
  path: warehouse.duckdb
  snapshot: analytics.duckdb
`
	if err := writeDemoConfig(dir, head+snippet); err != nil {
		return err
	}
	a.say(fmt.Sprintf("wrote %s and its .env; in another terminal: `%s -c %s run`", path, a.typed(), path))
	return nil
}

// worldFlags gives a command the flags that shape the simulated people.
func worldFlags(c *cobra.Command, o *simulate.Options) {
	c.Flags().Uint64Var(&o.Seed, "seed", 1, "another seed, other people")
	c.Flags().IntVar(&o.People, "people", 5000, "people in the made-up universe")
}

// checkSimulation checks the flags that shape a simulator.
func checkSimulation(o simulate.Options) error {
	return errors.Join(atLeast("people", o.People, 1), between("faults", o.Faults, 0, 1), atLeast("latency", o.Latency, 0))
}

func faultNames() []string {
	var names []string
	for _, f := range simulate.Faults() {
		names = append(names, string(f))
	}
	return names
}
