package main

import (
	"context"
	"fmt"

	"contactsync/internal/recovery"
	"contactsync/internal/run"
	"contactsync/internal/words"

	"github.com/spf13/cobra"
)

func (a *app) restore() *cobra.Command {
	c := &cobra.Command{
		Use:   "restore FILE",
		Short: "Put a backup, or the snapshot, in the place of the warehouse",
		Long: "restore copies a file that `sync backup` wrote, or the snapshot, reads it through, erases from the copy whoever\n" +
			"was forgotten or has opted out since, and only then puts it in the warehouse's place. The warehouse of before is\n" +
			"set aside, under a name that it prints: remove that when you no longer need it. The next run goes on from where\n" +
			"the copy stood, and writes snapshot and exports anew; pages that were bought since are bought again.\n" +
			"See docs/durability.md.",
		Example: "  sync restore /backups/warehouse-2026-11-02.duckdb\n  sync restore -y analytics.duckdb",
		Args:    arguments(1, 1),
	}
	yes := c.Flags().BoolP("yes", "y", false, "do not ask")
	wait := waitFlag(c)
	return a.withRunner(c, func(ctx context.Context, r *run.Runner, args []string) error {
		const consequence = " in the place of the warehouse? What was read since is read again, and what was bought is bought again."
		if !*yes && !a.confirm("put "+args[0]+consequence) {
			return usage("nothing was restored")
		}
		done, err := recovery.Restore(ctx, r, args[0], *wait)
		if err != nil {
			return err
		}
		if done.Unread != nil {
			const text = "the warehouse of before could not be asked who must stay out, so only the journal %s was; " +
				"it has everything since the first run of this version"
			a.caution(a.called(), fmt.Sprintf(text, run.Journal(r).Path()))
		}
		if done.Overdue > 0 {
			text := fmt.Sprintf("%s were missing in it; erased %s", words.Counted(done.Overdue, "suppression", "suppressions"), extent(done.Erased))
			a.say(text, "suppressions", done.Overdue)
		}
		a.sayOverridden(done.Erased)
		if done.Aside != "" {
			const text = "the warehouse of before lies at %s; remove it when you no longer need it: `sync forget` does not reach it"
			a.say(fmt.Sprintf(text, done.Aside), "aside", done.Aside)
		}
		a.say("restored; snapshot and exports are as they were until the next run, which writes them anew")
		return nil
	})
}
