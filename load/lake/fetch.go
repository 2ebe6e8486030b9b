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

// Of a file of keys of up to so many bytes each machine of Spark gets all, which takes some
// hundred megabytes of its memory: of 15 million identifiers those with one of 7.5 million keys,
// 60 MB, are found in 10 s of two cores. Of more, keys and rows are dealt out by their hashes, in
// 15 s; sorted, as Spark would have it, they take 21. A variable for tests.
var broadcast int64 = 80_000_000

// From so many rows on, a wide table is asked first, by the columns of the keys alone, which of
// the keys it has: of a first load it has hardly any, and to read whole rows takes several times as long.
// A variable for tests.
var probed int64 = 500_000

// wideFrom is how many columns a table has for which that pays.
const wideFrom = 6

// Fetch finds rows of a table as the log has it.
func (l *Lake) Fetch(ctx context.Context, q resident.Query, read func(from string) error) error {
	at, ok := l.snapshotOf(q.Table.Name)
	if !ok {
		return nil
	}
	if q.Keys != "" {
		return l.passing(ctx, "keys.parquet", q.Keys, func(keys string) error { return l.fetchKeys(ctx, q, at.Snapshot, keys, read) })
	}
	query := fmt.Sprintf("SELECT %s FROM %s t", asked(q), l.from(q, at.Snapshot)) + where(q)
	return l.answer(ctx, q, query, l.Stored(q.Table.Name), read)
}

func where(q resident.Query) string {
	if q.Where == "" {
		return ""
	}
	return " WHERE " + q.Where
}

// fetchKeys finds the rows of keys, which stand in a table of Spark.
func (l *Lake) fetchKeys(ctx context.Context, q resident.Query, snapshot int64, keys string, read func(string) error) error {
	size, err := sizeOf(q.Keys)
	if err != nil {
		return err
	}
	number, stored := q.Number, l.Stored(q.Table.Name)
	if stored >= probed && len(q.Table.Columns) >= wideFrom && q.Unless == nil && !q.Counted {
		folder := l.transit("keys")
		defer l.discardAll(ctx, folder)
		if number, err = l.probe(ctx, q, snapshot, keys, folder, size); err != nil || number == 0 {
			return err
		}
		keys, size = l.parquet(folder), size*number/max(q.Number, 1)
	}
	expected := number
	if q.OfSets() {
		expected = stored
	}
	query := fmt.Sprintf("SELECT %s %s FROM %s t LEFT SEMI JOIN %s k ON %s", hint(size), asked(q), l.from(q, snapshot), keys, on(q)) + l.unless(q, keys)
	if q.But == "" {
		return l.answer(ctx, q, query+where(q)+grouped(q), expected, read)
	}
	return l.passing(ctx, "but.parquet", q.But, func(but string) error {
		query += fmt.Sprintf(" LEFT ANTI JOIN %s b ON %s", but, equal("t", "b", "<=>", q.Table.Key))
		return l.answer(ctx, q, query+where(q)+grouped(q), expected, read)
	})
}

// unless leaves out of rows t those that another table knows.
func (l *Lake) unless(q resident.Query, keys string) string {
	if q.Unless == nil {
		return ""
	}
	at, ok := l.snapshotOf(q.Unless.Table.Name)
	if !ok {
		return ""
	}
	return fmt.Sprintf(" LEFT ANTI JOIN (SELECT %s FROM %s VERSION AS OF %d u LEFT SEMI JOIN %s k ON %s) u ON %s", quoteAll(q.Unless.Same, "u."),
		l.full(q.Unless.Table.Name), at.Snapshot, keys, equal("u", "k", "=", q.Unless.By), equal("t", "u", "=", q.Unless.Same))
}

// grouped is how rows are counted by key.
func grouped(q resident.Query) string {
	if !q.Counted {
		return ""
	}
	return " GROUP BY " + quoteAll(q.By, "t.")
}

// answer fetches what a query finds, by the way that suits so many rows.
func (l *Lake) answer(ctx context.Context, q resident.Query, query string, expected int64, read func(string) error) error {
	if expected <= few || q.Counted {
		return l.stream(ctx, q, query, read)
	}
	return l.export(ctx, query, read)
}

// asked are the columns that are asked for of a table t.
func asked(q resident.Query) string {
	if q.Counted {
		return quoteAll(q.By, "t.") + ", count(*) AS rows"
	}
	if len(q.Columns) > 0 {
		return quoteAll(q.Columns, "t.")
	}
	return quoteAll(columnsOf(q.Table.TableInfo), "t.")
}

// probe writes those of the keys that a table has into a folder, and counts them.
func (l *Lake) probe(ctx context.Context, q resident.Query, snapshot int64, keys, folder string, size int64) (int64, error) {
	found := fmt.Sprintf("SELECT %s DISTINCT %s FROM %s t JOIN %s k ON %s",
		hint(size), quoteAll(q.By, "k."), l.from(q, snapshot), keys, on(q))
	if err := l.writeFolder(ctx, folder, found); err != nil {
		return 0, err
	}
	return l.count(ctx, l.parquet(folder))
}

// count counts the rows of a table, or of what else a query selects from.
func (l *Lake) count(ctx context.Context, from string) (int64, error) {
	rows, err := l.query(ctx, "SELECT count(*) FROM "+from)
	if err != nil {
		return 0, err
	}
	number, ok := rows.Values[0][0].(int64)
	if !ok {
		return 0, fmt.Errorf("a count is %T", rows.Values[0][0])
	}
	return number, nil
}

func sizeOf(file string) (int64, error) {
	info, err := os.Stat(file)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// writeFolder has Spark write what a query finds into a folder of the bucket.
func (l *Lake) writeFolder(ctx context.Context, folder, query string) error {
	return l.exec(ctx, fmt.Sprintf("INSERT OVERWRITE DIRECTORY %s USING parquet %s", connect.QuoteText(l.bucket.URL(folder)), query))
}

// hint tells Spark how to join with keys of so many bytes: of a folder it knows the files only.
func hint(size int64) string {
	if size > broadcast {
		return "/*+ SHUFFLE_HASH(k) */"
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

// on is the condition that a row t has a key k.
func on(q resident.Query) string {
	if len(q.Beside) > 0 {
		return "t.any_key = k." + connect.Quote(q.By[0])
	}
	return equal("t", "k", "=", q.By)
}

// equal is the condition that the rows a and b are equal in columns, as an operator says.
func equal(a, b, operator string, columns []string) string {
	list := make([]string, len(columns))
	for i, c := range columns {
		c = connect.Quote(c)
		list[i] = a + "." + c + " " + operator + " " + b + "." + c
	}
	return strings.Join(list, " AND ")
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
	if err := l.writeFolder(ctx, folder, query); err != nil {
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

// passing lends Spark a Parquet file for as long as it is used, as a table.
func (l *Lake) passing(ctx context.Context, name, file string, use func(table string) error) error {
	key := l.transit(name)
	defer l.discard(ctx, key)
	if err := l.bucket.WriteFrom(ctx, key, file); err != nil {
		return err
	}
	return use(l.parquet(key))
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
		_ = os.RemoveAll(path)            // what Spark left of its own, too
		_ = os.Remove(filepath.Dir(path)) // the folder's own, if nothing else is in it
	}
}
