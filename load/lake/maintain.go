package lake

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
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
	if err := l.rewrite(ctx, "files", "count(*) > 1", "'min-input-files', '5'"); err != nil {
		return err
	}
	if err := l.expire(ctx, now.Add(-keepSnapshots)); err != nil {
		return err
	}
	if err := l.call(ctx, "remove_orphan_files", l.written(), "older_than => "+timestamp(now.Add(-keepStrays))); err != nil {
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
	if err := l.rewrite(ctx, "delete_files", "count(*) > 0", "'delete-file-threshold', '1', 'remove-dangling-deletes', 'true'"); err != nil {
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

// written are the tables that have a snapshot.
func (l *Lake) written() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Sorted(maps.Keys(l.state.Publish))
}

// call calls a procedure of Iceberg for each of tables.
func (l *Lake) call(ctx context.Context, procedure string, tables []string, arguments string) error {
	return l.each(ctx, len(tables), func(ctx context.Context, i int) error {
		if err := l.exec(ctx, fmt.Sprintf("CALL %s.system.%s(table => %s, %s)",
			connect.Quote(l.Catalog), procedure, connect.QuoteText(l.name(tables[i])), arguments)); err != nil {
			return fmt.Errorf("table %s: %w", l.full(tables[i]), err)
		}
		return nil
	})
}

// rewrite has files of those tables written anew of which a table of metadata meets a condition,
// and the log name the snapshots that come of it. Nothing was appended since the books were
// written.
func (l *Lake) rewrite(ctx context.Context, metadata, condition, options string) error {
	// What is written anew is main, which must be what the log says, whatever a hint tells.
	if err := l.publish(ctx, false); err != nil {
		return err
	}
	if len(l.batches) > 0 {
		return errors.New("batches wait that no books have") // the caller has not settled them
	}
	due, err := l.having(ctx, l.written(), metadata, "file_path", condition)
	if err != nil || len(due) == 0 {
		return err
	}
	if err := l.call(ctx, "rewrite_data_files", due, "options => map("+options+")"); err != nil {
		return err
	}
	publish := maps.Clone(l.state.Publish)
	refs, err := l.refs(ctx, l.written()...)
	if err != nil {
		return err
	}
	changed := false
	for table, of := range refs {
		changed = changed || of["main"] != publish[table].Snapshot
		publish[table] = oplog.Snapshot{Branch: "main", Snapshot: of["main"]}
	}
	if !changed {
		return nil
	}
	crash.At(crash.LakeRewritten)
	l.mu.Lock()
	e := oplog.Entry{
		N: l.writer.Log().Last() + 1, Kind: oplog.State, State: l.state.State,
		Publish: publish, Counts: l.state.Counts, Outstanding: l.state.Outstanding,
	}
	l.mu.Unlock()
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
	list := l.written()
	for _, t := range view.Books() {
		list = append(list, t.Name)
	}
	list, err := l.having(ctx, list, "snapshots", "committed_at", fmt.Sprintf("count(*) > 1 AND min(committed_at) < %s", timestamp(before)))
	if err != nil {
		return err
	}
	return l.call(ctx, "expire_snapshots", list, "older_than => "+timestamp(before)+", retain_last => 1")
}

// having are those of tables of which a table of metadata meets a condition on all its rows.
// To ask all at once takes far less than to do to each what most need not have done.
func (l *Lake) having(ctx context.Context, tables []string, metadata, column, condition string) ([]string, error) {
	if len(tables) == 0 {
		return nil, nil
	}
	queries := make([]string, len(tables))
	for i, table := range tables {
		queries[i] = fmt.Sprintf("SELECT %s AS table_name, %s FROM %s.%s", connect.QuoteText(table), column, l.full(table), metadata)
	}
	rows, err := l.query(ctx, "SELECT table_name FROM ("+strings.Join(queries, " UNION ALL ")+") GROUP BY table_name HAVING "+condition)
	if err != nil {
		return nil, err
	}
	var list []string
	for _, r := range rows.Values {
		table, ok := r[0].(string)
		if !ok {
			return nil, fmt.Errorf("the name of a table is %T", r[0])
		}
		list = append(list, table)
	}
	return list, nil
}
