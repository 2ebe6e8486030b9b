package main

import (
	"context"
	"errors"
	"fmt"
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
			"the base URLs as a config snippet. It runs until interrupted.\n\n" +
			"Faults that pass hit --faults of the requests, lasting ones are on throughout; VENDOR/FAULT limits one to a vendor.\n" +
			"docs/simulator.md says what each does: " + strings.Join(faultNames(), ", "),
		Example: "  sync simulate\n  sync simulate --people 50000 --faults 0.2 --latency 20ms --port 9100\n" +
			"  sync simulate --fault audiencelab/overlapping-pages",
		Args: cobra.NoArgs,
	}
	worldFlags(c, &o)
	c.Flags().Float64Var(&o.Faults, "faults", 0, "share of answers that fail, 0 to 1")
	kinds := c.Flags().StringSlice("fault", nil, "only these faults, by name")
	c.Flags().DurationVar(&o.Latency, "latency", 0, "of every answer")
	port := c.Flags().Int("port", 0, "first of four ports; 0: any that are free")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if err := errors.Join(checkSimulation(o), between("port", *port, 0, 65536-len(simulate.Vendors()))); err != nil {
			return err
		}
		for _, kind := range *kinds {
			fault, known := simulate.FaultNamed(kind)
			if !known {
				return usage("--fault %q: want one of %s; VENDOR/FAULT limits it to one vendor", kind, strings.Join(faultNames(), ", "))
			}
			o.FaultKinds = append(o.FaultKinds, fault)
		}
		return a.serveSimulator(c.Context(), o, *port)
	}
	return c
}

// serveSimulator serves the vendors on the ports from the first on, or any, until
// the context ends.
func (a *app) serveSimulator(ctx context.Context, o simulate.Options, first int) error {
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
	fmt.Fprint(a.stdout, "version: 1\n"+s.ConfigSnippet(urls)+simulate.OrderingPipelines())
	a.say("serving since " + time.Now().Format(time.TimeOnly) + "; interrupt to stop")
	<-ctx.Done()
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
