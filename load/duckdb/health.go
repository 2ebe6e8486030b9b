package duckdb

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"contactsync/load"
	"contactsync/load/duckdb/disk"
	"contactsync/load/duckdb/rowio"
)

const (
	mendIt    = "`sync repair` mends it and says what is lost"
	restoreIt = "if another program has it open, close that; if the file is damaged, restore a backup or the snapshot (docs/durability.md)"
)

// sound looks at the file and its log before DuckDB does, which would call a damaged log
// what it is in most cases only, and in one of them drop what was committed in silence.
func sound(path string) error {
	err := disk.Examine(path)
	if not, ok := errors.AsType[*disk.NotOursError](err); ok {
		return &load.DamagedError{Path: path, What: not.Why, Next: not.Next, Cause: err}
	}
	if err != nil {
		return fmt.Errorf("warehouse: %w", err)
	}
	log, err := disk.ReadLog(path)
	if err != nil {
		return fmt.Errorf("warehouse: %w", err)
	}
	switch log.State {
	case disk.Zeros:
		const what = "its log %s ends in %d zeros, as after a power cut; at most the commit under way is lost"
		return &load.DamagedError{Path: path, What: fmt.Sprintf(what, log.Path, log.Size-log.Entries), Next: mendIt}
	case disk.Damaged:
		const what = "its log %s is damaged from byte %d of %d on, so what was committed there is lost; the file is not concerned"
		return &load.DamagedError{Path: path, What: fmt.Sprintf(what, log.Path, log.Entries, log.Size), Next: mendIt}
	}
	return nil
}

// unopened is what kept DuckDB from opening a file that looks like its own. It does not
// tell apart that another program has it open, and that it is damaged.
func unopened(path string, err error) error {
	short := rowio.Short(err)
	if _, engine := errors.AsType[*load.EngineError](short); !engine {
		return fmt.Errorf("warehouse %s: %w", path, short)
	}
	return &load.DamagedError{Path: path, What: short.Error(), Next: restoreIt, Cause: short}
}

// tooMany are the tables of which a row must be there once, with what makes it one. A log
// that is replayed though it is in the file already makes two of each.
var tooMany = map[string]string{
	"etl.runs": "run_id", "etl.records": "source, source_id", "etl.people": "source, source_id",
	"etl.checkpoints": "pipeline, partition", "etl.contacts": "contact_id",
}

// Verify reads every row of every table of the warehouse at path, whatever its layout,
// with its log, and changes nothing. It fails on what DuckDB cannot read, on what is no
// warehouse of ours, and on rows that are there twice. The caller holds the [load.Lock].
func Verify(ctx context.Context, path string, o Options) error {
	if err := sound(path); err != nil {
		return err
	}
	o.ReadOnly = true
	w, err := attach(ctx, path, o)
	if err != nil {
		return unopened(path, err)
	}
	if err := w.verify(ctx); err != nil {
		err = fmt.Errorf("warehouse %s: %w; restore a backup or the snapshot (docs/durability.md)", path, err)
		return errors.Join(err, w.Close())
	}
	return w.Close()
}

func (w *Warehouse) verify(ctx context.Context) error {
	if _, err := w.version(ctx); err != nil {
		return err
	}
	tables, err := rowio.Texts(ctx, w, "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE NOT internal ORDER BY ALL")
	if err != nil {
		return rowio.Short(err)
	}
	for _, table := range tables {
		var sum any // of every value, so that every block is read, whose checksum DuckDB compares
		if err := w.conn.QueryRowContext(ctx, "SELECT bit_xor(hash(t)) FROM "+table+" t").Scan(&sum); err != nil {
			return fmt.Errorf("%s cannot be read: %w", table, rowio.Short(err))
		}
		if key := tooMany[table]; key != "" {
			if err := w.once(ctx, table, key); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *Warehouse) once(ctx context.Context, table, key string) error {
	var twice int64
	query := fmt.Sprintf("SELECT count(*) FROM (SELECT 1 FROM %s GROUP BY %s HAVING count(*) > 1)", table, key)
	if err := w.conn.QueryRowContext(ctx, query).Scan(&twice); err != nil {
		return fmt.Errorf("%s cannot be read: %w", table, rowio.Short(err))
	}
	if twice > 0 {
		return fmt.Errorf("%s has %d rows more than once by %s", table, twice, strings.ReplaceAll(key, ", ", " and "))
	}
	return nil
}
