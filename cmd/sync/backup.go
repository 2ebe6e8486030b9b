package main

import (
	"context"
	"fmt"
	"os"

	"contactsync/internal/recovery"
	"contactsync/internal/run"

	"github.com/spf13/cobra"
)

func (a *app) backup() *cobra.Command {
	c := &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the warehouse, whole, while nothing writes it",
		Long: "backup copies the warehouse with all that was committed to a file that only you can read. It waits for no run\n" +
			"unless told to (--wait), and replaces a file only after asking, or with -y. What must stay out lies beside the\n" +
			"warehouse as hashes (warehouse.duckdb.suppressions): keep a copy of that, too, for when the disk is lost.\n" +
			"See docs/durability.md.",
		Example: "  sync backup /backups/warehouse-$(date +%F).duckdb\n  sync backup -y --wait /backups/warehouse.duckdb",
		Args:    arguments(1, 1),
	}
	yes := c.Flags().BoolP("yes", "y", false, "replace a file that is there without asking")
	wait := waitFlag(c)
	return a.withRunner(c, func(ctx context.Context, r *run.Runner, args []string) error {
		replace := *yes
		if _, err := os.Lstat(args[0]); err == nil && !replace && isTerminal(a.stdin) {
			if replace = a.confirm(args[0] + " is there already; replace it?"); !replace {
				return usage("nothing was written")
			}
		}
		if err := recovery.Backup(ctx, r, args[0], replace, *wait); err != nil {
			return err
		}
		size := int64(0)
		if info, err := os.Stat(args[0]); err == nil {
			size = info.Size()
		}
		a.say(fmt.Sprintf("backup %s (%d bytes)", args[0], size), "path", args[0], "bytes", size)
		return nil
	})
}
