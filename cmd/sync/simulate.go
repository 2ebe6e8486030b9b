package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"contactsync/internal/simulate"

	"github.com/spf13/cobra"
)

func (a *app) simulate() *cobra.Command {
	var o simulate.Options
	var port int
	var kinds []string
	c := &cobra.Command{
		Use:   "simulate",
		Short: "Serve the built-in simulator of the four vendors on loopback, for development",
		Long: "simulate serves each vendor on its own loopback port, with the documented paths at the root, and prints\n" +
			"the base URLs as a config snippet. It runs until interrupted.",
		Example: "  sync simulate\n  sync simulate --people 50000 --faults 0.2 --latency 20ms --port 9100",
		Args:    cobra.NoArgs,
	}
	c.Flags().Uint64Var(&o.Seed, "seed", 1, "another seed, other people")
	c.Flags().IntVar(&o.People, "people", 5000, "people in the made-up universe")
	c.Flags().Float64Var(&o.Faults, "faults", 0, "share of answers that fail, 0 to 1")
	c.Flags().StringSliceVar(&kinds, "fault", nil, "only these faults; lasting ones are on throughout: "+strings.Join(faultNames(), ", "))
	c.Flags().DurationVar(&o.Latency, "latency", 0, "of every answer")
	c.Flags().IntVar(&port, "port", 0, "first of four ports; 0: any that are free")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if err := errors.Join(checkSimulation(o), between("port", port, 0, 65536-len(simulate.Vendors()))); err != nil {
			return err
		}
		for _, kind := range kinds {
			if !slices.Contains(faultNames(), kind) {
				return &exitError{exitUsage, fmt.Sprintf("--fault %q: want one of %s", kind, strings.Join(faultNames(), ", "))}
			}
			o.FaultKinds = append(o.FaultKinds, simulate.Fault(kind))
		}
		ports := map[string]int{}
		for i, vendor := range simulate.Vendors() {
			if port > 0 {
				ports[vendor] = port + i
			}
		}
		s := simulate.New(o)
		urls, err := s.Start(c.Context(), ports)
		if err != nil {
			return err
		}
		defer s.Close()
		fmt.Fprint(a.stdout, "version: 1\n"+s.ConfigSnippet(urls))
		a.say("serving since " + time.Now().Format(time.TimeOnly) + "; interrupt to stop")
		<-c.Context().Done()
		return nil
	}
	return c
}

func faultNames() []string {
	var names []string
	for _, f := range simulate.Faults() {
		names = append(names, string(f))
	}
	return names
}
