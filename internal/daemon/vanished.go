package daemon

import (
	"context"
	"errors"

	"contactsync/internal/run"
)

// obstacle is what keeps every run from beginning, as far as the place of the warehouse
// tells: it has vanished, or cannot be reached; nil = nothing. The caller holds the mutex.
//
// Where the disk of the warehouse is gone, the note that there is one is gone with it; but a
// daemon that has seen the warehouse knows, and writes the note again, for every other process
// and for its own next start.
func (d *Daemon) obstacle() error {
	if d.runner.Config.Warehouse.InLake() { // a bucket may take long to answer; the run asks it
		return nil
	}
	ctx := context.Background() // a file answers at once
	begun, err := run.Begun(ctx, d.runner)
	if err == nil && !begun && !d.seen.IsZero() {
		if noteErr := run.NoteWarehouse(d.runner); noteErr != nil {
			return errors.Join(&run.VanishedError{Path: d.runner.Config.Warehouse.Path.Full}, noteErr)
		}
		_, err = run.Begun(ctx, d.runner)
	}
	return err
}

// unreachable says an obstacle to everybody: without the path, which is for those who
// may see the page.
func unreachable(obstacle error) string {
	if obstacle == nil {
		return ""
	}
	if _, vanished := errors.AsType[*run.VanishedError](obstacle); vanished {
		return "the warehouse has vanished: mount its disk or put a copy there, or begin a new one by `sync run --new`"
	}
	return "the warehouse cannot be reached"
}
