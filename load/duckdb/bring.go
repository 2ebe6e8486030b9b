package duckdb

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"contactsync/load/duckdb/resident"
	"contactsync/load/duckdb/rowio"
)

// Bring has whole tables of the lake in the file, for who reads them; of none named, all. A
// warehouse that is kept in its file has them.
func Bring(ctx context.Context, w *Warehouse, tables ...string) error {
	return w.need(ctx, tables...)
}

// need brings tables for who reads them next.
func (w *file) need(ctx context.Context, tables ...string) error {
	if w.store == nil {
		return nil
	}
	w.bringing.Lock()
	defer w.bringing.Unlock()
	var missing []string
	for _, t := range resident.Tables() {
		if wanted := len(tables) == 0 || slices.Contains(tables, t.Name); wanted && !w.brought[t.Name] {
			missing = append(missing, t.Name)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	conn, err := w.db.Conn(ctx) // the other may be in a transaction of many batches
	if err != nil {
		return err
	}
	defer conn.Close()
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it does nothing
	rows := resident.New(w.store, spillDir(w.path), tx)
	if err := rows.All(ctx, missing...); err != nil {
		return fmt.Errorf("warehouse: %w", rowio.Short(err))
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("warehouse: %w", rowio.Short(err))
	}
	if w.brought == nil {
		w.brought = map[string]bool{}
	}
	for _, t := range missing {
		w.brought[t] = true
	}
	return nil
}

// putBack empties the tables that were brought, but for new records that wait for a merge. Its
// caller holds bringing.
func (w *file) putBack(ctx context.Context, tx *sql.Tx) error {
	for table := range w.brought {
		query := "DELETE FROM " + table
		if slices.Contains(arrivalTables, table) {
			query += " t WHERE NOT EXISTS (FROM etl.staged_new n WHERE n.source = t.source AND n.source_id = t.source_id)"
		}
		if _, err := tx.ExecContext(ctx, query); err != nil {
			return err
		}
	}
	return nil
}

// arrivalTables are those into which batches write new records ([load.Batch.New]).
var arrivalTables = []string{"etl.records", "etl.versions", "etl.identifiers"}

// look runs do in a transaction that leaves nothing behind, with the rows of the lake that
// it asks for. Its caller holds the lock.
func (w *file) look(ctx context.Context, do func(ctx context.Context, rows *resident.Rows) error) error {
	if w.store == nil {
		return do(ctx, nil)
	}
	tx, err := w.beginTx(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // that is what it is for
	w.bringing.Lock()
	defer w.bringing.Unlock()
	if err := w.putBack(ctx, tx); err != nil {
		return err
	}
	return do(ctx, resident.New(w.store, spillDir(w.path), tx))
}

// lookAtAll is [file.look] with everything there.
func (w *file) lookAtAll(ctx context.Context, do func(ctx context.Context) error) error {
	return w.look(ctx, func(ctx context.Context, rows *resident.Rows) error {
		if err := rows.All(ctx); err != nil {
			return err
		}
		return do(ctx)
	})
}

// storedElsewhere is how many rows of a table lie in the lake and were not brought.
func (w *file) storedElsewhere(table string) int64 {
	if w.store == nil {
		return 0
	}
	w.bringing.Lock()
	defer w.bringing.Unlock()
	if w.brought[table] {
		return 0
	}
	return w.store.Stored(table)
}

// StagedRows is how many versions of a pipeline wait for a merge. Where nearly nothing changed it is
// who was listed that counts: five of those take what a version does.
func StagedRows(ctx context.Context, w *Warehouse, pipeline string) (rows int64, err error) {
	const query = `SELECT greatest(
		(SELECT count(*) FROM etl.staged_versions WHERE pipeline = $1) + (SELECT count(*) FROM etl.staged_new WHERE pipeline = $1),
		(SELECT count(*) FROM etl.staged_seen WHERE pipeline = $1) // 5)`
	err = w.db.QueryRowContext(ctx, query, pipeline).Scan(&rows)
	return rows, err
}
