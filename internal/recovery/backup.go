// Package recovery is what is done about loss and damage: `sync backup`, `sync restore`
// and `sync repair`. It never brings back who was erased: what must stay out is beside
// the warehouse ([load.Journal]), and is applied to whatever takes its place.
package recovery

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"contactsync/internal/run"
	"contactsync/load/export"
)

// ExistsError says that something lies where a backup is to be written.
type ExistsError struct{ Path string }

func (e *ExistsError) Error() string {
	return fmt.Sprintf("%s is there already; name another file, or say -y to replace it", e.Path)
}

// Backup copies the warehouse to file, whole and with all that was committed, while
// nothing writes it. It replaces what is there only if told to.
func Backup(ctx context.Context, r *run.Runner, file string, replace, wait bool) error {
	if err := run.OnlyFile(r, "backup"); err != nil {
		return err
	}
	if _, err := os.Lstat(file); err == nil && !replace {
		return &ExistsError{file}
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	warehouse := r.Config.Warehouse.Path.Full
	if _, err := os.Stat(warehouse); err != nil {
		return missing(warehouse, err)
	}
	return r.Within(ctx, wait, func(s *run.Session) error {
		if err := s.Close(); err != nil { // writes the log into the file
			return err
		}
		return export.Backup(ctx, warehouse, file)
	})
}

// missing says that there is no warehouse.
func missing(path string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("warehouse %s: there is none yet; `sync run` creates it, `sync restore` brings one back", path)
	}
	return fmt.Errorf("warehouse: %w", err)
}
