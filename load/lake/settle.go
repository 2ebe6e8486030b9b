package lake

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"strconv"
	"strings"
	"sync"

	"crypto/rand"

	"contactsync/internal/crash"
	"contactsync/load/duckdb"
	"contactsync/load/duckdb/resident"
	"contactsync/load/lake/connect"
	"contactsync/load/lake/oplog"

	"golang.org/x/sync/errgroup"
)

// atOnce is how many statements Spark is given at a time.
const atOnce = 4

// each does something for several tables at a time.
func (l *Lake) each(ctx context.Context, n int, do func(ctx context.Context, i int) error) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for i := range n {
		g.Go(func() error { return do(ctx, i) })
	}
	return g.Wait()
}

// object is a name that no other object has.
func (l *Lake) object(ending string) string { return strings.ToLower(rand.Text()) + "." + ending }

// Prepare writes changes onto branches that nobody reads before a settlement names them.
func (l *Lake) Prepare(ctx context.Context, changes []resident.Change) error {
	if l.writer == nil {
		return errReadOnly
	}
	publish, counts, err := l.write(ctx, changes)
	if err != nil {
		return err
	}
	l.prepared = &oplog.Entry{Publish: publish, Counts: counts}
	return nil
}

// Settle stores what a step came to.
func (l *Lake) Settle(ctx context.Context, s duckdb.Settlement) error {
	if l.writer == nil {
		return errReadOnly
	}
	e := oplog.Entry{
		N: l.writer.Log().Last() + 1, Kind: oplog.State, State: oplog.StatePrefix + l.object("duckdb.zst"), Pipeline: s.Merged,
		Outstanding: l.outstanding(s), Publish: l.state.Publish, Counts: l.state.Counts,
	}
	changed := l.prepared != nil
	if changed {
		e.Publish, e.Counts, l.prepared = l.prepared.Publish, l.prepared.Counts, nil
	}
	packed := s.Books + ".zst"
	defer os.Remove(packed) //nolint:errcheck // it is in transit
	if err := pack(s.Books, packed); err != nil {
		return err
	}
	if err := l.bucket.WriteFrom(ctx, e.State, packed); err != nil {
		return err
	}
	if s.Erased { // before it is so, so that nobody forgets it
		if err := l.bucket.Write(ctx, purgeKey, []byte(strconv.FormatInt(l.state.N, 10))); err != nil {
			return err
		}
	}
	crash.At(crash.LakeStated)
	var err error
	if e.N, err = l.writer.Append(ctx, e); err != nil {
		return err
	}
	crash.At(crash.LakeDecided)
	l.mu.Lock()
	l.state, l.batches = e, nil
	l.mu.Unlock()
	l.afterwards(ctx, s, changed)
	return nil
}

// afterwards does what may be done later as well: should it fail, the next who writes does it.
func (l *Lake) afterwards(ctx context.Context, s duckdb.Settlement, changed bool) {
	if changed {
		if err := l.publish(ctx, true); err != nil {
			l.Warn("the merge is stored, and will be published to other readers of the tables by the next run: " + err.Error())
			return
		}
	}
	crash.At(crash.LakePublished)
	if s.Erased {
		if err := l.clean(ctx, s.Tables); err != nil {
			l.Warn("who is erased is in no table any more, and still in files of the lake, which the next run cleans: " + err.Error())
			return
		}
	}
	if _, err := l.writer.RemoveSuperseded(ctx); err != nil {
		l.Warn("what is not needed any more could not be removed from the bucket: " + err.Error())
	}
}

// outstanding are the batches that a settlement does not take in.
func (l *Lake) outstanding(s duckdb.Settlement) (list []oplog.Segment) {
	if s.Staged {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	all := append([]oplog.Segment(nil), l.state.Outstanding...)
	for _, e := range l.batches {
		all = append(all, oplog.Segment{N: e.N, Pipeline: e.Pipeline, Key: e.Segment})
	}
	for _, o := range all {
		if s.Merged == "" || o.Pipeline != s.Merged {
			list = append(list, o)
		}
	}
	return list
}

// write writes changes onto new branches, and returns the snapshots of all tables and how
// many rows they have then.
func (l *Lake) write(ctx context.Context, changes []resident.Change) (
	publish map[string]oplog.Snapshot, counts map[string]int64, err error,
) {
	l.mu.Lock()
	publish, counts = maps.Clone(l.state.Publish), maps.Clone(l.state.Counts)
	l.mu.Unlock()
	if publish == nil {
		publish, counts = map[string]oplog.Snapshot{}, map[string]int64{}
	}
	branch := "sync_" + strings.ToLower(rand.Text()[:12])
	var mu sync.Mutex
	err = l.each(ctx, len(changes), func(ctx context.Context, i int) error {
		c := changes[i]
		mu.Lock()
		before := publish[c.Table.Name]
		mu.Unlock()
		snapshot, err := l.writeTable(ctx, c, branch, before)
		if err != nil {
			return fmt.Errorf("table %s: %w", l.full(c.Table.Name), err)
		}
		mu.Lock()
		defer mu.Unlock()
		publish[c.Table.Name] = oplog.Snapshot{Branch: branch, Snapshot: snapshot}
		counts[c.Table.Name] += c.ComeRows - c.GoneRows
		return nil
	})
	return publish, counts, err
}

// writeTable writes a change onto a branch of a table, and returns its snapshot.
func (l *Lake) writeTable(ctx context.Context, c resident.Change, branch string, before oplog.Snapshot) (int64, error) {
	table := l.full(c.Table.Name)
	base := ""
	if before.Snapshot != 0 {
		base = fmt.Sprintf(" AS OF VERSION %d", before.Snapshot)
	}
	if err := l.exec(ctx, fmt.Sprintf("ALTER TABLE %s CREATE BRANCH %s%s", table, connect.Quote(branch), base)); err != nil {
		return 0, err
	}
	crash.At(crash.LakeBranched)
	onto := table + "." + connect.Quote("branch_"+branch)
	for _, part := range []struct {
		file string
		make func(from string) string
	}{
		{c.Gone, func(from string) string { return l.deleteSQL(c, onto, from) }},
		{c.Come, func(from string) string {
			columns := quoteAll(columnsOf(c.Table.TableInfo), "")
			return fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM %s", onto, columns, columns, from)
		}},
	} {
		if part.file == "" {
			continue
		}
		if err := l.passing(ctx, "rows.parquet", part.file, func(from string) error { return l.exec(ctx, part.make(from)) }); err != nil {
			return 0, err
		}
	}
	crash.At(crash.LakeWritten)
	refs, err := l.refs(ctx, c.Table.Name)
	if err == nil && refs[branch] == 0 {
		err = errors.New("its new branch is not there")
	}
	return refs[branch], err
}

// deleteSQL deletes the rows of the keys of a table.
func (l *Lake) deleteSQL(c resident.Change, onto, keys string) string {
	if c.GoneRows == l.Stored(c.Table.Name) {
		return "DELETE FROM " + onto // Spark need not look at the rows
	}
	on := make([]string, len(c.Table.Key))
	for i, k := range c.Table.Key {
		on[i] = fmt.Sprintf("t.%[1]s <=> k.%[1]s", connect.Quote(k))
	}
	return fmt.Sprintf("DELETE FROM %s t WHERE EXISTS (SELECT 1 FROM %s k WHERE %s)", onto, keys, strings.Join(on, " AND "))
}

// refs are the branches of a table, by name, and their snapshots.
func (l *Lake) refs(ctx context.Context, table string) (map[string]int64, error) {
	rows, err := l.query(ctx, "SELECT name, snapshot_id FROM "+l.full(table)+".refs")
	if err != nil {
		return nil, err
	}
	refs := map[string]int64{}
	for _, r := range rows.Values {
		name, _ := r[0].(string)
		refs[name], _ = r[1].(int64)
	}
	return refs, nil
}

// forward sets the main branch of a table to a snapshot. Where that does not follow from what
// main is, as when its files were written anew and the log does not know of it, main is set
// back, but only by who still holds the log.
func (l *Lake) forward(ctx context.Context, table string, refs map[string]int64, want oplog.Snapshot) error {
	catalog, name := connect.Quote(l.Catalog), connect.QuoteText(l.name(table))
	if refs[want.Branch] == want.Snapshot && want.Branch != "main" {
		forward := fmt.Sprintf("CALL %s.system.fast_forward(%s, 'main', %s)", catalog, name, connect.QuoteText(want.Branch))
		if err := l.exec(ctx, forward); err == nil {
			return nil
		}
	}
	if err := l.writer.Confirm(ctx); err != nil {
		return err
	}
	return l.exec(ctx, fmt.Sprintf("CALL %s.system.set_current_snapshot(table => %s, snapshot_id => %d)", catalog, name, want.Snapshot))
}

// publishedKey is the object that holds the number of the last entry that was published: a
// hint, which saves looking.
const publishedKey = "published"

// publish sets the main branches to what the log says, and drops all others: those of
// attempts that came to nothing, too. The hint may be trusted that it was done.
func (l *Lake) publish(ctx context.Context, trust bool) error {
	if l.state.N == 0 {
		return nil
	}
	number := strconv.FormatInt(l.state.N, 10)
	if done, err := l.bucket.Read(ctx, publishedKey); trust && err == nil && string(done) == number {
		return nil
	}
	err := l.each(ctx, len(tables), func(ctx context.Context, i int) error {
		table := tables[i].Name
		want, ok := l.snapshotOf(table)
		refs, err := l.refs(ctx, table)
		if err != nil {
			return err
		}
		if ok && refs["main"] != want.Snapshot {
			if err := l.forward(ctx, table, refs, want); err != nil {
				return err
			}
			crash.At(crash.LakeForwarded)
		}
		for branch := range refs {
			if strings.HasPrefix(branch, "sync_") {
				if err := l.exec(ctx, fmt.Sprintf("ALTER TABLE %s DROP BRANCH IF EXISTS %s", l.full(table), connect.Quote(branch))); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return l.bucket.Write(ctx, publishedKey, []byte(number))
}
