package main

import (
	"contactsync/internal/replay"

	"github.com/spf13/cobra"
)

func (a *app) replay() *cobra.Command {
	var wait bool
	c := &cobra.Command{
		Use:   "replay [PIPELINE...]",
		Short: "Normalise stored payloads again, without calling any vendor",
		Long: "replay normalises the stored payloads of the named pipelines again, all if none is named: the rows are as if\n" +
			"everything had been fetched now. Use it after an update of sync, or after adding drop_fields. Rows that come\n" +
			"out the same are left alone.",
		Example:           "  sync replay\n  sync replay site-visitors",
		ValidArgsFunction: a.completePipelines,
	}
	c.Flags().BoolVar(&wait, "wait", false, "wait while another process writes the warehouse")
	format := outputFlag(c)
	c.RunE = func(c *cobra.Command, names []string) error {
		r, err := a.runner(a.logger(false))
		if err != nil {
			return err
		}
		report, err := replay.Stored(c.Context(), r, names, wait)
		if err == nil && len(report.Runs) == 0 {
			a.say("no payloads are stored")
		}
		return a.reportReplay(report, err, *format)
	}
	return c
}
