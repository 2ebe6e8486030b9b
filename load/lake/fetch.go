package lake

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"contactsync/load/duckdb/resident"
	"contactsync/load/duckdb/rowio"
	"contactsync/load/lake/connect"
	"contactsync/schema"
)

// few is how many rows, about, are fetched over the connection with Spark; more are written
// by Spark into the bucket, by all of its machines.
const few = 20_000

// Fetch finds rows of a table as the log has it.
func (l *Lake) Fetch(ctx context.Context, q resident.Query, read func(from string) error) error {
	at, ok := l.snapshotOf(q.Table.Name)
	if !ok {
		return nil
	}
	query := l.selectSQL(q, at.Snapshot)
	if q.Keys != "" {
		key := l.transit("keys.parquet")
		defer l.discard(ctx, key)
		if err := l.bucket.WriteFrom(ctx, key, q.Keys); err != nil {
			return err
		}
		query += l.keysSQL(q, key)
	} else if q.Where != "" {
		query += " WHERE " + q.Where
	}
	expected := q.Number
	if q.Keys == "" {
		expected = l.Stored(q.Table.Name)
	}
	if expected <= few {
		return l.stream(ctx, q, query, read)
	}
	return l.export(ctx, query, read)
}

func (l *Lake) selectSQL(q resident.Query, snapshot int64) string {
	columns := q.Columns
	if len(columns) == 0 {
		columns = columnsOf(q.Table.TableInfo)
	}
	from := fmt.Sprintf("%s VERSION AS OF %d", l.full(q.Table.Name), snapshot)
	if len(q.Beside) > 0 {
		from = fmt.Sprintf("(SELECT *, explode(%s) AS any_key FROM %s)", anyOf(q), from)
	}
	return fmt.Sprintf("SELECT %s FROM %s t", quoteAll(columns, "t."), from)
}

// anyOf is the list of what may be the key of a row.
func anyOf(q resident.Query) string {
	var single, lists []string
	for _, c := range q.Table.Columns {
		switch {
		case c.Name != q.By[0] && !slices.Contains(q.Beside, c.Name):
		case c.Type == schema.HashList || c.Type == schema.TextList:
			lists = append(lists, fmt.Sprintf("coalesce(%s, array())", connect.Quote(c.Name)))
		default:
			single = append(single, connect.Quote(c.Name))
		}
	}
	list := "array(" + strings.Join(single, ", ") + ")"
	if len(lists) > 0 {
		list = "concat(" + list + ", " + strings.Join(lists, ", ") + ")"
	}
	return "array_distinct(array_compact(" + list + "))"
}

// keysSQL is the join with the keys of an object.
func (l *Lake) keysSQL(q resident.Query, key string) string {
	on := make([]string, len(q.By))
	for i, c := range q.By {
		column := connect.Quote(c)
		if len(q.Beside) > 0 {
			column = "any_key"
		}
		on[i] = fmt.Sprintf("t.%s = k.%s", column, connect.Quote(c))
	}
	return fmt.Sprintf(" LEFT SEMI JOIN %s k ON %s", l.parquet(key), strings.Join(on, " AND "))
}

// parquet is an object, or all objects of a folder, as a table.
// Spark takes the path for a pattern.
func (l *Lake) parquet(key string) string {
	return "parquet." + connect.Quote(pattern.Replace(l.bucket.URL(key)))
}

var pattern = strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`, "]", `\]`, "{", `\{`, "}", `\}`)

// export has Spark write the rows into the bucket.
func (l *Lake) export(ctx context.Context, query string, read func(string) error) error {
	folder := l.transit("rows")
	defer l.discardAll(ctx, folder)
	if err := l.exec(ctx, fmt.Sprintf("INSERT OVERWRITE DIRECTORY %s USING parquet %s", connect.QuoteText(l.bucket.URL(folder)), query)); err != nil {
		return err
	}
	objects, err := l.bucket.List(ctx, folder+"/", "")
	if err != nil {
		return err
	}
	var files []string
	for o, err := range objects {
		if err != nil {
			return err
		}
		if !strings.HasSuffix(o.Key, ".parquet") {
			continue
		}
		path, here := l.bucket.Local(o.Key)
		if !here {
			path = l.localFile("rows.parquet")
			defer os.Remove(path) //nolint:errcheck // it is in transit
			if err := l.bucket.ReadTo(ctx, o.Key, path); err != nil {
				return err
			}
		}
		files = append(files, rowio.QuoteText(path))
	}
	if len(files) == 0 {
		return nil
	}
	return read("read_parquet([" + strings.Join(files, ", ") + "])")
}

// discard removes objects in transit; those that stay are orphans, and go some time.
func (l *Lake) discard(ctx context.Context, keys ...string) {
	_ = l.bucket.Delete(context.WithoutCancel(ctx), keys...)
	for _, key := range keys {
		if path, here := l.bucket.Local(key); here {
			_ = os.Remove(filepath.Dir(path)) // the object's own folder, if nothing else is in it
		}
	}
}

func (l *Lake) discardAll(ctx context.Context, folder string) {
	ctx = context.WithoutCancel(ctx)
	objects, err := l.bucket.List(ctx, folder+"/", "")
	if err != nil {
		return
	}
	var keys []string
	for o, err := range objects {
		if err != nil {
			return
		}
		keys = append(keys, o.Key)
	}
	l.discard(ctx, keys...)
	if path, here := l.bucket.Local(folder); here {
		_ = os.RemoveAll(path) // what Spark left of its own, too
	}
}
