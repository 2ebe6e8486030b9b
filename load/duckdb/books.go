package duckdb

import (
	"context"
	"fmt"
	"strings"
	"time"

	"contactsync/load"
	"contactsync/load/duckdb/layout"
	"contactsync/load/duckdb/resident"
	"contactsync/load/duckdb/rowio"
	"contactsync/load/duckdb/standing"
	"contactsync/schema"
)

// writeBooks writes all that is in no table of the lake into a new file. What batches have
// staged since the books were written last is in these batches.
func (w *file) writeBooks(ctx context.Context, path string, staged bool) error {
	if err := writeBlank(path); err != nil {
		return err
	}
	statements := []string{
		fmt.Sprintf("ATTACH %s AS books", rowio.QuoteText(path)), "BEGIN",
		"UPDATE books.etl.meta SET rules = (SELECT rules FROM etl.meta)",
	}
	for _, t := range layout.Tables() {
		if resident.IsResident(t.Name) {
			continue
		}
		where := ""
		if strings.HasPrefix(t.Name, "etl.staged_") && !staged {
			where = fmt.Sprintf(" WHERE seq <= %d", w.booked)
		}
		name := t.Name
		if !strings.Contains(name, ".") {
			name = "main." + name
		}
		statements = append(statements, fmt.Sprintf("INSERT INTO books.%s BY NAME FROM %s%s", name, t.Name, where))
	}
	err := execute(ctx, w.conn, append(statements, "COMMIT", "CHECKPOINT books")...)
	if err != nil {
		_, _ = w.conn.ExecContext(ctx, "ROLLBACK") // there is none if the first statement failed
	}
	if detachErr := execute(ctx, w.conn, "DETACH books"); err == nil {
		err = detachErr
	}
	return err
}

// keepIn has the warehouse kept in a store from now on, of which the file has the books, and
// takes in what the store has beside them.
func (w *file) keepIn(ctx context.Context, s Store) error {
	w.store, w.booked = s, w.seq
	w.standing = standing.New(w.db, s, spillDir(w.path))
	if err := w.feeds.Open(ctx, w.batchFrames(load.Batch{}, true)...); err != nil {
		return err
	}
	w.batched = true
	return s.Batches(ctx, func(b load.Batch, at time.Time, onlyStaged bool) error {
		tx, err := w.beginTx(ctx)
		if err != nil {
			return err
		}
		defer tx.Rollback() //nolint:errcheck // after Commit it does nothing
		if onlyStaged {
			b = load.Batch{
				Run: b.Run, Versions: b.Versions, New: b.New, Matches: b.Matches, Events: b.Events, Audiences: b.Audiences,
				Seen: b.Seen, Sweeps: b.Sweeps, Days: b.Days, GoneMatches: b.GoneMatches, GoneEvents: b.GoneEvents,
			}
			err = w.insert(ctx, tx, w.batchFrames(b, false))
		} else {
			err = w.add(ctx, tx, b, at)
		}
		if err != nil {
			return err
		}
		return tx.Commit()
	})
}

// bookTables reads them by the connection of the file, for who holds the lock.
type bookTables struct{ *file }

func (b bookTables) Digest(ctx context.Context, table string) (digest string, err error) {
	err = b.conn.QueryRowContext(ctx, "SELECT count(*) || ' ' || coalesce(sum(hash(t)), 0) FROM "+table+" t").Scan(&digest)
	return digest, err
}

func (b bookTables) Copy(ctx context.Context, t schema.TableInfo, path string) error {
	return execute(ctx, b.conn, fmt.Sprintf("COPY (SELECT %s FROM %s) TO %s (FORMAT parquet, COMPRESSION zstd)",
		resident.Values(t), t.Name, rowio.QuoteText(path)))
}
