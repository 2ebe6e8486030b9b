package main

import (
	"cmp"
	"slices"
	"strings"

	"contactsync/schema"

	"github.com/spf13/cobra"
)

// formats are the values of --output.
var formats = []string{"table", "json", "csv"}

// outputFlag gives a command the flag -o.
func outputFlag(c *cobra.Command) *string { return outputFlagOf(c, formats) }

// outputFlagOf gives a command the flag -o with other formats, the first of which
// is the default. [checkOutput] refuses any other.
func outputFlagOf(c *cobra.Command, formats []string) *string {
	format := c.Flags().StringP("output", "o", formats[0], strings.Join(formats, ", "))
	c.Flags().Lookup("output").Annotations = map[string][]string{"formats": formats}
	complete := cobra.FixedCompletions(formats, cobra.ShellCompDirectiveNoFileComp)
	_ = c.RegisterFlagCompletionFunc("output", complete) // the flag exists
	return format
}

// checkOutput checks the flag -o of a command that has it.
func checkOutput(c *cobra.Command) error {
	flag := c.Flags().Lookup("output")
	if flag == nil || slices.Contains(flag.Annotations["formats"], flag.Value.String()) {
		return nil
	}
	known := flag.Annotations["formats"]
	last := len(known) - 1
	near := didYouMean(flag.Value.String(), known)
	return usage("--output %q: want %s or %s%s", flag.Value, strings.Join(known[:last], ", "), known[last], near)
}

// waitFlag gives a command the flag --wait.
func waitFlag(c *cobra.Command) *bool {
	return c.Flags().Bool("wait", false, "wait while another process writes the warehouse")
}

// limitFlag gives a command the flag --limit, of at least 1.
func limitFlag(c *cobra.Command, meaning string) *int {
	limit := c.Flags().Int("limit", 20, meaning)
	c.PreRunE = func(*cobra.Command, []string) error { return atLeast("limit", *limit, 1) }
	return limit
}

// between checks the value of a flag against a range.
func between[T cmp.Ordered](flag string, value, least, most T) error {
	if value >= least && value <= most {
		return nil
	}
	return usage("--%s %v: want %v to %v", flag, value, least, most)
}

// atLeast checks the value of a flag against a bound.
func atLeast[T cmp.Ordered](flag string, value, least T) error {
	if value >= least {
		return nil
	}
	return usage("--%s %v: want %v or more", flag, value, least)
}

// day reads a flag that names a day.
func day(flag, value string) (schema.Date, error) {
	if value == "" {
		return schema.Date{}, nil
	}
	d, err := schema.ParseDate(value)
	if err != nil {
		return d, usage("--%s %q: want a day as YYYY-MM-DD", flag, value)
	}
	return d, nil
}
