package run

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"contactsync/internal/config"
	"contactsync/internal/durable"
)

// When each export was last known to hold all there is stands in a file beside the
// warehouse, since many write exports: the daemon, a run or `sync export` by hand, an
// erasure. Whoever writes it holds the warehouse's lock.

func freshPath(c *config.Config) string { return c.Warehouse.Path.Full + ".exports.json" }

// Fresh tells when each export of the config was last written, or found to lack nothing, by
// whomever; what the caller remembers counts, too. One that never was, or that somebody
// removed since, is not in it.
func Fresh(c *config.Config, remembered map[string]time.Time) map[string]time.Time {
	noted, fresh := readFresh(c), map[string]time.Time{}
	for _, e := range c.Exports {
		at := noted[e.Name]
		if remembered[e.Name].After(at) {
			at = remembered[e.Name]
		}
		if !at.IsZero() && !missing(e) {
			fresh[e.Name] = at
		}
	}
	return fresh
}

// readFresh reads the file. One that cannot be read knows of none: it is written anew by
// whoever writes an export next.
func readFresh(c *config.Config) map[string]time.Time {
	noted := map[string]time.Time{}
	content, err := os.ReadFile(freshPath(c))
	if err != nil || json.Unmarshal(content, &noted) != nil || noted == nil {
		return map[string]time.Time{}
	}
	return noted
}

// missing reports whether there is nothing at the path of an export to a folder.
func missing(e config.Export) bool {
	if e.Path.Remote() {
		return false
	}
	_, err := os.Stat(e.Path.Full)
	return errors.Is(err, fs.ErrNotExist)
}

// noteFresh notes that these exports hold all there is now, and that those do not.
func noteFresh(r *Runner, current, lost []string) error {
	if len(current)+len(lost) == 0 {
		return nil
	}
	known := Fresh(r.Config, nil) // without those that the config names no more
	for _, name := range current {
		known[name] = r.Now().UTC()
	}
	for _, name := range lost {
		delete(known, name)
	}
	content, err := json.MarshalIndent(known, "", "  ")
	if err != nil {
		return err
	}
	if err := durable.WriteFile(freshPath(r.Config), append(content, '\n'), 0o600); err != nil {
		return fmt.Errorf("how fresh the exports are cannot be noted: %w", err)
	}
	return nil
}
