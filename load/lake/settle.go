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
	names := make([]string, len(changes))
	var mu sync.Mutex
	err = l.each(ctx, len(changes), func(ctx context.Context, i int) error {
		c := changes[i]
		names[i] = c.Table.Name
		dropped, err := l.writeTable(ctx, c, branch, publish[c.Table.Name])
		if err != nil {
			return fmt.Errorf("table %s: %w", l.full(c.Table.Name), err)
		}
		mu.Lock()
		defer mu.Unlock()
		counts[c.Table.Name] += c.ComeRows - c.GoneRows - dropped
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	refs, err := l.refs(ctx, names...)
	if err != nil {
		return nil, nil, err
	}
	for _, table := range names {
		if refs[table][branch] == 0 {
			return nil, nil, fmt.Errorf("table %s: its new branch is not there", l.full(table))
		}
		publish[table] = oplog.Snapshot{Branch: branch, Snapshot: refs[table][branch]}
	}
	return publish, counts, nil
}

// writeTable writes a change onto a branch of a table, and returns how many rows were dropped.
func (l *Lake) writeTable(ctx context.Context, c resident.Change, branch string, before oplog.Snapshot) (dropped int64, err error) {
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
	stored := l.Stored(c.Table.Name)
	for _, part := range []struct {
		file string
		do   func(from string) error
	}{
		{c.Dropped, func(from string) (err error) {
			dropped, err = l.drop(ctx, onto, from, c.DroppedBy, stored)
			return err
		}},
		{c.Gone, func(from string) error {
			return l.deleteRows(ctx, onto, from, c.Table.Key, c.GoneRows == stored-dropped)
		}},
		{c.Come, func(from string) error {
			columns := quoteAll(columnsOf(c.Table.TableInfo), "")
			return l.exec(ctx, fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM %s", onto, columns, columns, from))
		}},
	} {
		if part.file == "" {
			continue
		}
		if err := l.passing(ctx, "rows.parquet", part.file, part.do); err != nil {
			return 0, err
		}
	}
	crash.At(crash.LakeWritten)
	return dropped, nil
}

// drop deletes the rows of values, and counts them: nobody has looked at them.
func (l *Lake) drop(ctx context.Context, onto, values string, by []string, stored int64) (int64, error) {
	dropped, err := l.count(ctx, fmt.Sprintf("%s t LEFT SEMI JOIN %s k ON %s", onto, values, equal("t", "k", "<=>", by)))
	if err != nil || dropped == 0 {
		return 0, err
	}
	return dropped, l.deleteRows(ctx, onto, values, by, dropped == stored)
}

// deleteRows deletes the rows that equal one of others in columns, which may be all there are.
func (l *Lake) deleteRows(ctx context.Context, onto, from string, columns []string, all bool) error {
	if all {
		return l.exec(ctx, "DELETE FROM "+onto) // Spark need not look at the rows
	}
	return l.exec(ctx, fmt.Sprintf("DELETE FROM %s t WHERE EXISTS (SELECT 1 FROM %s k WHERE %s)", onto, from, equal("t", "k", "<=>", columns)))
}

// refs are the branches of tables, by table and name, and their snapshots.
func (l *Lake) refs(ctx context.Context, tables ...string) (map[string]map[string]int64, error) {
	refs, queries := map[string]map[string]int64{}, make([]string, len(tables))
	for i, table := range tables {
		refs[table] = map[string]int64{}
		queries[i] = fmt.Sprintf("SELECT %s, name, snapshot_id FROM %s.refs", connect.QuoteText(table), l.full(table))
	}
	if len(tables) == 0 {
		return refs, nil
	}
	rows, err := l.query(ctx, strings.Join(queries, " UNION ALL "))
	if err != nil {
		return nil, err
	}
	for _, r := range rows.Values {
		table, _ := r[0].(string)
		name, _ := r[1].(string)
		refs[table][name], _ = r[2].(int64)
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
	err := l.setBranches(ctx)
	if failure, ok := errors.AsType[*connect.Error](err); ok && !failure.IsBroken() {
		err = l.setBranches(ctx) // what a killed program left running did part of it meanwhile
	}
	if err != nil {
		return err
	}
	return l.bucket.Write(ctx, publishedKey, []byte(number))
}

// setBranches sets each main branch to what the log says, and drops the others that are ours.
func (l *Lake) setBranches(ctx context.Context) error {
	all, err := l.refs(ctx, tableNames()...)
	if err != nil {
		return err
	}
	return l.each(ctx, len(tables), func(ctx context.Context, i int) error {
		table := tables[i].Name
		if err := l.setBranchesOf(ctx, table, all[table]); err != nil {
			return fmt.Errorf("table %s: %w", l.full(table), err)
		}
		return nil
	})
}

func (l *Lake) setBranchesOf(ctx context.Context, table string, refs map[string]int64) error {
	if want, ok := l.snapshotOf(table); ok && refs["main"] != want.Snapshot {
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
}
