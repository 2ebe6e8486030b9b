package main

import (
	"cmp"
	"errors"
	"fmt"

	"contactsync/internal/simulate"
)

// between holds the value of a flag to a range.
func between[T cmp.Ordered](flag string, value, least, most T) error {
	if value >= least && value <= most {
		return nil
	}
	return &exitError{exitUsage, fmt.Sprintf("--%s %v: want %v to %v", flag, value, least, most)}
}

// atLeast holds the value of a flag to a bound.
func atLeast[T cmp.Ordered](flag string, value, least T) error {
	if value >= least {
		return nil
	}
	return &exitError{exitUsage, fmt.Sprintf("--%s %v: want %v or more", flag, value, least)}
}

// checkSimulation checks the flags that shape a simulator.
func checkSimulation(o simulate.Options) error {
	return errors.Join(atLeast("people", o.People, 1), between("faults", o.Faults, 0, 1), atLeast("latency", o.Latency, 0))
}
