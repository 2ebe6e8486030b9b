package lake

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"sync"
	"time"

	"contactsync/internal/crash"
	"contactsync/load/duckdb"
	"contactsync/load/lake/bucket"
	"contactsync/load/lake/connect"
	"contactsync/load/lake/oplog"
	"contactsync/load/lake/view"
)

// How long what is not needed any more is kept, for who reads older snapshots.
const (
	maintainEvery = 20 * time.Hour // so that a nightly run always does
	keepSnapshots = 7 * 24 * time.Hour
	keepStrays    = 3 * 24 * time.Hour // files of no snapshot: Iceberg takes no less than a day
)

// Objects that say what is to be done, or when it was.
const (
	purgeKey    = "purge"    // what was erased may still lie in files, if the state is not that of this number any more
	maintainKey = "maintain" // when the tables were last maintained, RFC 3339
)

// Maintain shows the books to other readers and, once a day, keeps the tables quick to read:
// small files and those of which rows are gone are written anew, and what nobody needs is
// removed.
func (l *Lake) Maintain(ctx context.Context, books duckdb.BookTables) error {
	if l.writer == nil {
		return errReadOnly
	}
	if err := l.publish(ctx, true); err != nil { // which may have failed when it was to be
		return err
	}
	if err := l.clean(ctx, books); err != nil {
		return err
	}
	now := time.Now().UTC()
	last, err := l.bucket.Read(ctx, maintainKey)
	if errors.Is(err, bucket.ErrNotExist) { // the first night has nothing to tidy up
		return l.bucket.Write(ctx, maintainKey, []byte(now.Format(time.RFC3339)))
	}
	if at, err := time.Parse(time.RFC3339, string(last)); err == nil && now.Sub(at) < maintainEvery {
		return nil
	}
	if err := l.rewrite(ctx, "'min-input-files', '5'"); err != nil {
		return err
	}
	if err := l.expire(ctx, now.Add(-keepSnapshots)); err != nil {
		return err
	}
	if err := l.forEach(ctx, func(ctx context.Context, table string) error {
		return l.exec(ctx, fmt.Sprintf("CALL %s.system.remove_orphan_files(table => %s, older_than => %s)",
			connect.Quote(l.Catalog), connect.QuoteText(l.name(table)), timestamp(now.Add(-keepStrays))))
	}); err != nil {
		return err
	}
	if _, err := l.writer.RemoveOrphans(ctx, now.Add(-oplog.OrphanAge)); err != nil {
		return err
	}
	if _, err := l.writer.Prune(ctx, l.state.N, now.Add(-oplog.EntryAge)); err != nil {
		return err
	}
	return l.bucket.Write(ctx, maintainKey, []byte(now.Format(time.RFC3339)))
}

// clean shows the books and, if somebody was erased, removes that from every file: those of
// the tables that have rows which are gone are written anew, snapshots that had them go, and
// so does all that lies in the bucket and is not needed any more. Stopped half-way, the next
// who writes does it again. Nothing was appended since the books were written.
func (l *Lake) clean(ctx context.Context, books duckdb.BookTables) error {
	if err := l.show(ctx, books); err != nil {
		return err
	}
	crash.At(crash.LakeShown)
	if due, err := l.purgeIsDue(ctx); err != nil || !due {
		return err
	}
	if err := l.rewrite(ctx, "'delete-file-threshold', '1', 'remove-dangling-deletes', 'true'"); err != nil {
		return err
	}
	if err := l.expire(ctx, time.Now().UTC().Add(time.Hour)); err != nil {
		return err
	}
	crash.At(crash.LakeExpired)
	if _, err := l.writer.RemoveAllBut(ctx); err != nil {
		return err
	}
	return l.bucket.Delete(ctx, purgeKey)
}

// purgeIsDue reports whether what was erased may still lie in files.
func (l *Lake) purgeIsDue(ctx context.Context) (bool, error) {
	before, err := l.bucket.Read(ctx, purgeKey)
	if errors.Is(err, bucket.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if string(before) == strconv.FormatInt(l.state.N, 10) { // the erasure came to nothing
		return false, l.bucket.Delete(ctx, purgeKey)
	}
	return true, nil
}

func timestamp(t time.Time) string { return t.UTC().Format("TIMESTAMP '2006-01-02 15:04:05.000'") }

// forEach does something for every table that has a snapshot.
func (l *Lake) forEach(ctx context.Context, do func(ctx context.Context, table string) error) error {
	return l.each(ctx, len(tables), func(ctx context.Context, i int) error {
		if _, ok := l.snapshotOf(tables[i].Name); !ok {
			return nil
		}
		if err := do(ctx, tables[i].Name); err != nil {
			return fmt.Errorf("table %s: %w", l.full(tables[i].Name), err)
		}
		return nil
	})
}

// rewrite has files of the tables written anew, and the log name the snapshots that come of
// it. Nothing was appended since the books were written.
func (l *Lake) rewrite(ctx context.Context, options string) error {
	// What is written anew is main, which must be what the log says, whatever a hint tells.
	if err := l.publish(ctx, false); err != nil {
		return err
	}
	if len(l.batches) > 0 {
		return errors.New("batches wait that no books have") // the caller has not settled them
	}
	publish := maps.Clone(l.state.Publish)
	var mu sync.Mutex
	changed := false
	if err := l.forEach(ctx, func(ctx context.Context, table string) error {
		if err := l.exec(ctx, fmt.Sprintf("CALL %s.system.rewrite_data_files(table => %s, options => map(%s))",
			connect.Quote(l.Catalog), connect.QuoteText(l.name(table)), options)); err != nil {
			return err
		}
		refs, err := l.refs(ctx, table)
		if err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		changed = changed || refs["main"] != publish[table].Snapshot
		publish[table] = oplog.Snapshot{Branch: "main", Snapshot: refs["main"]}
		return nil
	}); err != nil || !changed {
		return err
	}
	crash.At(crash.LakeRewritten)
	l.mu.Lock()
	e := oplog.Entry{
		N: l.writer.Log().Last() + 1, Kind: oplog.State, State: l.state.State,
		Publish: publish, Counts: l.state.Counts, Outstanding: l.state.Outstanding,
	}
	l.mu.Unlock()
	var err error
	if e.N, err = l.writer.Append(ctx, e); err != nil {
		return err
	}
	l.mu.Lock()
	l.state = e
	l.mu.Unlock()
	return l.publish(ctx, true)
}

// expire removes the snapshots that are older, and the files that only they have, of the
// tables of the books, too.
func (l *Lake) expire(ctx context.Context, before time.Time) error {
	one := func(ctx context.Context, table string) error {
		return l.exec(ctx, fmt.Sprintf("CALL %s.system.expire_snapshots(table => %s, older_than => %s, retain_last => 1)",
			connect.Quote(l.Catalog), connect.QuoteText(l.name(table)), timestamp(before)))
	}
	if err := l.forEach(ctx, one); err != nil {
		return err
	}
	books := view.Books()
	return l.each(ctx, len(books), func(ctx context.Context, i int) error { return one(ctx, books[i].Name) })
}
