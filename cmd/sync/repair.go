package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"contactsync/internal/recovery"
	"contactsync/internal/run"
	"contactsync/internal/words"

	"github.com/spf13/cobra"
)

func (a *app) repair() *cobra.Command {
	c := &cobra.Command{
		Use:   "repair",
		Short: "Mend a damaged log of the warehouse, and say what is lost",
		Long: "repair reads the warehouse and its log through. A log that ends in zeros, as after a power cut, is cut before\n" +
			"them; of one that is damaged, a copy is set aside and all that was committed before the damage is kept. It says\n" +
			"which runs lost something and whether a page may be bought again. From an older copy that somebody put in the\n" +
			"warehouse's place it erases who was forgotten since. A healthy warehouse stays as it is. See docs/durability.md.",
		Example: "  sync repair",
		Args:    arguments(0, 0),
	}
	wait := waitFlag(c)
	return a.withRunner(c, func(ctx context.Context, r *run.Runner, _ []string) error {
		done, err := recovery.Repair(ctx, r, *wait)
		if err != nil {
			return err
		}
		if done.Healthy() {
			a.say("the warehouse is healthy: every row of it can be read; nothing was changed")
			return nil
		}
		a.sayRepaired(done)
		return nil
	})
}

// sayRepaired tells what was wrong, what is lost and what that costs.
func (a *app) sayRepaired(done recovery.Repaired) {
	switch {
	case done.Checkpoint:
		const text = "the log could not be used (%d bytes): it lies at %s, and the warehouse goes on from its last checkpoint"
		a.say(fmt.Sprintf(text, done.Lost, done.Aside))
	case done.Aside != "":
		const text = "the log was damaged: its last %d bytes were cut off, and what was committed before them is kept; a copy of it lies at %s"
		a.say(fmt.Sprintf(text, done.Lost, done.Aside))
	case done.Zeros > 0:
		a.say(fmt.Sprintf("the log ended in %d zeros, which were cut off; at most the commit under way is lost", done.Zeros))
	}
	for _, l := range done.Runs {
		of := ""
		if l.Pipeline != "" {
			of = " of " + l.Pipeline
		}
		const text = "run %s%s, which began at %s: what it committed last is lost, and is asked for again"
		a.say(fmt.Sprintf(text, l.ID, of, l.Began().Format(time.DateTime)), "run", l.ID)
	}
	if done.Process != nil {
		a.say("the process that died was at: " + describeProcess(*done.Process))
	}
	if len(done.Paid) > 0 {
		const text = "what is lost may be bought again, and its credits do not count against max_credits_per_month: " +
			"compare with the vendor's own count"
		a.caution(strings.Join(done.Paid, ", "), text, "pipelines", done.Paid)
	}
	if done.Overdue > 0 {
		suppressions := words.Counted(done.Overdue, "suppression was", "suppressions were")
		a.say(fmt.Sprintf("the warehouse was an older copy: %s applied, and whoever they name is erased", suppressions))
	}
}

// describeProcess is what a killed process said last.
func describeProcess(h run.Heartbeat) string {
	parts := make([]string, len(h.Pipelines))
	for i, p := range h.Pipelines {
		parts[i] = fmt.Sprintf("%s (%s, %d credits)", p.Pipeline, words.Counted(p.Pages, "page", "pages"), p.Credits)
	}
	if len(parts) == 0 {
		return "no pipeline"
	}
	return strings.Join(parts, ", ")
}
