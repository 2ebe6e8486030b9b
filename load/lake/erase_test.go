//go:build duckdb_arrow

package lake_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"contactsync/load"
	"contactsync/load/duckdb"
	"contactsync/load/lake"
	"contactsync/load/lake/connect"
	"contactsync/load/storetest"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"
)

// TestNoFileHoldsWhoWasErased searches every file of the bucket and of the tables, those of
// older snapshots too, packed or not.
func TestNoFileHoldsWhoWasErased(t *testing.T) {
	e := withSpark(t)
	path, c := filepath.Join(t.TempDir(), "warehouse"), storetest.NewClock()
	w := e.Open(t, path, c.Now)
	for night, title := range []string{"Chief Searcher", "Chief Finder"} {
		c.Advance()
		run := storetest.NewRun(fmt.Sprint("r", night), "toofr", c.Now())
		b := storetest.Batch(run, "toofr", fmt.Sprint("s", night), true,
			[4]string{"1", "Ann", "Unmistakable", storetest.AnnMail}, [4]string{"2", "Bob", "Ray", storetest.BobMail})
		storetest.Change(&b, 0, func(s *storetest.Said) { s.JobTitle = title })
		require.NoError(t, w.Commit(ctx, b))
		_, err := w.Merge(ctx, &run, storetest.People())
		require.NoError(t, err)
	}
	waiting := storetest.Batch(storetest.NewRun("w", "intent", c.Now()), "intent", "s", false, [4]string{"9", "Ann", "Unmistakable", storetest.AnnMail})
	require.NoError(t, w.Commit(ctx, waiting))
	require.NoError(t, w.Close())
	words := []string{storetest.AnnMail, "Unmistakable"}
	require.NotEmpty(t, search(t, e, path, words...), "the search finds who is there")

	s := e.Succeed(t, path, c.Now)
	found, err := s.Erase(ctx, "erase", []load.Request{storetest.ByAddress(storetest.AnnMail)}, storetest.Plainly(), storetest.People())
	require.NoError(t, err)
	require.Len(t, found.Contacts, 1)
	_, err = s.Finish(ctx)
	require.NoError(t, err)
	require.NoError(t, s.Replace())
	require.NoError(t, s.Discard())
	require.Empty(t, search(t, e, path, words...))

	w = e.Open(t, path, c.Now)
	defer w.Close()
	require.Equal(t, [][]any{{storetest.BobMail}}, e.Query(t, w, "SELECT email FROM contacts"))
}

// search finds the files that hold any of these words.
func search(t *testing.T, e engine, path string, words ...string) (found []string) {
	t.Helper()
	o := e.options(t, path)
	folders := append(locations(t, o), o.Bucket)
	reader, err := duckdb.Blank(ctx)
	require.NoError(t, err)
	defer reader.Close()
	unpacker, err := zstd.NewReader(nil)
	require.NoError(t, err)
	defer unpacker.Close()
	holds := func(content []byte) bool {
		for _, word := range words {
			if bytes.Contains(content, []byte(word)) {
				return true
			}
		}
		return false
	}
	for _, folder := range folders {
		require.NoError(t, filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			content, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			switch {
			case strings.HasSuffix(name, ".zst"):
				content, err = unpacker.DecodeAll(content, nil)
			case strings.HasSuffix(name, ".parquet"):
				var text []byte
				err = reader.QueryRowContext(ctx, "SELECT coalesce(string_agg(t::VARCHAR, ' '), '') FROM read_parquet('"+strings.ReplaceAll(name, "'", "''")+"') t").Scan(&text)
				content = append(content, text...)
			}
			if err == nil && holds(content) {
				found = append(found, name)
			}
			return err
		}))
	}
	return found
}

// locations are the folders of a lake's tables.
func locations(t *testing.T, o lake.Options) (folders []string) {
	t.Helper()
	address, err := connect.Parse(o.Connect)
	require.NoError(t, err)
	spark, err := connect.Dial(ctx, address)
	require.NoError(t, err)
	defer spark.Close()
	list, err := spark.Query(ctx, "SHOW TABLES IN "+o.Catalog+"."+o.Namespace)
	require.NoError(t, err)
	for _, row := range list.Values {
		described, err := spark.Query(ctx, fmt.Sprintf("DESCRIBE TABLE EXTENDED %s.%s.%s", o.Catalog, o.Namespace, row[1]))
		require.NoError(t, err)
		for _, d := range described.Values {
			if d[0] == "Location" {
				at, err := url.Parse(d[1].(string))
				require.NoError(t, err)
				folders = append(folders, at.Path)
			}
		}
	}
	require.NotEmpty(t, folders)
	return folders
}
