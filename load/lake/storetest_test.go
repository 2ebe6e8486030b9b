//go:build duckdb_arrow

package lake_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"contactsync/internal/loadtest"
	"contactsync/internal/sparktest"
	"contactsync/load"
	"contactsync/load/duckdb"
	"contactsync/load/lake"
	"contactsync/load/lake/oplog"
	"contactsync/load/storetest"
	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

func TestALakeKeepsWhatLoadPromises(t *testing.T) {
	storetest.Run(t, withSpark(t))
}

// withSpark is the engine of a Spark that the environment names; tests without are skipped.
func withSpark(t testing.TB) engine {
	address := sparktest.Address(t)
	return engine{address}
}

var ctx = context.Background()

// engine opens lakes for the suite: one for each path.
type engine struct{ spark string }

func (e engine) options(t testing.TB, path string) lake.Options {
	sum := sha256.Sum256([]byte(path))
	dir := path + ".scratch"
	require.NoError(t, os.MkdirAll(dir, 0o700))
	return lake.Options{
		Connect: e.spark, Catalog: "lake", Namespace: "test_" + hex.EncodeToString(sum[:6]), Bucket: filepath.Join(path, "bucket"), Dir: dir,
		Warn: func(text string) { t.Log(text) },
	}
}

func (e engine) Open(t testing.TB, path string, now func() time.Time) load.Warehouse {
	w, err := lake.OpenWarehouse(t.Context(), e.options(t, path), oplog.Terms{}, duckdb.Options{Now: now, Threads: 1})
	require.NoError(t, err)
	return w
}

func (e engine) Succeed(t testing.TB, path string, now func() time.Time) load.Successor {
	s, err := lake.Succeed(t.Context(), e.options(t, path), oplog.Terms{}, duckdb.Options{Now: now, Threads: 1})
	require.NoError(t, err)
	return s
}

func (engine) Query(t require.TestingT, w load.Warehouse, query string) [][]any {
	require.NoError(t, duckdb.Bring(ctx, w.(*duckdb.Warehouse)))
	return loadtest.Rows(t, w.(*duckdb.Warehouse), query)
}

// A bucket that was lost, or one of another warehouse, must not have rows added to tables that
// its log knows nothing of.
func TestTablesOfAnotherLogAreRefused(t *testing.T) {
	e := withSpark(t)
	path, c := filepath.Join(t.TempDir(), "warehouse"), storetest.NewClock()
	w := e.Open(t, path, c.Now)
	run := storetest.NewRun("r", "toofr", c.Now())
	require.NoError(t, w.Commit(ctx, storetest.Batch(run, "toofr", "s", true, [4]string{"1", "Ann", "Lee", storetest.AnnMail})))
	_, err := w.Merge(ctx, &run, storetest.People())
	require.NoError(t, err)
	require.NoError(t, w.Close())
	o := e.options(t, path)
	o.Bucket = filepath.Join(path, "another")
	_, err = lake.OpenWarehouse(ctx, o, oplog.Terms{}, duckdb.Options{Now: c.Now, Threads: 1})
	require.ErrorContains(t, err, "set another warehouse.namespace")
}

// Large tables are asked first which keys they have: that comes to what a file does.
func TestALargeTableIsAskedFirstWhichKeysItHas(t *testing.T) {
	e := withSpark(t)
	lake.AsALargeOne(t)
	c := storetest.NewClock()
	there := e.Open(t, filepath.Join(t.TempDir(), "warehouse"), c.Now)
	defer there.Close()
	here, err := duckdb.Open(ctx, filepath.Join(t.TempDir(), "warehouse.duckdb"), duckdb.Options{Now: c.Now, Threads: 1})
	require.NoError(t, err)
	defer here.Close()
	ann, bob := [4]string{"1", "Ann", "Lee", storetest.AnnMail}, [4]string{"2", "Bob", "Ray", storetest.BobMail}
	cid, again := [4]string{"3", "Cid", "Moe", "cid@acme.example"}, [4]string{"9", "Ann", "Lee", storetest.AnnMail}
	for i, night := range []struct {
		source, title string
		listed        [][4]string
	}{
		{schema.Toofr, "Founder", [][4]string{ann, bob}},
		{schema.Toofr, "Founder", [][4]string{ann, bob, cid}},
		{schema.AudienceLab, "Founder", [][4]string{again}},
		{schema.Toofr, "Owner", [][4]string{ann, bob, cid}},
	} {
		c.Advance()
		run := storetest.NewRun(fmt.Sprint("r", i), night.source, c.Now())
		b := storetest.Batch(run, night.source, fmt.Sprint("s", i), true, night.listed...)
		for n := range night.listed {
			storetest.Change(&b, n, func(s *storetest.Said) { s.JobTitle = night.title })
		}
		for _, w := range []load.Warehouse{there, here} {
			require.NoError(t, w.Commit(ctx, b))
			_, err := w.Merge(ctx, &run, storetest.People())
			require.NoError(t, err)
		}
	}
	require.Equal(t, [][]any{{int64(3), int64(4)}}, e.Query(t, there, "SELECT (SELECT count(*) FROM contacts), (SELECT count(*) FROM etl.records)"))
	for _, table := range []string{"contacts", "etl.records", "etl.versions", "etl.identifiers", "etl.people", "etl.members", "contact_changes"} {
		query := "FROM " + table + " ORDER BY ALL"
		require.Equal(t, loadtest.Rows(t, here, query), e.Query(t, there, query), table)
	}
}
