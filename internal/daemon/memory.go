package daemon

import (
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
)

// memory is what the daemon remembers from one start to the next: a small file
// next to the warehouse, which is closed between runs.
type memory struct {
	Callback  string                    `json:"callback"` // the secret part of the address that StatSocial calls back
	Pipelines map[string]pipelineMemory `json:"pipelines"`
	Told      map[string]time.Time      `json:"told,omitempty"` // by alerts: what and when
}

type pipelineMemory struct {
	Since   time.Time `json:"since"`   // when the daemon first knew the pipeline
	Handled time.Time `json:"handled"` // fire times up to here are done with
	Paused  bool      `json:"paused,omitempty"`
}

// memoryPath is the daemon's file next to the warehouse.
func memoryPath(warehouse string) string { return warehouse + ".serve.json" }

// recall reads the daemon's memory; a daemon that is new has none, and gets the
// secret of its callback.
func recall(path string) (memory, error) {
	m := memory{Callback: rand.Text(), Pipelines: map[string]pipelineMemory{}}
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return m, m.save(path)
	}
	if err != nil {
		return m, fmt.Errorf("the daemon's memory: %w", err)
	}
	if err := json.Unmarshal(content, &m); err != nil {
		return m, fmt.Errorf("the daemon's memory %s is damaged; remove it, and schedules count from now: %w", path, err)
	}
	return m, nil
}

// save writes the memory, whole or not at all.
func (m memory) save(path string) error {
	content, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("the daemon's memory: %w", err)
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
func CallbackSecret(warehouse string) (string, error) {
	m, err := recall(memoryPath(warehouse))
	return m.Callback, err
}
