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

// Where keys are joined, Spark need not sort what it scans while their list fits into the
// memory of each of its machines: of so many values it takes some hundred megabytes.
const broadcast = 8_000_000

// From so many rows on, a wide table is asked first, by the columns of the keys alone, which of
// the keys it has: of a first load it has hardly any, and to read whole rows takes ten times as long.
const probed = 500_000

// wideFrom is how many columns a table has for which that pays.
const wideFrom = 6

// Fetch finds rows of a table as the log has it.
func (l *Lake) Fetch(ctx context.Context, q resident.Query, read func(from string) error) error {
	at, ok := l.snapshotOf(q.Table.Name)
	if !ok {
		return nil
	}
	columns := q.Columns
	if len(columns) == 0 {
		columns = columnsOf(q.Table.TableInfo)
	}
	asked, expected := quoteAll(columns, "t."), l.Stored(q.Table.Name)
	query := fmt.Sprintf("SELECT %s FROM %s t", asked, l.from(q, at.Snapshot))
	switch {
	case q.Keys != "":
		key := l.transit("keys.parquet")
		defer l.discard(ctx, key)
		if err := l.bucket.WriteFrom(ctx, key, q.Keys); err != nil {
			return err
		}
		keys, number := l.parquet(key), q.Number
		if expected >= probed && len(q.Table.Columns) >= wideFrom && number > few {
			folder := l.transit("keys")
			defer l.discardAll(ctx, folder)
			var err error
			if number, err = l.probe(ctx, q, at.Snapshot, keys, folder); err != nil || number == 0 {
				return err
			}
			keys = l.parquet(folder)
		}
		if !q.OfSets() {
			expected = number
		}
		query = fmt.Sprintf("SELECT %s %s FROM %s t LEFT SEMI JOIN %s k ON %s", hint(q, number), asked, l.from(q, at.Snapshot), keys, onKeys(q))
	case q.Where != "":
		query += " WHERE " + q.Where
	}
	if expected <= few {
		return l.stream(ctx, q, query, read)
	}
	return l.export(ctx, query, read)
}

// probe writes those of the keys that a table has into a folder, and counts them.
func (l *Lake) probe(ctx context.Context, q resident.Query, snapshot int64, keys, folder string) (int64, error) {
	found := fmt.Sprintf("SELECT %s DISTINCT %s FROM %s t JOIN %s k ON %s", hint(q, q.Number), quoteAll(q.By, "k."), l.from(q, snapshot), keys, onKeys(q))
	if err := l.exec(ctx, fmt.Sprintf("INSERT OVERWRITE DIRECTORY %s USING parquet %s", connect.QuoteText(l.bucket.URL(folder)), found)); err != nil {
		return 0, err
	}
	rows, err := l.query(ctx, "SELECT count(*) FROM "+l.parquet(folder))
	if err != nil {
		return 0, err
	}
	number, _ := rows.Values[0][0].(int64)
	return number, nil
}

// hint tells Spark how to join with so many keys: of a file it knows the size, but not how much of it.
func hint(q resident.Query, keys int64) string {
	if keys*int64(len(q.By)) > broadcast {
		return ""
	}
	return "/*+ BROADCAST(k) */"
}

// from is a table at a snapshot, with a row for each key that a row has where it may have several.
func (l *Lake) from(q resident.Query, snapshot int64) string {
	from := fmt.Sprintf("%s VERSION AS OF %d", l.full(q.Table.Name), snapshot)
	if len(q.Beside) == 0 {
		return from
	}
	return fmt.Sprintf("(SELECT *, explode(%s) AS any_key FROM %s)", anyOf(q), from)
}

// anyOf is the list of what may be the key of a row: some of it is NULL, and some twice.
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
	return list
}

// onKeys is the condition that a row t has a key k.
func onKeys(q resident.Query) string {
	on := make([]string, len(q.By))
	for i, c := range q.By {
		column := connect.Quote(c)
		if len(q.Beside) > 0 {
			column = "any_key"
		}
		on[i] = fmt.Sprintf("t.%s = k.%s", column, connect.Quote(c))
	}
	return strings.Join(on, " AND ")
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
