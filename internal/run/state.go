package run

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"contactsync/internal/durable"
	"contactsync/load"
	"contactsync/load/lake"
)

// Heartbeat is what a running process says of itself, for `sync status`: the
// warehouse cannot be read while it writes.
type Heartbeat struct {
	PID       int        `json:"pid"`
	Host      string     `json:"host,omitempty"` // another machine, of whose progress nothing is known here
	Started   time.Time  `json:"started"`
	Updated   time.Time  `json:"updated"` // the heartbeat
	Pipelines []Progress `json:"pipelines"`
}

// beat is how often the state file is renewed.
const beat = 500 * time.Millisecond

// statePath is the state file beside the warehouse.
func (r *Runner) statePath() string { return r.Config.Warehouse.Path.Full + ".state.json" }

// postState keeps the state file until the returned function is called. It
// watches progress on its way to the display.
func (r *Runner) postState(ctx context.Context) (stop func()) {
	b := &board{path: r.statePath(), now: r.Now, heartbeat: Heartbeat{PID: os.Getpid(), Started: r.Now().UTC()}}
	show := r.Progress
	r.Progress = func(p Progress) { b.post(p); show(p) }
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var done sync.WaitGroup
	done.Go(func() {
		ticker := time.NewTicker(beat)
		defer ticker.Stop()
		for {
			b.write() // a state file that cannot be written costs only the display
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
		}
	})
	return func() {
		cancel()
		done.Wait()
		r.Progress = show
		_ = os.Remove(b.path)
	}
}

// board collects progress for the state file.
type board struct {
	path string
	now  func() time.Time

	mu        sync.Mutex
	heartbeat Heartbeat
}

func (b *board) post(p Progress) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := range b.heartbeat.Pipelines {
		if b.heartbeat.Pipelines[i].Pipeline == p.Pipeline {
			b.heartbeat.Pipelines[i] = p
			return
		}
	}
	b.heartbeat.Pipelines = append(b.heartbeat.Pipelines, p)
}

func (b *board) write() {
	b.mu.Lock()
	b.heartbeat.Updated = b.now().UTC()
	content, err := json.MarshalIndent(b.heartbeat, "", "  ")
	b.mu.Unlock()
	if err != nil {
		return
	}
	temporary := b.path + ".new"
	_ = os.Remove(temporary) // of a process that was killed
	f, err := durable.OpenOwn(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return
	}
	_, err = f.Write(append(content, '\n'))
	if errors.Join(err, f.Close()) == nil {
		_ = os.Rename(temporary, b.path) // not synced: of a dead machine it tells nothing
	}
}

// Heartbeat reads the state file; ok is false where no run is on.
func (r *Runner) Heartbeat() (h Heartbeat, ok bool, err error) {
	content, err := os.ReadFile(r.statePath())
	if errors.Is(err, fs.ErrNotExist) {
		return h, false, nil
	}
	if err == nil {
		err = json.Unmarshal(content, &h)
	}
	if err != nil {
		return h, false, fmt.Errorf("state file %s: %w", filepath.Base(r.statePath()), err)
	}
	return h, true, nil
}

// Running tells what the process that holds the warehouse's lock is doing; ok is
// false where none does, even if a killed one left its state file behind.
func Running(ctx context.Context, r *Runner) (h Heartbeat, ok bool, err error) {
	lock, err := load.AcquireShared(r.Config.Warehouse.Path.Full)
	if err == nil {
		if err = lock.Release(); err == nil && r.inLake() {
			return r.runningElsewhere(ctx)
		}
		return h, false, err
	}
	if _, held := errors.AsType[*load.LockedError](err); !held {
		return h, false, err
	}
	return r.Heartbeat()
}

// runningElsewhere tells who holds the lease of a warehouse that Spark holds. It is a
// process of another machine, or was one until some seconds ago.
func (r *Runner) runningElsewhere(ctx context.Context) (h Heartbeat, ok bool, err error) {
	holder, ok, err := lake.Holder(ctx, r.Lake())
	if err != nil || !ok {
		return h, false, err
	}
	return Heartbeat{PID: holder.PID, Host: holder.Host, Started: holder.Since}, true, nil
}
