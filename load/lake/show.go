package lake

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"sync"

	"contactsync/load/duckdb"
	"contactsync/load/lake/view"
)

// shownKey is the object with the digests of the books' tables as they were shown last.
const shownKey = "shown"

// show writes the tables of the books that have changed for who reads the lake without this
// program, which itself reads the state.
func (l *Lake) show(ctx context.Context, from duckdb.BookTables) error {
	shown := map[string]string{}
	if note, err := l.bucket.Read(ctx, shownKey); err == nil {
		_ = json.Unmarshal(note, &shown) // one that cannot be read shows everything again
	}
	now := maps.Clone(shown)
	var mu sync.Mutex
	var again []func(context.Context) error
	for _, t := range view.Books() {
		digest, err := from.Digest(ctx, t.Name)
		if err != nil {
			return err
		}
		if shown[t.Name] == digest {
			continue
		}
		path := l.localFile("book.parquet")
		defer os.Remove(path) //nolint:errcheck // it is in transit
		if err := from.Copy(ctx, t, path); err != nil {
			return err
		}
		again = append(again, func(ctx context.Context) error {
			columns := quoteAll(columnsOf(t), "")
			if err := l.passing(ctx, "book.parquet", path, func(from string) error {
				return l.exec(ctx, fmt.Sprintf("INSERT OVERWRITE %s (%s) SELECT %s FROM %s", l.full(t.Name), columns, columns, from))
			}); err != nil {
				return fmt.Errorf("table %s: %w", l.full(t.Name), err)
			}
			mu.Lock()
			defer mu.Unlock()
			now[t.Name] = digest
			return nil
		})
	}
	if len(again) == 0 {
		return nil
	}
	if err := l.each(ctx, len(again), func(ctx context.Context, i int) error { return again[i](ctx) }); err != nil {
		return err
	}
	note, err := json.Marshal(now)
	if err != nil {
		return err
	}
	return l.bucket.Write(ctx, shownKey, note)
}
