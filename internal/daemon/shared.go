package daemon

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"contactsync/internal/run"
	"contactsync/load/lake"
)

// Of a warehouse that Spark holds, any machine may run the daemon: what it remembers lies in
// the bucket, too, and the file of this machine is what it works with.

// arriving is how long a daemon that begins may ask the bucket, and parting how long one that
// ends, which has nine seconds for all, may write there.
const (
	arriving = time.Minute
	parting  = 1500 * time.Millisecond
)

// bringMemory takes what another daemon has left in the bucket, if this machine has nothing, or
// something older, or what it has is damaged. It reports whether there is anything in the
// bucket. Where that cannot be told no daemon begins, which could run nothing, either: what
// it has may be out of date.
func bringMemory(ctx context.Context, r *run.Runner) (left bool, err error) {
	if !r.Config.Warehouse.InLake() {
		return false, nil
	}
	ctx, cancel := context.WithTimeout(ctx, arriving)
	defer cancel()
	content, err := lake.Remembered(ctx, r.Lake())
	if err != nil {
		return false, fmt.Errorf("what the last daemon remembered: %w", err)
	}
	if content == nil {
		return false, nil
	}
	there, err := parseMemory(content)
	if err != nil {
		r.Log.Error("what the last daemon left in the bucket is damaged, and will be replaced", "error", err)
		return false, nil
	}
	path := memoryPath(r.Config.Warehouse.Path.Full)
	here, err := readMemory(path)
	damaged, isDamaged := errors.AsType[*damagedError](err)
	switch {
	case isDamaged:
		if err := os.Rename(path, aside(path)); err != nil {
			return true, err
		}
		r.Log.Error("the memory of this machine is set aside, and taken from the bucket", "cause", damaged.err, "aside", aside(path))
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return true, err
	case there.Revision <= here.Revision:
		return true, nil
	}
	return true, there.save(path)
}

// share leaves what the daemon remembers in the bucket whenever it has changed.
func (d *Daemon) share(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-d.unshared:
		}
		err := d.leave(ctx)
		if err == nil {
			continue
		}
		poke(d.unshared) // for the next try, or shareLast
		if ctx.Err() == nil {
			d.warnUnshared(err, "it is kept on this machine, and tried again")
		}
		timer := time.NewTimer(tick)
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
		timer.Stop()
	}
}

// shareLast leaves there what changed while the last runs ended.
func (d *Daemon) shareLast() {
	select {
	case <-d.unshared:
	default:
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), parting)
	defer cancel()
	if err := d.leave(ctx); err != nil {
		d.warnUnshared(err, "only a daemon on this machine goes on with it")
	}
}

func (d *Daemon) leave(ctx context.Context) error {
	d.mu.Lock()
	content, err := json.Marshal(d.memory)
	r := d.runner
	d.mu.Unlock()
	if err != nil {
		return err
	}
	return lake.Remember(ctx, r.Lake(), content)
}

func (d *Daemon) warnUnshared(err error, then string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.runner.Log.Warn("what the daemon remembers could not be left in the bucket; "+then, "error", err)
}
