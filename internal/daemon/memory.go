package daemon

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"time"

	"contactsync/internal/durable"
	"contactsync/internal/run"
	"contactsync/load/lake"
)

// memory is what the daemon remembers from one start to the next: a small file
// next to the warehouse, which is closed between runs.
type memory struct {
	Callback  string                    `json:"callback"` // the secret part of the address that StatSocial calls back
	Pipelines map[string]pipelineMemory `json:"pipelines"`
	Exports   map[string]time.Time      `json:"exports,omitempty"`    // when each was last known to hold all there is
	Told      map[string]time.Time      `json:"told,omitempty"`       // by alerts: what and when
	SignedOut map[string]time.Time      `json:"signed_out,omitempty"` // sessions of browsers, by hash, and when they would have ended by themselves
	Revision  int64                     `json:"revision,omitempty"`   // grows whenever it is saved
}

type pipelineMemory struct {
	Since   time.Time `json:"since"`   // when the daemon first knew the pipeline
	Handled time.Time `json:"handled"` // fire times up to here are done with
	Paused  bool      `json:"paused,omitempty"`
}

// memoryPath is the daemon's file next to the warehouse.
func memoryPath(warehouse string) string { return warehouse + ".serve.json" }

// newMemory is the memory of a daemon that is new, with a secret for its callback.
func newMemory() memory { return memory{Callback: rand.Text(), Pipelines: map[string]pipelineMemory{}} }

// damagedError says that a memory cannot be read as one.
type damagedError struct {
	path string
	err  error
}

func (e *damagedError) Error() string {
	return fmt.Sprintf("the daemon's memory %s is damaged (%v); the next start of `sync serve` sets it aside", e.path, e.err)
}

func (e *damagedError) Unwrap() error { return e.err }

// recall reads the daemon's memory; a daemon that is new has none, and begins one.
func recall(path string) (memory, error) {
	m, err := readMemory(path)
	if errors.Is(err, fs.ErrNotExist) {
		m = newMemory()
		return m, m.save(path)
	}
	return m, err
}

func readMemory(path string) (memory, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return memory{}, fmt.Errorf("the daemon's memory: %w", err)
	}
	m, err := parseMemory(content)
	if err != nil {
		return memory{}, &damagedError{path, err}
	}
	return m, nil
}

func parseMemory(content []byte) (m memory, err error) {
	if err := json.Unmarshal(content, &m); err != nil {
		return m, err
	}
	if m.Callback == "" || m.Pipelines == nil {
		return m, errors.New("it lacks what every memory has")
	}
	return m, nil
}

// recoverMemory reads the daemon's memory. One that is damaged must not keep the daemon down: it is
// renamed, and a new one is begun; why tells what that costs.
func recoverMemory(path string) (m memory, why error, err error) {
	m, err = recall(path)
	damaged, ok := errors.AsType[*damagedError](err)
	if !ok {
		return m, nil, err
	}
	if err := os.Rename(path, aside(path)); err != nil {
		return m, nil, fmt.Errorf("the daemon's memory is damaged and cannot be set aside: %w", err)
	}
	m, err = recall(path)
	return m, fmt.Errorf("the daemon's memory was damaged (%w) and is set aside as %s: schedules count from now, nothing is paused, browsers must sign in "+
		"again, and StatSocial's callback has a new path (sync serve --callback-path)", damaged.err, aside(path)), err
}

// aside is where a damaged memory goes.
func aside(path string) string { return path + ".damaged" }

// save writes the memory, whole or not at all.
func (m memory) save(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("the daemon's memory: %w", err)
	}
	content, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	if err := durable.WriteFile(path, append(content, '\n'), 0o600); err != nil {
		return fmt.Errorf("the daemon's memory: %w", err)
	}
	return nil
}

// Told is what alerts have told and when, by this daemon or one before it.
func (d *Daemon) Told() map[string]time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return maps.Clone(d.memory.Told)
}

// KeepTold remembers what alerts have told.
func (d *Daemon) KeepTold(told map[string]time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.memory.Told = maps.Clone(told)
	d.store()
}

// CallbackSecret is the secret part of the address /callbacks/statsocial/SECRET;
// it stays the same for a warehouse.
func CallbackSecret(ctx context.Context, r *run.Runner) (string, error) {
	left, err := bringMemory(ctx, r)
	if err != nil {
		return "", err
	}
	m, err := recall(memoryPath(r.Config.Warehouse.Path.Full))
	if err == nil && !left && r.Config.Warehouse.InLake() { // so that a daemon on another machine has the same
		var content []byte
		if content, err = json.Marshal(m); err == nil {
			err = lake.Remember(ctx, r.Lake(), content)
		}
	}
	return m.Callback, err
}
