package run

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"contactsync/internal/durable"
	"contactsync/load/lake"
)

// A warehouse that has vanished, since its disk is not mounted or somebody removed it, must
// not be begun anew in silence: everything would be read and bought again. Beside a warehouse therefore lies a note that there is
// one, which whoever opens it to write leaves there. The note without the warehouse is what
// tells a vanished one from one that never was.

// note is the content of the note, for people.
type note struct {
	Begun time.Time `json:"warehouse_since"`
}

// notePath is the note beside a warehouse.
func notePath(warehouse string) string { return warehouse + ".begun.json" }

// VanishedError says that there was a warehouse, and there is none any more.
type VanishedError struct {
	Path  string
	Lake  bool      // it is kept by Spark
	Begun time.Time // zero: the note does not say it
}

func (e *VanishedError) Error() string {
	since := ""
	if !e.Begun.IsZero() {
		since = " (it was there since " + e.Begun.Format(time.DateOnly) + ")"
	}
	remedy := "mount its disk or put a copy there"
	if e.Lake {
		remedy = "nothing is stored there: look whether warehouse.bucket names the right place"
	}
	return fmt.Sprintf("warehouse %s has vanished%s: %s; or begin a new one by `sync run --new`, "+
		"which reads and buys everything again", e.Path, since, remedy)
}

// NoneError says that there is no warehouse yet, where there is nothing to do without one.
type NoneError struct{ Path string }

func (e *NoneError) Error() string {
	return fmt.Sprintf("warehouse %s: there is none yet; `sync run` creates it", e.Path)
}

// mustHaveBegun fails where there is no warehouse.
func mustHaveBegun(ctx context.Context, r *Runner) error {
	begun, err := Begun(ctx, r)
	if err == nil && !begun {
		return &NoneError{Path: r.Config.Warehouse.Place()}
	}
	return err
}

// Begun reports whether there is a warehouse. It fails with a [*VanishedError] where there
// was one, and otherwise where that cannot be told.
func Begun(ctx context.Context, r *Runner) (bool, error) {
	path := r.Config.Warehouse.Path.Full
	begun, err := r.isThere(ctx)
	if err != nil {
		return false, fmt.Errorf("warehouse: %w", err)
	}
	if begun {
		return true, nil
	}
	content, err := os.ReadFile(notePath(path))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("warehouse: %w", err)
	}
	var n note
	_ = json.Unmarshal(content, &n) // that it is there says enough
	return false, &VanishedError{Path: r.Config.Warehouse.Place(), Lake: r.inLake(), Begun: n.Begun.In(r.Config.Timezone)}
}

// isThere reports whether anything is stored where the warehouse is.
func (r *Runner) isThere(ctx context.Context) (bool, error) {
	if r.inLake() {
		return lake.Begun(ctx, r.Lake())
	}
	_, err := os.Stat(r.Config.Warehouse.Path.Full)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// NoteWarehouse notes that there is a warehouse, or was until now.
func NoteWarehouse(r *Runner) error {
	path := notePath(r.Config.Warehouse.Path.Full)
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	content, err := json.Marshal(note{r.Now().UTC().Truncate(time.Second)})
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("warehouse: %w", err)
	}
	if err := durable.WriteFile(path, append(content, '\n'), 0o600); err != nil {
		return fmt.Errorf("warehouse: %w", err)
	}
	return nil
}
